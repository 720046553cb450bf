"""Connections: what they are, which repeat on a period, and when their payloads were on the wire."""

from __future__ import annotations

import pytest

from monitor.model import Body, Chunk, Finished, Request, Response
from monitor.sync.network import Network, Polls


def polls(*starts: float, ends: tuple[float, ...] = ()) -> Polls:
    made = Polls()
    made.starts.extend(starts)
    made.ends.extend(ends)
    return made


@pytest.mark.parametrize(
    ("starts", "period"),
    [
        ((0, 2, 4), 2.0),
        ((0, 2.1, 3.9, 6.0), 2.0),
        ((0, 2, 4, 4.1, 6), 2.0),
        ((0, 2.5, 4, 6, 8, 12, 14, 16), 2.0),
        ((0, 2, 4, 8, 10.1, 12.1, 18.1), 2.0),
        ((0, 2, 4, 11, 12, 17, 20, 31, 35), None),
        ((0, 2), None),
        ((0, 1, 7, 8.5, 20), None),
        ((0, 0, 0), None),
    ],
)
def test_a_period_needs_three_requests_evenly_apart(starts: tuple[float, ...], period: float | None) -> None:
    found = polls(*starts).period
    assert found == (None if period is None else pytest.approx(period, abs=0.2))


def test_a_long_poll_begins_when_the_one_before_ends() -> None:
    assert polls(0, 7.01, 9.51, 30.02, ends=(7.0, 9.5, 30.0)).relays
    assert not polls(0, 7, 20, ends=(0.1, 7.1, 20.1)).relays
    assert not polls(1.59, 2.88, 7.51, ends=(1.72, 2.89, 7.52)).relays  # each is answered at once


def test_a_request_that_the_server_holds_takes_most_of_the_time_until_the_next() -> None:
    assert polls(0, 7.01, 9.51, 30.02, ends=(7.0, 9.5, 30.0)).held
    assert not polls(0, 1, 2, 3, ends=(0.1, 1.1, 2.1, 3.1)).held  # each begins soon after the one before
    assert not polls(0, 7, ends=(7.0,)).held


def test_what_a_page_asks_twice_at_once_now_and_then_is_no_long_poll() -> None:
    assert not polls(0, 0.1, 0.2, 20, 20.05, ends=(0.05, 0.15, 0.25, 20.1, 20.2)).relays


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


def test_a_poll_is_one_though_the_page_asks_in_between_for_what_it_wrote() -> None:
    turns = [0.0, 2.0, 4.01, 6.0, 8.02, 10.0, 12.01, 14.0, 16.02]
    wrote = [2.9, 5.3, 7.1, 8.7, 13.2, 15.5]
    assert polls(*sorted(turns + wrote)).period == pytest.approx(2.0, abs=0.1)
    assert polls(0, 2.9, 5.3, 7.1, 8.7, 13.2, 15.5, 21.0).period is None
