from __future__ import annotations

from pathlib import Path

import pytest

from monitor.capture import talks
from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.errors import FilterError
from monitor.model import Body, Event, Frame, Mark, Request, SocketOpened, TargetAttached


def _frame(connection: str) -> Frame:
    return Frame(time=0.0, connection=connection, dir="in", text="x")


def _request(connection: str, url: str) -> Request:
    return Request(time=0.0, connection=connection, method="GET", url=url)


EVENTS: tuple[Event, ...] = (
    _frame("w1"),  # 1: not known yet where it leads
    SocketOpened(time=0.0, connection="w1", url="ws://there/"),
    _frame("w1"),
    TargetAttached(time=0.0, type="page", url="http://there/page"),  # 4: of no connection
    Mark(time=0.0),
    _request("r1", "http://there/a"),
    _request("r1", "http://elsewhere/b"),  # 7: redirected
    Body(time=0.0, connection="r1", text="x"),
    _request("r1", "http://There/c"),  # 9: and back
    Body(time=0.0, connection="r1", text="x"),
)


def _write(path: Path, events: tuple[Event, ...]) -> CaptureWriter:
    writer = CaptureWriter(path, keep_order=True)
    writer.extend(events)
    writer.commit()
    return writer


@pytest.mark.parametrize("text", ["url:there", "url:/[tT]here/", "there", "url:*th*re*"])
def test_an_events_address_is_its_own_or_the_latest_of_its_connection(tmp_path: Path, text: str) -> None:
    _write(tmp_path / "a.syncmon", EVENTS).close()
    with Capture(tmp_path / "a.syncmon") as capture:
        assert list(capture.seqs(parse(text))) == [2, 3, 4, 6, 9, 10]
        assert list(capture.seqs(parse(f"-{text}"))) == [1, 5, 7, 8]


def test_the_answers_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "_PAGE", 2)
    writer = _write(tmp_path / "a.syncmon", EVENTS[:6])
    with Capture(tmp_path / "a.syncmon") as capture:
        search = capture.search(parse("url:there"))
        assert search.read() == [2, 3, 4, 6]
        writer.extend([*EVENTS[6:], _frame("w1")])
        writer.commit()
        assert search.read() == [9, 10, 11]
        assert capture.search(parse("url:there"), after=9).read() == [10, 11]
    writer.close()


def test_old_questions_are_forgotten_and_can_be_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "KEPT", 2)
    _write(tmp_path / "a.syncmon", EVENTS).close()
    with Capture(tmp_path / "a.syncmon") as capture:
        counts = {word: capture.count(parse(f"url:{word}")) for word in ("there", "elsewhere", "page", "nowhere")}
        assert counts == {"there": 6, "elsewhere": 2, "page": 1, "nowhere": 0}
        assert {word: capture.count(parse(f"url:{word}")) for word in counts} == counts
        assert len(capture.parts[0].rows("SELECT name FROM temp.sqlite_master WHERE type = 'table'")) == 2


@pytest.mark.slow
def test_a_runaway_expression_is_told_as_one(tmp_path: Path) -> None:
    _write(tmp_path / "a.syncmon", (_request("r1", "a" * 5000 + "b"),)).close()
    with Capture(tmp_path / "a.syncmon") as capture, pytest.raises(FilterError, match="took longer than"):
        capture.seqs(parse("url:/(a|aa)+$/"))
