from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from monitor import export
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.imports.har import read, sniff
from monitor.imports.registry import guess
from monitor.imports.source import Source
from monitor.model import (
    Body,
    Chunk,
    Event,
    Failed,
    Finished,
    Frame,
    Gap,
    Lifecycle,
    Navigation,
    Recording,
    Request,
    Response,
    SocketClosed,
    SocketOpened,
    SseMessage,
    TargetAttached,
)
from tests.unit.export.test_har import EVENTS

START = "2026-01-04T10:00:00.000Z"
T0 = 1767520800.0


def entry(**fields: Any) -> dict[str, Any]:
    """An entry as DevTools writes it."""
    request = {"method": "GET", "url": "https://x.example/", "httpVersion": "h2", "headers": [], "queryString": []}
    response = {"status": 200, "headers": [], "content": {"size": 2, "mimeType": "text/plain", "text": "hi"}}
    return {
        "startedDateTime": START, "time": 100, "request": request | fields.pop("request", {}),
        "response": response | fields.pop("response", {}), "timings": {"wait": 60, "receive": 40}, **fields,
    }  # fmt: skip


def imported(folder: Path, *entries: object, **log: Any) -> tuple[list[Event], Source]:
    path = folder / "x.har"
    creator = {"name": "WebInspector", "version": "537.36"}
    path.write_text(json.dumps({"log": {"version": "1.2", "creator": creator, "entries": entries, **log}}))
    source = Source(path)
    assert guess(source).name == "har"
    return list(read(source)), source


def of(events: list[Event], kind: type[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def test_a_request_of_devtools(tmp_path: Path) -> None:
    pages = [{"id": "page_1", "title": "https://x.example/", "startedDateTime": START,
              "pageTimings": {"onContentLoad": 50, "onLoad": None}}]  # fmt: skip
    one = entry(
        pageref="page_1", _resourceType="document", _fromCache="disk",
        _initiator={"type": "script", "url": "https://x.example/a.js", "lineNumber": 4},
        request={"method": "POST", "headers": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}],
                 "postData": {"mimeType": "x", "text": "body"}},
        response={"_transferSize": 700, "httpVersion": "h2"},
    )  # fmt: skip
    events, _ = imported(tmp_path, one, pages=pages)
    attached, navigation, lifecycle = (of(events, kind)[0] for kind in (TargetAttached, Navigation, Lifecycle))
    assert (attached.tab, navigation.loader, lifecycle.name) == ("A", "page_1", "dom")
    request, response = of(events, Request)[0], of(events, Response)[0]
    assert (request.method, request.headers, request.text, request.tab) == ("POST", {"a": "1\n2"}, "body", "A")
    assert request.initiator == "https://x.example/a.js:5"
    assert (request.time, response.time) == (T0, T0 + 0.06)
    assert response.from_cache
    assert of(events, Finished) == [Finished(time=T0 + 0.1, tab="A", connection="r1", size=700, body="later")]
    assert of(events, Body)[0].text == "hi"
    assert all(event.mono is None for event in events)


def test_sockets_and_event_sources(tmp_path: Path) -> None:
    messages = [
        {"type": "send", "time": T0 + 1, "opcode": 1, "data": "é"},
        {"type": "receive", "time": (T0 + 2) * 1000, "opcode": 2, "data": "/wAB"},
        {"type": "error", "time": T0 + 3, "opcode": -1, "data": "broken"},
    ]
    socket = entry(request={"url": "wss://x.example/ws"}, response={"status": 101}, _webSocketMessages=messages,
                   _webSocketClose={"code": 1000, "reason": "", "timestamp": T0 + 4})  # fmt: skip
    source = entry(_resourceType="eventsource", _eventSourceMessages=[
        {"time": T0 + 1, "eventName": "note", "eventId": "7", "data": "x"}, None])  # fmt: skip
    events, _ = imported(tmp_path, socket, source)
    first, second = of(events, Frame)
    assert (first.dir, first.text, first.size, first.time) == ("out", "é", 2, T0 + 1)
    assert (second.dir, second.data, second.opcode, second.time) == ("in", b"\xff\x00\x01", 2, T0 + 2)
    assert of(events, SocketOpened)[0].url == "wss://x.example/ws"
    assert of(events, SocketClosed)[0].time == T0 + 4
    assert (of(events, SseMessage)[0].event, of(events, SseMessage)[0].text) == ("note", "x")
    assert [event.time for event in events] == sorted(event.time for event in events)


