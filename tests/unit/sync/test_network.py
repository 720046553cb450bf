"""Connections: what they are, and when their payloads were on the wire."""

from __future__ import annotations

from monitor.model import Body, Chunk, Finished, Request, Response
from monitor.sync.network import Network


def events(mime: str, gap: float) -> Network:
    network = Network()
    common = {"tab": "A", "connection": "r1"}
    for event in (
        Request(time=0.0, method="GET", url="https://x.org/live", resource="fetch", **common),  # type: ignore[arg-type]
        Response(time=0.1, url="https://x.org/live", status=200, mime=mime, **common),  # type: ignore[arg-type]
        Chunk(time=0.2, text="a", size=1, **common),  # type: ignore[arg-type]
        Chunk(time=0.2 + gap, text="b", size=1, **common),  # type: ignore[arg-type]
    ):
        network.note(event)
    return network


def test_a_stream_is_told_by_its_type_or_by_its_time() -> None:
    assert events("text/event-stream", 0.01).connections["r1"].streams
    assert events("application/json", 5.0).connections["r1"].streams
    assert not events("application/json", 0.01).connections["r1"].streams


def test_a_body_is_dated_by_the_end_of_its_response() -> None:
    network = events("application/json", 0.01)
    done = Finished(time=0.3, tab="A", connection="r1")
    network.note(done)
    body = Body(time=9.0, tab="A", connection="r1", text="{}", size=2)
    packet = network.packet(body, network.note(body))
    assert packet is not None
    assert packet.time == 0.3


def test_counts_go_both_ways() -> None:
    connection = events("application/json", 0.01).connections["r1"]
    assert (connection.frames_in, connection.bytes_in, connection.frames_out) == (2, 2, 1)


def test_closed_connections_are_forgotten_in_time() -> None:
    network = Network()
    for number in range(3_000):
        key = f"r{number}"
        network.note(Request(time=0.0, tab="A", connection=key, method="GET", url="https://x.org/"))
        network.note(Finished(time=0.1, tab="A", connection=key))
    assert len(network.connections) == 2_000
    assert "r2999" in network.connections


def test_a_form_is_read_as_one() -> None:
    network = Network()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    event = Request(
        time=0.0,
        tab="A",
        connection="r1",
        method="POST",
        url="https://x.org/",
        headers=headers,
        text="text=done",
        size=9,
    )
    packet = network.packet(event, network.note(event))
    assert packet is not None
    assert "done" in packet.haystack.exact
