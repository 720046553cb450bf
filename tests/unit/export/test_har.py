from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from monitor import export
from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.decode import Decoder
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
    RequestBody,
    Response,
    SocketClosed,
    SocketError,
    SocketHandshake,
    SocketOpened,
    SseMessage,
    Storage,
    TargetAttached,
)
from tests.unit.export.har_schema import HAR

START = 1767520800.0
SECRET = "hunter2Xq81ZZtop"
PAGE = "https://x.example/room"

EVENTS: list[Event] = [
    Recording(time=START, state="attached", browser="Chromium/156"),
    TargetAttached(time=START, tab="A", target="T", type="page", url=PAGE, title="Room"),
    SocketOpened(time=START + 0.1, tab="A", connection="w0", late=True, url_is="unknown"),
    Frame(time=START + 0.2, tab="A", connection="w0", dir="in", size=2, text="hi"),
    Request(time=START + 1, mono=1.0, tab="A", connection="r1", method="GET", url=PAGE + "?a=1&a=", resource="document",
            loader="L2", headers={"Cookie": f"sid={SECRET}; b=2"}),
    Response(time=START + 1.5, mono=1.5, tab="A", connection="r1", url=PAGE, status=200, mime="text/html",
             protocol="h2", headers={"Set-Cookie": f"sid={SECRET}; Path=/; HttpOnly\nb=2; Expires=Wed, 21 Oct 2026 "
                                     "07:28:00 GMT"}),
    Navigation(time=START + 1.6, tab="A", url=PAGE + "?a=1", how="reload", loader="L2"),
    Finished(time=START + 1.7, mono=1.7, tab="A", connection="r1", size=700, body="later"),
    Body(time=START + 1.8, tab="A", connection="r1", size=4, text="<p>é"),
    Lifecycle(time=START + 2, tab="A", name="load", loader="L2"),
    SocketOpened(time=START + 2.1, tab="A", connection="w1", url=f"wss://x.example/ws?verify={SECRET}",
                 initiator="https://x.example/app.js:12"),
    SocketHandshake(time=START + 2.2, tab="A", connection="w1", status=101, headers={"Upgrade": "websocket"},
                    request_headers={"Origin": "https://x.example"}),
    Frame(time=START + 2.3, tab="A", connection="w1", dir="out", size=34, text=json.dumps({"auth_token": SECRET})),
    Request(time=START + 2.4, mono=2.4, tab="A", connection="r2", method="POST", url="https://x.example/ask",
            resource="fetch", headers={"Content-Type": "application/x-www-form-urlencoded"}, body_state="later"),
    RequestBody(time=START + 2.4, tab="A", connection="r2", size=20, text=f"q=1&password={SECRET}"),
    Frame(time=START + 2.5, tab="A", connection="w1", dir="in", opcode=2, size=3, data=b"\xff\x00\x01"),
    Response(time=START + 2.6, mono=2.6, tab="A", connection="r2", url="https://x.example/ask", status=200,
             mime="text/event-stream"),
    Chunk(time=START + 2.7, tab="A", connection="r2", size=20, text=f'data: {{"token":"{SECRET[:6]}'),
    Chunk(time=START + 2.8, tab="A", connection="r2", size=14, offset=20, text=f'{SECRET[6:]}"}}\n\n'),
    Chunk(time=START + 2.9, tab="A", connection="r2", size=9, offset=34),
    Gap(time=START + 3, tab="A", connection="r2", reason="the renderer was too fast", count=7),
    Finished(time=START + 3, mono=3.0, tab="A", connection="r2", size=60, body="chunks"),
    SocketError(time=START + 3.1, tab="A", connection="w1", message="Invalid frame"),
    SocketClosed(time=START + 3.2, tab="A", connection="w1", derived=True, because="navigation"),
    Request(time=START + 3.3, tab="B", connection="r3", method="GET", url="https://x.example/events",
            resource="eventsource"),
    Response(time=START + 3.35, tab="B", connection="r3", url="https://x.example/events", status=200,
             mime="text/event-stream"),
    SseMessage(time=START + 3.4, tab="B", connection="r3", event="note", id="7", text="hello"),
    SseMessage(time=START + 3.5, tab="B", connection="r3", text="bye"),
    Request(time=START + 4, tab="B", connection="r4", method="GET", url="https://x.example/old"),
    Response(time=START + 4.1, tab="B", connection="r4", url="https://x.example/old", status=302),
    Request(time=START + 4.2, tab="B", connection="r4", method="GET", url="https://x.example/new", redirected=True),
    Failed(time=START + 4.3, tab="B", connection="r4", error="net::ERR_FAILED"),
    Gap(time=START + 5, reason="the browser was lost", count=2),
    Storage(time=START + 6, tab="A", origin="https://x.example", area="local", op="set", key="k", text="v"),
]  # fmt: skip

