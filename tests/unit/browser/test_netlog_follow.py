from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

import pytest

from monitor.browser import netlog_follow
from monitor.browser.netlog_follow import UNSAID, Overlay, Tail, Told, Wire
from monitor.browser.output import Origin
from monitor.browser.sockets import Seen, Socket
from monitor.model import Event, Frame, Gap, SocketClosed, SocketControl, SocketHandshake, SocketOpened
from tests.netlogs import BYTES, DATA, TEXT

SOCKETS = (DATA / "sockets.ndjson").read_bytes().splitlines()
PUSHES = (DATA / "pushes.ndjson").read_bytes().splitlines()


def nobody(key: str) -> Seen | None:
    return None


def added(lines: list[bytes], known: bool) -> tuple[list[Event], list[str]]:
    keys: list[str] = []

    def find(key: str) -> Seen | None:
        keys.append(key)
        return Seen(f"w{len(keys)}", "A", "target") if known else None

    overlay = Overlay(Told(find))
    return [event for line in lines for event in overlay.feed(line)], keys


def test_of_a_known_socket_only_the_control_frames_are_added_under_its_name() -> None:
    events, keys = added(SOCKETS, known=True)
    assert len(set(keys)) == 3
    assert {type(event) for event in events} == {SocketControl}
    assert {(event.tab, event.target) for event in events} == {("A", "target")}
    by_name = {e.connection: e.code for e in events if isinstance(e, SocketControl) and e.control == "close"}
    assert by_name == {"w1": 4001, "w2": 4001, "w3": 4001}


def test_a_socket_that_devtools_does_not_know_is_told_whole() -> None:
    events, _ = added(SOCKETS, known=False)
    of = [e for e in events if getattr(e, "connection", None) == "wire1"]
    assert [type(e) for e in of[:3]] == [SocketOpened, SocketHandshake, SocketHandshake]
    assert TEXT in [e.text for e in of if isinstance(e, Frame)]
    assert isinstance(of[-1], SocketClosed)
    assert {e.kind for e in events} == {
        "socket-opened", "socket-handshake", "frame", "socket-control", "socket-closed",
    }  # fmt: skip


def test_a_request_that_devtools_did_not_tell_of_is_told_whole() -> None:
    """A page that is being left sends such; what the browser asks for itself has no page behind it."""
    for hidden, kinds in (("/data?x=1", ["request", "response", "chunk", "finished"]), ("/", [])):
        asked: list[str] = []

        def request(method: str, url: str, before: float, hidden: str = hidden, asked: list[str] = asked) -> bool:
            asked.append("/" + url.split("/", 3)[3])
            return asked[-1] != hidden

        overlay = Overlay(Told(nobody, request))
        events = [event for line in SOCKETS for event in overlay.feed(line)]
        added = [e for e in events if str(getattr(e, "connection", "")).startswith("wire-")]
        assert [e.kind for e in added] == kinds
        assert hidden in asked
        assert len(asked) == len(set(asked))


@pytest.mark.parametrize("ended", ["told", "derived", ""])
def test_what_a_socket_carried_beyond_what_was_told(ended: Literal["told", "derived", ""]) -> None:
    """While its page was left it is told under its name; where its end was told too, it is missing."""
    sockets: list[Socket] = []

    def find(key: str) -> Seen | None:
        # Of three messages that the second sent two were told; of the other sockets all.
        told = {"in": 9, "out": 2 if len(sockets) == 1 else 3}
        sockets.append(Socket(f"w{len(sockets) + 1}", Origin(None), None, told=told, ended=ended))
        return Seen(sockets[-1].name, "A", "target", sockets[-1])

    overlay = Overlay(Told(find))
    events = [event for line in SOCKETS for event in overlay.feed(line)]
    frames = [(e.connection, e.dir, e.tab, e.data) for e in events if isinstance(e, Frame)]
    assert frames == ([("w2", "out", "A", BYTES)] if ended == "derived" else [])
    gaps = [(e.connection, e.count, e.reason) for e in events if isinstance(e, Gap)]
    assert gaps == ([("w2", 1, UNSAID)] if ended == "told" else [])


def test_where_the_bytes_of_a_known_socket_cannot_be_read_that_is_told_under_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.browser.netlog_socket.LARGEST", 100)
    events, _ = added(SOCKETS, known=True)
    gaps = [event for event in events if isinstance(event, Gap)]
    assert {gap.connection for gap in gaps} == {"w1", "w2", "w3"}
    assert all("cannot be read on" in gap.reason and gap.tab == "A" for gap in gaps)


def test_the_stream_of_pushes_is_told_whole() -> None:
    events, _ = added(PUSHES, known=True)
    assert {getattr(event, "connection", None) for event in events} == {"mcs1", "mcs2"}
    assert len([event for event in events if isinstance(event, Frame)]) == 14


def test_gaps_are_kept_and_half_a_line_is_left() -> None:
    lines = [SOCKETS[0].replace(b'"Everything"', b'"Default"'), SOCKETS[1], SOCKETS[2][:20]]
    (gap,) = added(lines, known=True)[0]
    assert isinstance(gap, Gap)


def test_a_file_that_grows_is_read_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netlog_follow, "PIECE", 4)
    path = tmp_path / "log"
    tail = Tail(path)
    assert tail.read() == []
    path.write_bytes(b"one and two\nthr")
    assert tail.read() == [b"one and two"]
    assert tail.read() == []
    with path.open("ab") as file:
        file.write(b"ee\n\n")
    assert tail.read() + tail.read() == [b"three", b""]


async def test_it_is_followed_and_what_is_left_is_read_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netlog_follow, "HOLD_S", 0.0)
    monkeypatch.setattr(netlog_follow, "POLL_S", 0.001)
    wire, came, seen = Wire(), list[Event](), asyncio.Event()

    def put(events: list[Event], arrival: float) -> None:
        came.extend(events)
        seen.set()

    wire.path.write_bytes(b"\n".join(PUSHES[:-20]) + b"\n")
    assert wire.path.parent.stat().st_mode & 0o777 == 0o700
    task = asyncio.get_running_loop().create_task(wire.run(Told(nobody), put))
    async with asyncio.timeout(5):
        await seen.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with wire.path.open("ab") as file:
        file.write(b"\n".join(PUSHES[-20:]) + b"\n")
    came += wire.rest()
    assert came == added(PUSHES, known=False)[0]
    wire.close()
    assert not wire.path.parent.exists()


def test_one_that_never_ran_has_nothing() -> None:
    wire = Wire()
    assert any(word == f"--log-net-log={wire.path}" for word in wire.arguments)
    assert wire.rest() == []
    wire.close()
