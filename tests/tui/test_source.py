"""A dashboard over real capture files: finished, growing, broken, and large."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from threading import Event as Flag

import pytest
from blockbuster import blockbuster_ctx

from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.commands.judge import command_line
from monitor.errors import NotACapture
from monitor.model import Event, Gap, Mark
from monitor.sites.profile import load_profiles
from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot
from monitor.tui import records, sifting
from monitor.tui.follow import CaptureSource
from monitor.tui.judging import AUTOGROUP, NICE
from monitor.tui.records import CaptureMessages
from monitor.tui.sifting import Sifting
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


async def test_a_filter_loses_nothing_of_what_the_file_has_and_the_list_has_not_read_yet(tmp_path: Path) -> None:
    path = captures.write(tmp_path / "a.syncmon", captures.frames(40))
    with Capture(path) as capture:
        kinds = [event.kind for event in capture.events()]
    messages = CaptureMessages(path)
    assert messages.grow(10) == 10
    assert await messages.select(parse("kind:frame")) == kinds[:10].count("frame")
    while messages.grow(7):
        pass
    assert messages.matching == kinds.count("frame") > 30
    messages.close()


async def test_a_long_search_shows_what_it_has_and_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = captures.write(tmp_path / "a.syncmon", captures.frames(500))
    monkeypatch.setattr(records, "FIRST_S", -1.0)
    hold = Flag()
    real = Sifting.go_on

    def held(self: Sifting) -> None:
        hold.wait()
        real(self)

    monkeypatch.setattr(Sifting, "go_on", held)
    source = CaptureSource(path, NoAnalysis, live=False)
    async with dashboard(source, recorder=False) as driver:
        try:
            await _read(driver, source)
            driver.app.set_filter('"n":12')
            await driver.until(lambda: driver.app.said == "searching … Esc ends it")
            await driver.until(lambda: "searched 0%" in driver.text())
            await driver.press("escape")
            assert source.latest().searching is None
            assert _rows(driver).total == 503
        finally:
            hold.set()
        await driver.press("f", *'"n":49', "enter")
        assert driver.app.said == "filter: 11 messages match"
        assert _rows(driver).total == 11


async def test_the_nearest_match_is_found_both_ways_and_around_the_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sifting, "NEAR", 3)
    monkeypatch.setattr(sifting, "FAR", 5)
    messages = CaptureMessages(captures.write(tmp_path / "a.syncmon", captures.frames(100)))
    messages.grow()
    rows = await messages.rows(0, messages.total)
    hits = [at for at, row in enumerate(rows) if '"n":4' in row.title]
    assert len(hits) == 11
    for step in (1, -1):
        for row in range(messages.total):
            ahead = [hit for hit in hits if (hit - row) * step > 0]
            expected = (ahead or hits)[0 if step > 0 else -1]
            assert await messages.find('"n":4', row, step) == expected
    assert await messages.find("nowhere", 5, 1) is None
    messages.close()


async def test_the_list_does_not_wait_for_the_analysis(tmp_path: Path) -> None:
    go_on = Flag()

    class Slow(NoAnalysis):
        def feed(self, event: Event) -> None:
            go_on.wait()
            super().feed(event)

    path = captures.write(tmp_path / "a.syncmon", captures.frames(500))
    source = CaptureSource(path, Slow, live=False)
    async with dashboard(source, recorder=False) as driver:
        await driver.until(lambda: source.latest().messages == 503)
        await driver.rest()
        assert "503 of 503" in driver.text()
        assert "reading 0%" in driver.text()
        go_on.set()
        await _read(driver, source)
        assert source.latest().snapshot.seq >= 503


async def test_the_analysis_in_a_process_of_its_own_finds_the_same(tmp_path: Path) -> None:
    path = captures.write(tmp_path / "a.syncmon", captures.frames(300))
    source = CaptureSource(path, command_line(path, live=False), live=False)
    source.start()
    try:
        async with asyncio.timeout(60):
            while source.latest().progress is not None:  # noqa: ASYNC110 - a thread's
                await asyncio.sleep(0.01)
        assert source.latest().problem is None
        assert source.latest().snapshot == _judged(path)
    finally:
        source.close()


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="no sessions that are weighed against each other")
def test_the_session_of_the_analysis_stands_back_as_well() -> None:
    code = "from monitor.tui.judging import AUTOGROUP, stand_back; stand_back(); print(AUTOGROUP.read_text())"
    words = [sys.executable, "-c", code]
    run = subprocess.run(words, capture_output=True, text=True, check=True, start_new_session=True)
    assert run.stdout.split()[-2:] == ["nice", str(NICE)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-c", "raise SystemExit(7)"], "the analysis ended (7)"),
        (["-c", "print('no finding', end='')"], "the analysis ended (0)"),
        (["-c", r"import sys; sys.stdout.buffer.write(b'\0\0\0\1x')"], "the analysis cannot be read"),
    ],
)
async def test_an_analysis_that_dies_is_told_and_the_list_stays(tmp_path: Path, words: list[str], said: str) -> None:
    path = captures.write(tmp_path / "a.syncmon", captures.frames(5))
    source = CaptureSource(path, [sys.executable, *words], live=False)
    async with dashboard(source, recorder=False) as driver:
        await driver.until(lambda: source.latest().problem is not None)
        await driver.rest()
        assert said in driver.text()
        assert _rows(driver).total == 8


def _judged(path: Path) -> Snapshot:
    analysis = Analysis(load_profiles()[0])
    with Capture(path) as capture:
        for event in capture.events():
            analysis.feed(event)
    return analysis.snapshot()


async def test_the_newest_rows_are_there_when_the_list_grows(tmp_path: Path) -> None:
    messages = CaptureMessages(captures.write(tmp_path / "a.syncmon", captures.frames(40)))
    messages.grow()
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