Make = Callable[[list[Event]], Capture]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Record events, in their order, and open the capture."""

    def made(events: list[Event]) -> Capture:
        writer = CaptureWriter(tmp_path / "a.syncmon")
        for event in events:
            writer.append(event)
            writer.commit()
        writer.close()
        return Capture(writer.path, Decoder)

    return made


def exported(capture: Capture, query: str = "", redact: bool = True) -> dict[str, Any]:
    """The log of the HAR; it fits the specification."""
    out = io.StringIO()
    export.find("har").export(capture, parse(query) if query else None, out, redact)
    document = json.loads(out.getvalue())
    jsonschema.validate(document, HAR)
    log: dict[str, Any] = document["log"]
    return log


def test_entries_stand_in_the_order_of_their_beginning(make: Make) -> None:
    with make(EVENTS) as capture:
        entries = exported(capture)["entries"]
    assert [entry["_connectionId"] for entry in entries] == ["w0", "r1", "w1", "r2", "r3", "r4", "r4"]
    assert [entry["startedDateTime"] for entry in entries] == sorted(entry["startedDateTime"] for entry in entries)


def test_a_request_has_all_that_is_known(make: Make) -> None:
    with make(EVENTS) as capture:
        one = exported(capture, redact=False)["entries"][1]
    assert one["_resourceType"] == "document"
    assert one["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "a", "value": ""}]
    assert one["request"]["cookies"] == [{"name": "sid", "value": SECRET}, {"name": "b", "value": "2"}]
    assert one["request"]["httpVersion"] == one["response"]["httpVersion"] == "h2"
    first, second = one["response"]["cookies"]
    assert first == {"name": "sid", "value": SECRET, "path": "/", "httpOnly": True}
    assert second["expires"] == "2026-10-21T07:28:00Z"
    assert [header["name"] for header in one["response"]["headers"]] == ["Set-Cookie", "Set-Cookie"]
    assert one["response"]["content"] == {"size": 5, "mimeType": "text/html", "text": "<p>é"}
    assert one["response"]["_transferSize"] == 700
    assert (one["time"], one["timings"]["wait"], one["timings"]["receive"]) == (700, 500, 200)


def test_a_page_is_a_load_and_begins_with_its_document(make: Make) -> None:
    with make(EVENTS) as capture:
        log = exported(capture)
    pages = {page["id"]: page for page in log["pages"]}
    assert [entry["pageref"] for entry in log["entries"]] == ["A1", "A2", "A2", "A2", "B1", "B1", "B1"]
    assert pages["A1"]["title"] == "Room"
    assert pages["A1"]["pageTimings"] == {"onContentLoad": -1, "onLoad": -1}
    assert pages["A2"]["startedDateTime"] == log["entries"][1]["startedDateTime"]
    assert pages["A2"]["pageTimings"] == {"onContentLoad": -1, "onLoad": 1000}


def test_messages_are_as_devtools_has_them(make: Make) -> None:
    with make(EVENTS) as capture:
        late, _, socket, _, source, *_ = exported(capture, redact=False)["entries"]
    assert [(m["type"], m["opcode"], m["data"]) for m in socket["_webSocketMessages"]] == [
        ("send", 1, json.dumps({"auth_token": SECRET})), ("receive", 2, "/wAB"), ("error", -1, "Invalid frame")
    ]  # fmt: skip
    assert socket["_webSocketMessages"][0]["time"] == START + 2.3
    assert socket["_webSocketClose"] == {"timestamp": START + 3.2, "derived": True, "reason": "navigation"}
    assert socket["_initiator"] == {"type": "script", "url": "https://x.example/app.js", "lineNumber": 11}
    assert (socket["response"]["status"], socket["_resourceType"]) == (101, "websocket")
    assert late["request"]["url"] == "ws://unknown.invalid/"
    assert "address is not known" in late["comment"]
    assert "open before the recording" in late["comment"]
    assert source["_eventSourceMessages"] == [
        {"time": START + 3.4, "eventName": "note", "eventId": "7", "data": "hello"},
        {"time": START + 3.5, "eventName": "message", "eventId": "", "data": "bye"},
    ]


def test_what_is_missing_is_said(make: Make) -> None:
    with make(EVENTS) as capture:
        log = exported(capture)
    stream, moved, failed = log["entries"][3], log["entries"][5], log["entries"][6]
    assert "the renderer was too fast, 7 times" in stream["comment"]
    assert stream["response"]["content"]["comment"].startswith("partial: 9 bytes of the body are missing at 34.")
    assert [chunk["offset"] for chunk in stream["_chunks"]] == [0, 20, 34]
    assert moved["response"]["redirectURL"] == "https://x.example/new"
    assert failed["response"]["_error"] == "net::ERR_FAILED"
    assert log["_gaps"] == [{"time": START + 5, "reason": "the browser was lost", "count": 2}]
    assert "the browser was lost (2)" in log["comment"]
    assert "1 storage" in log["comment"]


def test_no_secret_leaves_and_equal_ones_stay_equal(make: Make) -> None:
    with make(EVENTS) as capture:
        log = exported(capture)
        text = json.dumps(log)
        assert SECRET[6:] not in text
        assert SECRET[:6] not in text
        assert SECRET in json.dumps(exported(capture, redact=False))
    token = log["entries"][1]["request"]["cookies"][0]["value"]
    assert json.loads(log["entries"][2]["_webSocketMessages"][0]["data"])["auth_token"] == token
    assert json.loads(log["entries"][3]["response"]["content"]["text"][6:])["token"] == token
    assert log["entries"][3]["request"]["postData"]["params"][1] == {"name": "password", "value": token}


def test_a_filter_chooses_messages_and_whole_requests(make: Make) -> None:
    with make(EVENTS) as capture:
        socket, ask = exported(capture, "(kind:frame connection:w1 dir:in) OR status:200 url:ask")["entries"]
        assert [message["type"] for message in socket["_webSocketMessages"]] == ["receive", "error"]
        assert "data:" in ask["response"]["content"]["text"]
        assert exported(capture, "type:none")["entries"] == []
        assert len(exported(capture, "value.auth_token:*")["entries"]) == 1


def test_bytes_are_base64_and_nothing_at_all_is_a_log_too(make: Make) -> None:
    events: list[Event] = [
        Request(time=START, connection="r", method="PUT", url="https://x.example/", data=b"\xff\xfe", size=2,
                body_state="whole"),
        Body(time=START, connection="r", data=b"\xff\x00", size=2, state="partial", reason="too large"),
        Finished(time=START, connection="lost"),
    ]  # fmt: skip
    with make(events) as capture:
        log = exported(capture)
    (entry,) = log["entries"]
    assert entry["request"]["postData"]["text"] == "//4="
    assert entry["response"]["content"]["encoding"] == "base64"
    assert entry["response"]["content"]["text"] == "/wA="
    assert "too large" in entry["response"]["content"]["comment"]
    assert "1 finished of a request that was not seen" in log["comment"]


def test_an_empty_capture_is_a_log(make: Make) -> None:
    with make([]) as capture:
        assert exported(capture)["entries"] == []
