"""What a real Chromium wrote, read anew; `tests/netlogs.py` made the files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.browser.netlog import Netlog
from monitor.model import (
    Chunk,
    Event,
    Frame,
    Gap,
    Recording,
    Response,
    SocketClosed,
    SocketControl,
    SocketError,
    SocketHandshake,
    SocketOpened,
)  # fmt: skip
from tests.netlogs import BYTES, DATA, DOCUMENT, FRAGMENTS, PATHS, TEXT, ZEROS


def lines(name: str) -> list[Any]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def events(values: list[Any]) -> list[Event]:
    netlog = Netlog()
    return [event for value in values for event in netlog.feed(value)]


@pytest.fixture(scope="module")
def sockets() -> list[Event]:
    return events(lines("sockets.ndjson"))


def constants(**more: Any) -> dict[str, Any]:
    names = {
        "REQUEST_ALIVE": 2, "SOCKET_ALIVE": 45, "SOCKET_BYTES_SENT": 84, "TCP_CONNECT": 51,
        "HTTP_TRANSACTION_READ_RESPONSE_HEADERS": 245, "HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS": 241,
    }  # fmt: skip
    told = {"logEventTypes": names, "netError": {"ERR_X": -5, "ERR_WS_UPGRADE": -173}, "timeTickOffset": 1000}
    return {"type": "constants", "constants": {**told, **more}}


def event(kind: int, phase: int = 0, source: int = 1, time: str = "5000", **params: Any) -> dict[str, Any]:
    told = {"type": kind, "phase": phase, "time": time, "source": {"id": source, "type": 1}, "params": params}
    return {"type": "event", "event": told}


@pytest.mark.parametrize("path", PATHS)
def test_a_socket_from_its_bytes(sockets: list[Event], path: str) -> None:
    opened = next(e for e in sockets if isinstance(e, SocketOpened) and str(e.url).endswith(path))
    of = [e for e in sockets if getattr(e, "connection", None) == opened.connection]
    said = [(e.dir, e.text if e.data is None else e.data) for e in of if isinstance(e, Frame)]
    assert [payload for way, payload in said if way == "out"] == [TEXT, DOCUMENT, BYTES]
    assert [p for way, p in said if way == "in"] == [TEXT.upper(), DOCUMENT.upper(), BYTES, "".join(FRAGMENTS), ZEROS]
    asked, answered = (e for e in of if isinstance(e, SocketHandshake))
    assert "Sec-WebSocket-Key" in asked.request_headers
    assert (answered.status, answered.subprotocol) == (101, "chat")
    assert ("permessage-deflate" in str(answered.headers)) == (path != "/plain")
    controls = [(e.dir, e.control, e.code, e.text, e.data) for e in of if isinstance(e, SocketControl)]
    close = ("close", 4001, "enough, schön", None)
    ping = b"are you there"
    assert controls == [("in", "ping", None, None, ping), ("out", "pong", None, None, ping), ("in", *close),
                        ("out", *close)]  # fmt: skip
    assert isinstance(of[-1], SocketClosed)


def test_requests_and_times(sockets: list[Event]) -> None:
    first = sockets[0]
    assert isinstance(first, Recording)
    assert first.browser == "Chromium/156.0.8078.79"
    assert all(abs(e.time - (e.mono or 0) - (first.clock_offset or 0)) < 1e-3 for e in sockets)
    answers = {e.url.partition("/data")[1]: e.status for e in sockets if isinstance(e, Response)}
    assert answers == {"": 200, "/data": 200}
    assert [e.text for e in sockets if isinstance(e, Chunk) and e.size < 20][:1] == ['{"answer":42}']
    assert not [e for e in sockets if isinstance(e, Gap)]


def test_the_stream_of_pushes() -> None:
    found = events(lines("pushes.ndjson"))
    of = [e for e in found if getattr(e, "connection", None) == "mcs2"]
    assert [e.url for e in of if isinstance(e, SocketOpened)] == ["mcs://127.0.0.1:8444"]
    frames = [e for e in of if isinstance(e, Frame)]
    tags = [(e.dir, (e.data or b"")[1 if number < 2 else 0]) for number, e in enumerate(frames)]
    assert tags[:4] == [("out", 2), ("in", 3), ("in", 0), ("out", 1)]
    assert tags[4:] == [("in", 8), ("out", 7)] * 3
    assert b"3222222222222222222" not in (frames[0].data or b"")
    assert isinstance(of[-1], SocketClosed)


def test_a_socket_that_was_refused() -> None:
    found = events([constants(), event(2, 1, url="wss://x/"), event(245, headers=["HTTP/1.1 403 No"]),
                    event(2, 2, net_error=-5)])  # fmt: skip
    assert found[1:] == [
        SocketOpened(time=6.0, mono=5.0, connection="w1", url="wss://x/"),
        SocketHandshake(time=6.0, mono=5.0, connection="w1", status=403),
        SocketError(time=6.0, mono=5.0, connection="w1", message="net::ERR_X"),
        SocketClosed(time=6.0, mono=5.0, connection="w1"),
    ]


def test_what_travels_within_http2_is_told_as_missing() -> None:
    found = events([constants(), event(2, 1, url="wss://x/"), event(241, headers=[":protocol: websocket"])])
    assert isinstance(found[-1], Gap)
    assert (found[-1].connection, "HTTP/2" in found[-1].reason) == ("w1", True)


def test_a_log_without_bytes_says_so() -> None:
    found = events([constants(logCaptureMode="Default"), event(2, 1, url="https://x/")])
    assert isinstance(found[1], Gap)
    assert "--net-log-capture-mode=Everything" in found[1].reason


def test_bytes_that_make_no_sense_end_a_connection_with_a_gap() -> None:
    values = lines("sockets.ndjson")
    of_frames = (v["event"]["params"] for v in values if v.get("event", {}).get("params", {}).get("byte_count", 0) > 0)
    next(params for params in of_frames if params["bytes"].startswith(("w", "g")))["bytes"] = "AAAAAAAA"
    gaps = [e for e in events(values) if isinstance(e, Gap)]
    assert [gap.connection for gap in gaps] == ["w1"]
    assert "masking" in gaps[0].reason or "opcode" in gaps[0].reason


@pytest.mark.parametrize(
    "value",
    [
        None, 5, {}, {"type": "constants"}, {"type": "constants", "constants": 5}, {"type": "event"}, event(999),
        event(2, source="x"), {"type": "polled"},  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_nonsense_is_nothing(value: object) -> None:
    assert events([constants(), value]) == []


def test_a_time_that_is_none_is_a_gap() -> None:
    *_, gap = events([constants(), event(2, 1, url="https://x/"), event(2, 1, time="soon", url="https://x/")])
    assert isinstance(gap, Gap)
    assert (gap.time, gap.count) == (6.0, 1)
