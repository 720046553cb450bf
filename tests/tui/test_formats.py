"""The screen of formats: over a fake, and over real captures that end or grow."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from monitor.capture.writer import CaptureWriter
from monitor.formats.model import FormatsReport
from monitor.model import Event, Frame
from monitor.sync.analysis import Analysis
from monitor.sync.channel_views import LatencyView, Range
from monitor.tui.follow import CaptureSource
from monitor.tui.screens.formats import FormatsScreen
from monitor.tui.source import Study
from monitor.tui.study import FormatsReader
from monitor.tui.widgets.lines import LinesView
from tests.tui import captures, fakes
from tests.tui.driving import Driver, dashboard
from tests.tui.fakes import NOW


def _source() -> fakes.FakeSource:
    return fakes.FakeSource(fakes.stale(), fakes.messages())


def _list(driver: Driver) -> LinesView:
    return driver.app.screen.query_one("#formats", LinesView)


def _talk(count: int, start: int = 0) -> list[Event]:
    texts = ['{"type":"hello","n":1}', '{"type":"bye"}']
    return [
        Frame(time=NOW + n, tab="A", target="T1", connection="w1", dir="in", text=texts[n % 2], size=len(texts[n % 2]))
        for n in range(start, start + count)
    ]


async def test_it_is_found_out_only_when_it_is_asked_for() -> None:
    source = _source()
    async with dashboard(source) as driver:
        assert source.studies.latest().progress == 0.0
        await driver.press("3")
        assert source.studies.latest().progress is None
        assert (
            "message/conversation-turn-complete" in driver.text().replace("…", "")[:9000]
            or "turn-complete" in driver.text()
        )


async def test_the_fields_are_of_the_type_of_the_cursor_and_its_schema_is_at_a_key() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("3")
        types = driver.app.picture.study.report.types
        at = next(index for index, one in enumerate(types) if one.type.endswith("turn-complete"))
        await driver.press(*"j" * at)
        assert "conversation_id" in driver.text()
        assert "$schema" not in driver.text()
        await driver.press("s")
        assert "$schema" in driver.text()
        assert "JSON Schema" in driver.app.said
        await driver.press("s")
        assert "$schema" not in driver.text()


async def test_how_long_it_was_on_its_way_is_told_of_the_type_of_the_cursor() -> None:
    source = _source()
    study = source.studies.study
    one = next(one for one in study.report.types if one.dir == "in")
    way = LatencyView(
        site=one.site, host="x", channel=one.channel, protocol=one.protocol, type=one.type, field="ts", believed=True,
        count=9, median=Range(low_s=0.031, high_s=0.055), p95=Range(low_s=0.2, high_s=0.24),
    )  # fmt: skip
    source.studies.study = replace(study, report=replace(study.report, latencies=(way,)))
    async with dashboard(source) as driver:
        await driver.press("3", *"j" * study.report.types.index(one))
        assert "stamp (ts)" in " ".join(driver.text().split())


async def test_enter_shows_its_messages_in_live() -> None:
    source = _source()
    async with dashboard(source) as driver:
        await driver.press("3")
        types = driver.app.picture.study.report.types
        at = next(index for index, one in enumerate(types) if one.type.endswith("turn-complete"))
        await driver.press(*"j" * at, "enter")
        assert driver.app.screen.query("#messages")
        assert driver.app.picture.filter == types[at].filter
        assert len(source.messages.shown) == types[at].count


async def test_the_cursor_stays_on_its_type_when_others_come_before_it() -> None:
    source = _source()
    async with dashboard(source) as driver:
        await driver.press("3")
        await driver.until(lambda: _list(driver).count() > 1)
        await driver.press("G")
        await driver.until(lambda: driver.app.picture.format is not None)
        chosen = driver.app.picture.format
        types = source.studies.study.report.types
        more = replace(types[0], site="aaa.test", type="first of all")
        source.studies.study = Study(report=FormatsReport(types=(more, *types)))
        await driver.until(lambda: _list(driver).count() == len(types) + 1)
        assert driver.app.picture.format == chosen
        assert _list(driver).cursor == len(types)


async def test_a_paused_picture_stands_still() -> None:
    source = _source()
    async with dashboard(source) as driver:
        await driver.press("3", "space")
        before = driver.app.picture.study
        source.studies.study = Study(report=FormatsReport())
        await driver.rest()
        assert driver.app.picture.study is before
        await driver.press("space")
        assert driver.app.picture.study is source.studies.study


async def test_nothing_yet_and_trouble_are_said() -> None:
    source = _source()
    source.studies.study = Study()
    async with dashboard(source) as driver:
        await driver.press("3", "enter")
        assert isinstance(driver.app.screen, FormatsScreen)
        assert "no messages yet" in driver.text()
        source.studies.study = Study(problem="it is damaged")
        await driver.rest()
        assert "it is damaged" in driver.text()


async def test_a_capture_that_is_finished(tmp_path: Path) -> None:
    path = captures.write(tmp_path / "a.syncmon", _talk(450))
    async with dashboard(CaptureSource(path, Analysis, live=False)) as driver:
        await driver.press("3")
        await driver.until(lambda: driver.app.picture.study.report.messages == 450)
        assert [(one.type, one.count) for one in driver.app.picture.study.report.types] == [
            ("bye", 225),
            ("hello", 225),
        ]


async def test_a_capture_that_grows(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    for event in _talk(10):
        writer.append(event)
    writer.commit()
    async with dashboard(CaptureSource(tmp_path / "a.syncmon", Analysis, live=True)) as driver:
        await driver.press("3")
        await driver.until(lambda: driver.app.picture.study.report.messages == 10)
        for event in _talk(300, 10):
            writer.append(event)
        writer.commit()
        await driver.until(lambda: sum(one.count for one in driver.app.picture.study.report.types) == 310)
    writer.close()


async def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    reader = FormatsReader(tmp_path / "none.syncmon", live=False)
    reader.start()
    reader.start()
    reader.close()
    assert "none.syncmon" in (reader.latest().problem or "")