def firefox(method: str, url: str, dest: str, mime: str, **fields: Any) -> dict[str, Any]:
    """An entry as Firefox writes it: with no type of the resource, and moments of another time zone."""
    head = [{"name": "Sec-Fetch-Dest", "value": dest}]
    answer = {"content": {"mimeType": mime, "size": 2, "text": "{}"}, "redirectURL": "", "headersSize": 90}
    asked = {"method": method, "url": url, "headers": head, "headersSize": 300, "bodySize": 0}
    more = {"connection": "443", "serverIPAddress": "192.0.2.1", "_securityState": "secure"}
    at = "2026-01-04T11:00:00.000+01:00"
    return entry(pageref="page_1", startedDateTime=at, request=asked, response=answer, **more, **fields)


def test_a_page_of_firefox_has_its_document_its_requests_and_its_socket(tmp_path: Path) -> None:
    pages = [{"id": "page_1", "title": "Room", "startedDateTime": "2026-01-04T11:00:00.000+01:00",
              "pageTimings": {"onContentLoad": -1, "onLoad": 80}}]  # fmt: skip
    socket = firefox("GET", "wss://x.example/ws", "empty", "", _webSocketMessages=[
        {"type": "receive", "time": T0 + 2, "opcode": 1, "data": "hi"}])  # fmt: skip
    events, source = imported(
        tmp_path,
        firefox("GET", "https://x.example/", "document", "text/html; charset=utf-8"),
        firefox("POST", "https://x.example/notes", "empty", "application/json"),
        socket,
        pages=pages,
    )
    assert [(one.resource, one.time, one.tab) for one in of(events, Request)] == [
        ("document", T0, "A"),
        ("fetch", T0, "A"),
    ]
    assert [(one.loader, one.tab) for one in of(events, Navigation)] == [("page_1", "A")]
    assert [one.name for one in of(events, Lifecycle)] == ["load"]
    assert [(one.text, one.tab) for one in of(events, Frame)] == [("hi", "A")]
    assert not source.notes


@pytest.mark.parametrize("name", ["_webSocketMessages", "_eventSourceMessages", "_chunks"])
def test_a_long_list_of_an_entry_is_not_held(tmp_path: Path, name: str) -> None:
    """In bytes that are allocated at once: twice as many messages take no more."""

    def most(count: int) -> int:
        some = [
            {"type": "receive", "time": T0 + n, "opcode": 1, "data": f"message {n}", "size": 9} for n in range(count)
        ]
        path = tmp_path / f"{count}.har"
        one = {name: some, **entry(request={"url": "https://x.example/"}), "_tab": "C"}
        path.write_text(json.dumps({"log": {"entries": [one]}}))
        source = Source(path)
        tracemalloc.start()
        try:
            found = sum(event.tab == "C" for event in read(source) if not isinstance(event, Recording))
            assert count < found < count + 10
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert most(1600) < most(800) + 300_000  # eight hundred are more than the parser takes at once


def test_messages_are_of_the_entry_around_them_wherever_they_stand(tmp_path: Path) -> None:
    messages = [{"type": "receive", "time": T0 + n, "opcode": 1, "data": str(n)} for n in range(3)]
    bad = [*messages, {"type": "send", "time": "never"}]
    address = {"url": "wss://x.example/"}
    first = {"_webSocketMessages": messages[:2], **entry(request=address, _tab="A")}
    events, _ = imported(
        tmp_path, first, {"_webSocketMessages": bad, **entry()}, entry(request=address, _webSocketMessages=messages[2:])
    )
    assert [(f.connection, f.tab, f.text) for f in of(events, Frame)] == [
        ("w1", "A", "0"),
        ("w1", "A", "1"),
        ("w3", None, "2"),
    ]
    (gap,) = of(events, Gap)
    assert gap.reason == "entry 2 of the HAR: 'never' is no moment"
    assert len(of(events, SocketOpened)) == 2


def test_playwright_pages_are_tabs_and_its_bodies_lie_beside(tmp_path: Path) -> None:
    (tmp_path / "abc.json").write_text('{"a":1}')
    (tmp_path / "secret").write_text("x")
    attached = {"content": {"size": 7, "mimeType": "application/json", "_file": "abc.json"}}
    entries = [
        entry(pageref="page@1", response=attached),
        entry(pageref="page@2", response={"content": {"size": 7, "mimeType": "x", "_file": "lost.bin"}}),
        entry(pageref="page@2", response={"content": {"size": 7, "mimeType": "x", "_file": "../secret"}}),
        entry(response={"status": -1, "_failureText": "net::ERR_ABORTED"}),
    ]
    events, source = imported(tmp_path, *entries, creator={"name": "Playwright", "version": "1.60"})
    assert [request.tab for request in of(events, Request)] == ["A", "B", "B", None]
    assert [(body.text, body.state) for body in of(events, Body)] == [
        ('{"a":1}', "whole"), (None, "absent"), (None, "absent")
    ]  # fmt: skip
    assert any("lost.bin" in note for note in source.notes)
    assert of(events, Failed)[0].error == "net::ERR_ABORTED"


