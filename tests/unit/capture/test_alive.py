"""What a reader must be told at the beginning of a segment."""

from __future__ import annotations

from monitor.capture import alive
from monitor.capture.alive import Alive
from monitor.model import (
    Body,
    Event,
    Failed,
    Finished,
    Frame,
    Navigation,
    Recording,
    Request,
    Response,
    SocketClosed,
    SocketOpened,
    TargetAttached,
    TargetChanged,
    TargetGone,
)


def kept(*events: Event) -> list[int]:
    fold = Alive()
    for seq, event in enumerate(events, 1):
        fold.feed(seq, event)
    return [seq for seq, _ in fold.events()]


def test_targets_with_their_latest_address() -> None:
    assert kept(
        Recording(time=1.0, state="attached"),
        TargetAttached(time=1.0, tab="A", target="T", type="page"),
        Navigation(time=1.0, tab="A", target="T", url="a", frame="1"),
        Navigation(time=1.0, tab="A", target="T", url="b", frame="1"),
        Navigation(time=1.0, tab="A", target="T", url="c", frame="2"),
        TargetChanged(time=1.0, tab="A", target="T", url="b"),
        TargetAttached(time=1.0, target="U", type="worker"),
        TargetGone(time=2.0, target="U", type="worker"),
    ) == [1, 2, 4, 5, 6]


def test_connections_until_they_end() -> None:
    def request(name: str) -> Request:
        return Request(time=1.0, connection=name, method="GET", url="/")

    assert kept(
        SocketOpened(time=1.0, connection="w1", url="a"),
        SocketOpened(time=1.0, connection="w2", url="b"),
        Frame(time=1.0, connection="w2", dir="in"),
        SocketClosed(time=1.0, connection="w1"),
        request("r1"),
        Response(time=1.0, connection="r1", url="/", status=200),
        request("r2"),
        Finished(time=1.0, connection="r2"),
        request("r3"),
        Finished(time=1.0, connection="r3", body="later"),
        request("r4"),
        Failed(time=1.0, connection="r4"),
        Finished(time=1.0, connection="r1", body="later"),
        Body(time=1.0, connection="r1"),
    ) == [2, 9]


def test_it_is_bounded() -> None:
    opened = [SocketOpened(time=1.0, connection=f"w{number}") for number in range(alive.MANY + 3)]
    assert kept(*opened) == list(range(4, alive.MANY + 4))
