"""Writes: made once a request, acknowledged by its answer or by an echo."""

from __future__ import annotations

from monitor.sync.evidence import Packet
from monitor.sync.network import Connection
from monitor.sync.writes import Writes


def request(status: int | None = None, answered: float | None = None) -> Connection:
    return Connection(
        "r1", "A", "fetch", 1.0, 5, url="https://x.org/notes?a=b", method="POST", status=status, answered=answered
    )


def test_a_request_is_one_write_named_without_its_query() -> None:
    writes = Writes()
    write = writes.of_request(request(), "A")
    assert writes.of_request(request(), "A") is write
    assert (write.request, write.seq, write.at) == ("POST /notes", 5, None)
    assert writes.by_connection("r1") is write


def test_two_hundred_acknowledges_and_four_hundred_refuses() -> None:
    for status, at, failed in ((201, 2.0, False), (302, 2.0, False), (409, None, True), (500, None, True)):
        writes = Writes()
        write = writes.of_request(request(), "A")
        writes.answered(request(status), 2.0)
        assert (write.at, write.failed) == (at, failed)


def test_a_write_found_after_its_answer_is_acknowledged_then() -> None:
    assert Writes().of_request(request(200, 2.5), "A").at == 2.5


def test_a_frame_is_acknowledged_by_its_first_echo() -> None:
    writes = Writes()
    write = writes.of_packet(Packet(9, 10.0, "A", "socket", "out", "w1", "x"), "A", "socket frame")
    assert write.at == 10.0
    writes.echo(write, 10.2)
    writes.echo(write, 10.4)
    assert write.at == 10.2
    assert writes.recent_on("w1", 11.0) == []


def test_an_echo_that_comes_too_late_is_none() -> None:
    writes = Writes()
    write = writes.of_packet(Packet(9, 10.0, "A", "socket", "out", "w1", "x"), "A", "socket frame")
    assert writes.recent_on("w1", 12.0) == [write]
    assert writes.recent_on("w1", 20.0) == []
    writes.echo(write, 20.0)
    assert write.at == 10.0


def test_the_latest_write_of_a_tab_to_a_subject() -> None:
    writes = Writes()
    write = writes.of_request(request(), "A")
    write.subject = ("", "room")
    assert writes.latest("A", ("", "room"), 5.0) is write
    assert writes.latest("B", ("", "room"), 5.0) is None
    assert writes.latest("A", ("", "room"), 500.0) is None
