"""A dashboard over real capture files: finished, growing, broken, and large."""

from __future__ import annotations

from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.errors import NotACapture
from monitor.model import Event, Gap, Mark
from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot
from monitor.tui.follow import CaptureSource
from monitor.tui.records import open_messages
from monitor.tui.widgets.messages import KEEP, MessageList
from tests.tui import captures
from tests.tui.driving import Driver, dashboard
from tests.tui.fakes import NOW


class NoAnalysis:
    """A fold that knows only how much it was fed."""

    def __init__(self) -> None:
        self.fed = 0
        self.ticks = 0

    def feed(self, event: Event) -> None:
        self.fed += 1

    def tick(self, now: float) -> None:
        self.ticks += 1

    def snapshot(self) -> Snapshot:
        return Snapshot(now=NOW, seq=self.fed)


def _rows(driver: Driver) -> MessageList:
    return driver.app.screen.query_one(MessageList)


async def _read(driver: Driver, source: CaptureSource) -> None:
    await driver.until(lambda: source.latest().progress is None)
    await driver.rest()


async def test_a_finished_capture(tmp_path: Path) -> None:
    path = captures.write(tmp_path / "a.syncmon", captures.frames(50))
    source = CaptureSource(path, Analysis, live=False)
    async with dashboard(source, recorder=False) as driver:
        await _read(driver, source)
        text = driver.text()
        assert "■ file" in text
        assert "Chromium 156" in text
        assert '{"n":49}' in text
        assert source.latest().snapshot.now == NOW + 10_000_000


async def test_a_hundred_thousand_rows_cost_what_is_seen_of_them(tmp_path: Path) -> None:
    path = captures.write(tmp_path / "big.syncmon", captures.frames(100_000))
    source = CaptureSource(path, NoAnalysis, live=False)
    fetched: list[int] = []
    real = source.messages.rows

    async def counted(start: int, stop: int) -> list[object]:
        fetched.append(stop - start)
        return await real(start, stop)  # type: ignore[return-value]

    source.messages.rows = counted  # type: ignore[assignment, method-assign]
    async with dashboard(source, recorder=False) as driver:
        await _read(driver, source)
        rows = _rows(driver)
        assert rows.total == 100_003
        fetched.clear()
        for keys in (["g"], ["pagedown"], ["pagedown"], ["G"], ["k"]):
            await driver.press(*keys)
        assert max(fetched) <= rows.visible_rows
        assert sum(fetched) <= 4 * rows.visible_rows + 1
        assert len(rows._rows) <= KEEP
        await driver.press("g")
        assert "recording" in driver.text()


async def test_follows_a_growing_file(tmp_path: Path) -> None:
    path = tmp_path / "live.syncmon"
    writer = CaptureWriter(path)
    fold = NoAnalysis()
    source = CaptureSource(path, lambda: fold, live=True)
    async with dashboard(source) as driver:
        await _read(driver, source)
        assert "no messages yet" in driver.text()
        writer.append(Mark(time=NOW, text="first"))
        writer.commit()
        await driver.until(lambda: source.latest().messages == 1)
        await driver.rest()
        assert "mark      first" in driver.text() or "mark         first" in driver.text()
        assert "following ▼" in driver.text()
        assert fold.ticks > 0
        await source.messages.select(parse("kind:gap"))
        writer.append(Gap(time=NOW + 1, reason="too slow"))
        writer.append(Mark(time=NOW + 2, text="second"))
        writer.commit()
        await driver.until(lambda: (source.latest().messages, source.latest().matching) == (3, 1))
    writer.close()


async def test_filter_and_search_reach_the_file(tmp_path: Path) -> None:
    path = captures.write(tmp_path / "a.syncmon", captures.frames(500))
    source = CaptureSource(path, NoAnalysis, live=False)
    async with dashboard(source, recorder=False) as driver:
        await _read(driver, source)
        await driver.press("f", *'"n":12', "enter")
        assert "match" in driver.app.said
        await driver.press("escape", "g", "slash", *'"n":499', "enter")
        assert _rows(driver).cursor == 501
        await driver.press("f", *"value.n:>=498", "enter")
        assert driver.app.said == "filter: 2 messages match"
        await driver.press("f", "ctrl+u", *"kind:target-attached", "enter")
        assert driver.app.said == "filter: 1 message matches"


