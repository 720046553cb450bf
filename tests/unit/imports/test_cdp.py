from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.browser.cdp_log import Attach, CdpLog
from monitor.errors import CaptureError
from monitor.imports.cdp import NO_CLOCK, read, sniff
from monitor.imports.source import Source
from monitor.model import Event, Frame, Gap, Recording, Request, SocketOpened, TargetAttached, TargetGone

ATTACH = Attach(1000.0, True, "world", "ws://x/")
REQUEST = {
    "requestId": "1", "loaderId": "L", "documentURL": "https://x.example/", "timestamp": 5.0, "wallTime": 1005.0,
    "initiator": {"type": "script"}, "type": "Fetch",
    "request": {"url": "https://x.example/api", "method": "GET", "headers": {}},
}  # fmt: skip
CREATED = {"requestId": "2", "url": "wss://x.example/ws", "initiator": {"type": "script"}}
FRAME = {"requestId": "2", "timestamp": 6.0, "response": {"opcode": 1, "mask": False, "payloadData": "hello"}}


def event(method: str, params: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"method": method, "params": params, **more}


def imported(path: Path, content: str | None = None) -> tuple[list[Event], Source]:
    if content is not None:
        path.write_text(content)
    source = Source(path)
    return list(read(source)), source


def ours() -> list[dict[str, Any]]:
    """A log of ours: a page that has a request, whose body is asked for, and a socket; then the browser is lost."""
    info = {"targetId": "P", "type": "page", "title": "", "url": "https://x.example/"}
    tab = {"sessionId": "T", "targetInfo": {**info, "targetId": "TAB", "type": "tab"}, "waitingForDebugger": False}
    page = {"sessionId": "S", "targetInfo": info, "waitingForDebugger": False}
    return [
        event("Target.attachedToTarget", tab),
        event("Target.attachedToTarget", page, sessionId="T"),
        event("Network.webSocketCreated", CREATED, sessionId="S"),
        event("Network.webSocketFrameReceived", FRAME, sessionId="S"),
    ]


def test_a_log_of_ours_replays_to_the_same_events(tmp_path: Path) -> None:
    log = CdpLog(tmp_path / "cdp")
    log.attach(0, ATTACH, 4.0)
    for number, message in enumerate(ours()):
        log.message(0, "in", json.dumps(message).encode(), 5.0 + number)
    log.do(0, "clock", 8.5, repr(1108.5))
    log.do(0, "tick", 9.0)
    log.do(0, "end", 10.0, "the browser was lost")
    log.close()
    events, source = imported(tmp_path / "cdp")
    assert source.notes == []
    assert events[-1].time == 1110.0, "the system's clock was set meanwhile"
    assert [type(e) for e in events] == [Recording, TargetAttached, SocketOpened, Frame, *[type(e) for e in events[4:]]]
    frame = events[3]
    assert isinstance(frame, Frame)
    assert (frame.time, frame.mono, frame.tab, frame.text, frame.connection) == (1006.0, 6.0, "A", "hello", "w1")
    assert isinstance(events[-1], TargetGone)


def test_answers_find_their_commands(tmp_path: Path) -> None:
    """A page is asked, step by step, for the address of a socket that is older than the recording."""
    steps = [
        ("Runtime.getHeapUsage", {}),
        ("Debugger.disable", {}),
        ("Runtime.evaluate", {"result": {"objectId": "prototype"}}),
        ("Runtime.queryObjects", {"objects": {"objectId": "objects"}}),
        ("Runtime.callFunctionOn", {"result": {"value": ["wss://late.example/"]}}),
    ]
    log = CdpLog(tmp_path / "cdp")
    log.attach(0, ATTACH, 4.0)
    for message in (*ours()[:2], event("Network.webSocketFrameReceived", FRAME, sessionId="S")):
        log.message(0, "in", json.dumps(message).encode(), 6.0)
    for number, (method, result) in enumerate(steps, 5):
        log.message(0, "out", json.dumps({"id": 99, "method": method, "sessionId": "other"}).encode(), 6.1)
        log.message(0, "out", json.dumps({"id": number, "method": method, "sessionId": "S"}).encode(), 6.1)
        log.message(0, "in", json.dumps({"id": 99, "result": {}}).encode(), 6.1)
        log.message(0, "in", json.dumps({"id": number, "result": result, "sessionId": "S"}).encode(), 6.1)
    log.close()
    events, _ = imported(tmp_path / "cdp")
    assert [e.url for e in events if isinstance(e, SocketOpened)] == [None, "wss://late.example/"]


