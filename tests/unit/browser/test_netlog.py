"""What a real Chromium wrote, read anew; `tests/netlogs.py` made the files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.browser.netlog import Netlog
from monitor.model import (
    Chunk,
    Event,
    Gap,
    Recording,
    Response,
)  # fmt: skip
from tests.netlogs import DATA


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


def test_requests_and_times(sockets: list[Event]) -> None:
    first = sockets[0]
    assert isinstance(first, Recording)
    assert first.browser == "Chromium/156.0.8078.79"
    assert all(abs(e.time - (e.mono or 0) - (first.clock_offset or 0)) < 1e-3 for e in sockets)
    answers = {e.url.partition("/data")[1]: e.status for e in sockets if isinstance(e, Response)}
    assert answers == {"": 200, "/data": 200}
    assert [e.text for e in sockets if isinstance(e, Chunk) and e.size < 20][:1] == ['{"answer":42}']
    assert not [e for e in sockets if isinstance(e, Gap)]


def test_a_log_without_bytes_says_so() -> None:
    found = events([constants(logCaptureMode="Default"), event(2, 1, url="https://x/")])
    assert isinstance(found[1], Gap)
    assert "--net-log-capture-mode=Everything" in found[1].reason


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