def test_what_proxies_leave_out_is_absent(tmp_path: Path) -> None:
    form = {"postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "1 2"}]}}
    lean = {"startedDateTime": "2026-01-04T11:00:00+01:00", "request": {"url": "http://x/", **form}, "response": None}
    coded = entry(response={"content": {"size": 2, "mimeType": "image/png", "text": "/wA=", "encoding": "base64"}})
    events, _ = imported(tmp_path, lean, coded, creator={"name": "mitmproxy", "version": "12"})
    first = of(events, Request)[0]
    assert (first.time, first.method, first.text, first.tab) == (T0, "GET", "a=1+2", None)
    assert of(events, Failed)[0].error == "the HAR has no response"
    assert of(events, Body)[0].data == b"\xff\x00"
    assert not of(events, TargetAttached)


@pytest.mark.parametrize(
    "bad", [None, 5, "x", [], {}, {"request": {"url": "http://x/"}}, {"startedDateTime": START}, {"log": {}}]
)
def test_an_entry_that_makes_no_sense_is_a_gap(tmp_path: Path, bad: object) -> None:
    events, source = imported(tmp_path, bad, entry())
    assert len(of(events, Request)) == 1
    (gap,) = of(events, Gap)
    assert gap.reason.startswith("entry 1 of the HAR: ")
    assert "1 entry of the HAR makes no sense" in source.notes[0]


def test_hostile_values_are_taken_for_what_they_can_be(tmp_path: Path) -> None:
    odd = entry(time="1e999", timings={"wait": "60", "send": None}, pageref=7, _webSocketMessages=None,
                response={"status": "200", "headers": {"a": 1}, "bodySize": "x",
                          "content": {"size": -5, "text": 3, "mimeType": ["x"]}})  # fmt: skip
    events, _ = imported(tmp_path, odd)
    assert of(events, SocketOpened)  # it has `_webSocketMessages`
    del odd["_webSocketMessages"]
    events, _ = imported(tmp_path, odd)
    assert of(events, Response)[0].time == T0 + 0.06
    assert of(events, Finished)[0].body == "none"


@pytest.mark.parametrize("head", [b"", b"{}", b'{"a":1}', b"[]", b'{"log":"x"}', b"\xff\xfe"])
def test_other_files_are_none(head: bytes) -> None:
    assert sniff(head) < 50


def test_a_cut_file_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "cut.har"
    whole = json.dumps({"log": {"version": "1.2", "entries": [entry(), entry()]}})
    path.write_text(whole[:-300])
    source = Source(path)
    assert len(of(list(read(source)), Request)) == 1
    assert source.cut is not None


def round_trip(events: list[Event], folder: Path, redact: bool = False) -> tuple[list[Event], Source]:
    """Events recorded, exported as HAR, and imported again."""
    writer = CaptureWriter(folder / "a.syncmon")
    for event in events:
        writer.append(event)
        writer.commit()
    writer.close()
    out = io.StringIO()
    with Capture(writer.path) as capture:
        export.find("har").export(capture, None, out, redact)
    (folder / "a.har").write_text(out.getvalue())
    source = Source(folder / "a.har")
    return list(read(source)), source


def test_our_own_har_gives_back_requests_bodies_and_messages(tmp_path: Path) -> None:
    events, _ = round_trip(EVENTS, tmp_path)

    def told(some: list[Event], kind: type[Event], *names: str) -> list[tuple[object, ...]]:
        return [(event.tab, *(getattr(event, name) for name in names)) for event in of(some, kind)]

    for kind, names in (
        (Frame, ("connection", "dir", "opcode", "size", "text", "data", "time")),
        (SocketOpened, ("connection", "url", "late", "url_is", "initiator", "time")),
        (SocketClosed, ("connection", "derived", "because", "time")),
        (SseMessage, ("connection", "event", "id", "text", "time")),
        (Request, ("connection", "method", "url", "resource", "headers", "loader", "redirected", "time")),
        (Failed, ("connection", "error", "canceled")),
        (Finished, ("connection", "size", "body")),
    ):
        assert told(events, kind, *names) == told(EVENTS, kind, *names), kind
    whole = "".join(chunk.text or "" for chunk in of(EVENTS, Chunk))
    assert of(events, Chunk)[0].text == whole
    assert [gap.reason for gap in of(events, Gap)] == ["the browser was lost"]
    assert of(events, Recording)[0].browser == "Chromium/156"


def test_a_redacted_har_says_so(tmp_path: Path) -> None:
    events, source = round_trip(EVENTS, tmp_path, redact=True)
    assert source.facts == {"redacted": "yes"}
    assert "[redacted:" in of(events, SocketOpened)[1].url