def test_bare_messages_are_of_a_page_and_have_the_clocks_of_a_request(tmp_path: Path) -> None:
    messages = [
        event("Network.requestWillBeSent", REQUEST), event("Network.webSocketCreated", CREATED),
        event("Network.webSocketFrameReceived", FRAME),
    ]  # fmt: skip
    events, source = imported(tmp_path / "log", "".join(json.dumps(message) + "\n" for message in messages))
    assert source.notes == []
    (frame,) = (e for e in events if isinstance(e, Frame))
    assert (frame.tab, frame.time, frame.text) == ("A", 1006.0, "hello")
    assert [e.url for e in events if isinstance(e, Request)] == ["https://x.example/api"]


def test_what_the_protocol_monitor_saves(tmp_path: Path) -> None:
    entries = [
        {"id": 1, "domain": "Network", "method": "Network.enable", "params": {}, "type": "send", "result": {}},
        event("Network.webSocketCreated", CREATED, type="recv", domain="Network", sessionId="X"),
        event("Network.webSocketFrameReceived", FRAME, type="recv", domain="Network", sessionId="X"),
        "nonsense",
    ]
    events, source = imported(tmp_path / "log", json.dumps(entries, indent=2))
    assert [e.text for e in events if isinstance(e, Frame)] == ["hello"]
    assert source.notes == [NO_CLOCK]


def test_lines_that_were_lost_are_a_gap(tmp_path: Path) -> None:
    events, _ = imported(tmp_path / "log", '{"t":4.0,"attach":{"offset":1000,"shared":true}}\n{"t":5.0,"lost":3}\n')
    assert events[-1] == Gap(time=1005.0, reason="the log could not be written fast enough", count=3)


def test_a_cut_log_gives_its_beginning_and_a_broken_one_its_place(tmp_path: Path) -> None:
    lines = [json.dumps(message) for message in ours()]
    events, source = imported(tmp_path / "log", "\n".join(lines)[:-20])
    assert [e.kind for e in events] == ["recording", "target-attached", "socket-opened"]
    assert source.cut == "line 4 ends in the middle"
    with pytest.raises(CaptureError, match="log: line 2: it is no JSON"):
        imported(tmp_path / "log", "\n".join([lines[0], "nope", *lines]))
    with pytest.raises(CaptureError, match="log: line 1: it is no message"):
        imported(tmp_path / "log", '{"t":1,"message":5}\n{"t":2,"message":{}}')


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (b'{"t":1.0,"attach":{"offset":5', 95), (b'{"t":1,"browser":0,"dir":"in","message":{', 95),
        (b'{"method":"Network.enable"', 60), (b'[\n {"id":1,"method": "Network.enable"', 60), (b'{"syncmon":1}', 0),
        (b'{"jsonrpc":"2.0","method":"add"}', 0), (b'{"t":1}', 0),
    ],
)  # fmt: skip
def test_it_is_told_by_our_lines_or_the_names_of_methods(head: bytes, sure: int) -> None:
    assert sniff(head) == sure


def test_a_time_that_is_none_is_not_taken_for_the_clock(tmp_path: Path) -> None:
    params = {"time": "2026-99-99T00:00:00.000000Z", "mono": 5.0}
    _, source = imported(tmp_path / "cdp", json.dumps(event("Syncmon.event", params), separators=(",", ":")))
    assert source.notes == [NO_CLOCK]
