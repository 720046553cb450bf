"""Events as DevTools messages: what has one is told by it, the rest as our own; frames come back as they were."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from monitor import cli
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.export import cdp
from monitor.model import Event, Frame, Gap, Request, SocketClosed, SocketOpened, TargetAttached
from tests.unit.report.stories import numbered, told_chatgpt


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "x.syncmon"
    writer = CaptureWriter(path)
    for event in [*numbered(told_chatgpt()), Gap(time=1_800_000_100.0, mono=200.0, tab="A", reason="lost")]:
        writer.append(event)
    writer.close()
    return path


def exported(path: Path, *, redact: bool = False) -> list[dict[str, Any]]:
    """The lines of an export."""
    out = io.StringIO()
    with Capture(path) as found:
        cdp.export(found, None, out, redact)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_event_is_a_line_in_the_form_of_a_log(capture: Path) -> None:
    lines = exported(capture)
    with Capture(capture) as found:
        assert len(lines) == found.last_seq()
    assert all(set(line) == {"t", "dir", "message"} for line in lines)
    assert {line["message"]["sessionId"] for line in lines} == {"A", "B"}


def test_what_the_protocol_has_a_message_for_is_told_by_it(capture: Path) -> None:
    methods = [line["message"]["method"] for line in exported(capture)]
    assert {"Network.requestWillBeSent", "Network.responseReceived", "Network.dataReceived", "Network.loadingFinished",
            "Network.webSocketCreated", "Network.webSocketFrameReceived", "Network.webSocketFrameSent",
            "Page.frameNavigated", "Syncmon.event"} <= set(methods)  # fmt: skip
    gap = exported(capture)[-1]["message"]
    assert (gap["method"], gap["params"]["kind"], gap["params"]["reason"]) == ("Syncmon.event", "gap", "lost")


def test_frames_come_back_by_import(capture: Path, tmp_path: Path) -> None:
    log, again = tmp_path / "x.cdp.jsonl", tmp_path / "again.syncmon"
    assert cli.run(["export", str(capture), "--format", "cdp", "--no-redact", "-o", str(log)]) == 0
    assert cli.run(["import", "cdp", str(log), "-o", str(again)]) == 0
    assert frames(again) == frames(capture)


def frames(path: Path) -> list[tuple[str, str | None]]:
    with Capture(path) as found:
        events: list[Event] = list(found.events())
    return [(event.dir, event.text) for event in events if isinstance(event, Frame)]


def test_secrets_stay_here(capture: Path) -> None:
    assert "c2lnbmF0dXJl" in json.dumps(exported(capture))
    assert "c2lnbmF0dXJl" not in json.dumps(exported(capture, redact=True))


def test_all_lines_are_on_the_clock_of_the_browser_and_a_request_tells_the_other_one(tmp_path: Path) -> None:
    path = tmp_path / "x.syncmon"
    writer = CaptureWriter(path)
    common: dict[str, Any] = {"tab": "A", "target": "page-A", "connection": "w"}
    for event in (
        TargetAttached(time=1_800_000_000.0, tab="A", target="page-A", type="page"),
        Request(time=1_800_000_001.0, mono=101.0, method="GET", url="https://a.example/", tab="A", connection="r"),
        SocketOpened(time=1_800_000_002.0, url="wss://a.example/s", **common),
        SocketClosed(time=1_800_000_003.0, mono=103.0, **common),
    ):
        writer.append(event)
    writer.close()
    assert [line["t"] for line in exported(path)] == [100.0, 101.0, 102.0, 103.0]
    log, again = tmp_path / "x.cdp.jsonl", tmp_path / "again.syncmon"
    assert cli.run(["export", str(path), "--format", "cdp", "-o", str(log)]) == 0
    assert cli.run(["import", "cdp", str(log), "-o", str(again)]) == 0
    with Capture(again) as found:
        times = [event.time for event in found.events() if isinstance(event, (SocketOpened, SocketClosed))]
    assert times == [1_800_000_002.0, 1_800_000_003.0]


def test_an_export_without_requests_keeps_its_times_by_our_own_events(tmp_path: Path) -> None:
    path, log, again = tmp_path / "x.syncmon", tmp_path / "x.cdp.jsonl", tmp_path / "again.syncmon"
    writer = CaptureWriter(path)
    writer.append(Gap(time=1_800_000_001.0, mono=101.0, tab="A", reason="lost"))
    writer.append(SocketClosed(time=1_800_000_003.0, mono=103.0, tab="A", target="page-A", connection="w"))
    writer.close()
    assert cli.run(["export", str(path), "--format", "cdp", "-o", str(log)]) == 0
    assert cli.run(["import", "cdp", str(log), "-o", str(again)]) == 0
    with Capture(again) as found:
        assert {round(event.time) for event in found.events()} <= set(range(1_800_000_001, 1_800_000_004))
