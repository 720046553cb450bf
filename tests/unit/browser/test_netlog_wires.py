"""Sockets and pushes from the bytes of their connections, as a real Chromium wrote them (`tests/netlogs.py`)."""

from __future__ import annotations

import pytest

from monitor.model import (
    Event,
    Frame,
    Gap,
    SocketClosed,
    SocketControl,
    SocketError,
    SocketHandshake,
    SocketOpened,
)  # fmt: skip
from tests.netlogs import BYTES, DOCUMENT, FRAGMENTS, PATHS, TEXT, ZEROS
from tests.unit.browser.test_netlog import constants, event, events, lines


@pytest.fixture(scope="module")
def sockets() -> list[Event]:
    return events(lines("sockets.ndjson"))


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


def test_bytes_that_make_no_sense_end_a_connection_with_a_gap() -> None:
    values = lines("sockets.ndjson")
    of_frames = (v["event"]["params"] for v in values if v.get("event", {}).get("params", {}).get("byte_count", 0) > 0)
    next(params for params in of_frames if params["bytes"].startswith(("w", "g")))["bytes"] = "AAAAAAAA"
    gaps = [e for e in events(values) if isinstance(e, Gap)]
    assert [gap.connection for gap in gaps] == ["w1"]
    assert "masking" in gaps[0].reason or "opcode" in gaps[0].reason