async def test_a_filter_loses_nothing_of_what_the_file_has_and_the_follower_has_not_read_yet(tmp_path: Path) -> None:
    events = captures.frames(40)
    with Capture(captures.write(tmp_path / "a.syncmon", events)) as capture:
        messages = open_messages(capture)
        every = list(capture.events())
        messages.grow(every[:10])
        assert await messages.select(parse("kind:frame")) == len([one for one in every[:10] if one.kind == "frame"])
        for start in range(10, len(every), 7):
            messages.grow(every[start : start + 7])
        assert messages.matching == len([one for one in every if one.kind == "frame"]) > 30
        messages.close()


async def test_the_newest_rows_are_there_when_the_list_grows(tmp_path: Path) -> None:
    with Capture(captures.write(tmp_path / "a.syncmon", captures.frames(40))) as capture:
        messages = open_messages(capture)
        messages.grow(capture.events())
        messages.make_ready()
        assert messages.at_hand(5) == {}, "nobody has asked for any yet"
        messages.make_ready()
        total = messages.total
        assert messages.at_hand(5) == dict(enumerate(await messages.rows(total - 5, total), total - 5))
        assert await messages.select(parse("39")) == 1
        assert list(messages.at_hand(5)) == [0], "it is the first row now, and the others are none"
        messages.at_hand(0)
        messages.make_ready()
        assert messages.at_hand(0) == {}
        messages.close()


async def test_reading_that_breaks_off_is_said_at_the_top(tmp_path: Path) -> None:
    class Broken(NoAnalysis):
        def feed(self, event: Event) -> None:
            raise ValueError("no such thing")

    path = captures.write(tmp_path / "a.syncmon", captures.frames(5))
    source = CaptureSource(path, Broken, live=False)
    async with dashboard(source, recorder=False) as driver:
        await driver.until(lambda: source.latest().problem is not None)
        await driver.rest()
        assert "reading stopped: ValueError: no such thing" in driver.text()


async def test_export_through_the_dialog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = captures.write(tmp_path / "a.syncmon", captures.frames(20))
    source = CaptureSource(path, NoAnalysis, live=False)
    async with dashboard(source, recorder=False) as driver:
        await _read(driver, source)
        await driver.press("f", *"kind:frame", "enter", "e")
        assert str(tmp_path / "a.jsonl")[:30] in driver.text()
        await driver.press("ctrl+s")
        assert driver.app.said.startswith("20 events exported")
        made = tmp_path / "a.jsonl"
        assert made.read_text().count("\n") == 21
        assert made.stat().st_mode & 0o777 == 0o600
        await driver.press("e", "ctrl+s")
        assert "exists" in driver.text()
        await driver.press("escape")
        assert driver.app.said == "export: not done"


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.syncmon"
    path.write_text("hello")
    with pytest.raises(NotACapture):
        CaptureSource(path, NoAnalysis, live=False)


async def test_no_key_blocks_the_event_loop(tmp_path: Path) -> None:
    path = captures.write(tmp_path / "a.syncmon", captures.frames(300))
    source = CaptureSource(path, NoAnalysis, live=False)
    async with dashboard(source, recorder=False) as driver:
        await _read(driver, source)
        with blockbuster_ctx("monitor.tui"):
            await driver.press("g", "pagedown", "k", "f", *"tab:A", "enter", "slash", *'"n":7', "enter", "n", "t")
            await driver.press("enter", "2", "3", "4", "n", "escape", "2", "4", "1", "G")
        assert _rows(driver).total == 300


async def test_the_filter_holds_while_the_picture_is_paused(tmp_path: Path) -> None:
    path = captures.write(tmp_path / "a.syncmon", captures.frames(30))
    source = CaptureSource(path, NoAnalysis, live=False)
    async with dashboard(source, recorder=False) as driver:
        await _read(driver, source)
        await driver.press("space", "f", *'"n":2', "enter")
        assert _rows(driver).total == 11
        assert "(11 of 33)" in driver.text()


async def test_a_finished_file_offers_no_key_that_needs_a_recorder(tmp_path: Path) -> None:
    path = captures.write(tmp_path / "a.syncmon", captures.frames(3))
    source = CaptureSource(path, NoAnalysis, live=False)
    async with dashboard(source, recorder=False) as driver:
        await _read(driver, source)
        foot = driver.text().splitlines()[-1]
        assert "export" in foot
        assert "reload" not in foot
        assert "mark" not in foot
