"""What is wrong is said with what to do about it, and never instead of the answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

import monitor.browser
from monitor.sync.snapshot import Alert
from monitor.tui import hints
from monitor.tui.paint.header import verdict
from monitor.tui.picture import Picture, alerts
from monitor.tui.source import Update
from monitor.tui.theme import Palette
from tests.tui import fakes

ATTACH = "gap: 1 a request was sent before the attach"


def _picture(*, tab: str = "A", live: bool = True, told: tuple[Alert, ...] = (), **recording: object) -> Picture:
    base = fakes.in_sync()
    snapshot = replace(base, alerts=told, recording=replace(base.recording, **recording))
    return Picture(update=Update(snapshot=snapshot, live=live), tab=tab)


def _gap(text: str = ATTACH, tab: str | None = "A") -> Alert:
    return Alert(level="warning", text=text, tab=tab)


@pytest.mark.parametrize(
    ("tab", "says"),
    [("A", "reload A (r) to record it whole"), ("B", "select A and reload it (r) to record it whole")],
)
def test_a_gap_that_a_reload_heals_says_so(tab: str, says: str) -> None:
    (alert,) = alerts(_picture(tab=tab, told=(_gap(),)))
    assert alert.hint == says


def test_a_gap_of_no_tab() -> None:
    (alert,) = alerts(_picture(told=(_gap(tab=None),)))
    assert alert.hint == "reload the tab (r) to record it whole"


def test_a_finished_file_offers_no_reload() -> None:
    stale = Alert(level="stale", text="B stale 3.0 s", tab="B")
    found = alerts(_picture(live=False, told=(_gap(), stale)))
    assert [alert.hint for alert in found] == ["2 shows what it waited for", hints.LIST]


def test_a_hint_that_came_along_is_kept() -> None:
    (alert,) = alerts(_picture(told=(replace(_gap(), hint="do this"),)))
    assert alert.hint == "do this"


def test_an_unknown_reason_leads_to_the_list() -> None:
    (alert,) = alerts(_picture(told=(_gap("gap: 3 something new"),)))
    assert alert.hint == hints.LIST


def test_every_word_is_one_of_the_recorder() -> None:
    folder = Path(monitor.browser.__file__).parent
    sources = [*folder.glob("*.py"), folder.parent / "capture" / "rows.py"]
    reasons = " ".join(re.sub(r'"\s*\n\s*f?"', "", path.read_text("utf-8")) for path in sources)
    assert [words for words, _ in hints._GAPS if words not in reasons] == []


def test_a_gap_long_ago_is_still_no_error() -> None:
    (alert,) = alerts(_picture(gaps=2, problem="a request was sent before the attach"))
    assert alert.level == "warning"
    assert alert.text == "2 gaps, the last: a request was sent before the attach"
    assert "to record it whole" in alert.hint


@pytest.mark.parametrize("rows", [2, 3, 4])
@pytest.mark.parametrize("width", [80, 120])
def test_gaps_do_not_hide_the_answer(rows: int, width: int) -> None:
    lines = verdict(_picture(told=(_gap(),) * 4, gaps=4), width, rows, Palette(None))
    assert "all tabs in sync" in lines[0].plain
    assert "before the attach" in lines[1].plain
    assert "more" in lines[-1].plain
    assert len(lines) <= rows
