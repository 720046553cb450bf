"""How numbers, times and addresses read."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from monitor.sync.snapshot import TabView
from monitor.tui import words
from monitor.tui.paint.states import tab_state
from monitor.tui.paint.tabs import lines
from monitor.tui.picture import Picture
from monitor.tui.source import Update
from monitor.tui.theme import Palette
from tests.tui import fakes


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (13.24, "13.2 s"), (99.94, "99.9 s"), (125, "2 m 05 s"), (3840, "1 h 04 m"), (-3, "0.0 s")],
)
def test_age(seconds: float, text: str) -> None:
    assert words.age(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(0.183, "183 ms"), (1.0, "1.0 s"), (0.9996, "1.0 s")])
def test_wait(seconds: float, text: str) -> None:
    assert words.wait(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1234, "1.2 kB"), (182_400, "182 kB"), (999_600, "1.0 MB"), (10**10, "10.0 GB")],
)
def test_size(count: int, text: str) -> None:
    assert words.size(count) == text


def test_times() -> None:
    assert words.clock(1_767_520_864.1239) == "10:01:04.123"
    assert words.since(352.2009, 100) == "+4:12.201"
    assert words.since(3_700, 0) == "+1:01:40.000"
    assert words.since(0, 1.5) == "-0:01.500"
    assert words.duration(90_061) == "1 d 01:01:01"


def test_an_address_keeps_its_end() -> None:
    made = words.address("https://chat.test/backend-api/conversation/68f1a2b3/stream_status", 30)
    assert len(made) == 30
    assert made.endswith("/stream_status")
    assert made.startswith("chat.test")


def test_counts() -> None:
    assert words.count(1, "tab") == "1 tab"
    assert words.count(1284, "event") == "1,284 events"


def test_tabs_of_several_browser_profiles_say_which() -> None:
    snapshot = fakes.stale()
    several = tuple(replace(tab, context=number) for tab, number in zip(snapshot.tabs, (1, 2, 1), strict=True))
    for tabs, column in ((snapshot.tabs, []), (several, ["1", "2", "1"])):
        picture = Picture(update=Update(snapshot=replace(snapshot, tabs=tabs)))
        head, rows = lines(picture, 90, Palette(None))
        place = head[0].plain.find("profile")
        assert [row.plain[place : place + 7].strip() for row in rows if place >= 0] == column


def test_a_tab_that_is_behind_in_a_list_alone_says_so() -> None:
    tab = TabView(label="B", behind=("conversations",))
    assert tab_state(tab) == ("✓", "list behind", "stale")
    assert tab_state(replace(tab, state="stale", for_s=3.0)) == ("⚠", "3.0 s stale", "stale")
