"""The moments on the timelines."""

from __future__ import annotations

from monitor.model import Body, Frame, Gap, Mark
from monitor.sync.network import Connection
from monitor.sync.tabs import Tab
from monitor.sync.ticks import Ticks


def moments(ticks: Ticks, tab: str) -> list[tuple[str, float]]:
    return [(tick.what, tick.at) for tick in ticks.of[tab]]


def test_what_comes_at_once_with_its_like_is_one_moment() -> None:
    ticks = Ticks()
    ticks.begin("A")
    for at, what in ((1.0, "frame"), (1.1, "frame"), (1.15, "push"), (1.2, "frame"), (1.5, "frame")):
        ticks.mark("A", at, what)
    assert moments(ticks, "A") == [("frame", 1.0), ("push", 1.15), ("frame", 1.2), ("frame", 1.5)]


def test_a_note_about_all_is_on_each_timeline() -> None:
    ticks = Ticks()
    ticks.begin("A")
    ticks.begin("B")
    ticks.mark_all(2.0, "mark")
    assert moments(ticks, "A") == moments(ticks, "B") == [("mark", 2.0)]


def test_a_frame_that_came_counts_and_one_that_left_is_drawn_alone() -> None:
    ticks, tab, socket = Ticks(), Tab("A"), Connection("w1", "A", "socket", 0.0, 1)
    ticks.begin("A")
    ticks.count(Frame(time=1.0, tab="A", connection="w1", dir="in", opcode=1, size=2, text="hi"), tab, socket)
    ticks.count(Frame(time=2.0, tab="A", connection="w1", dir="out", opcode=1, size=2, text="hi"), tab, socket)
    assert (tab.came, tab.channels) == ([1.0], {"socket"})
    assert moments(ticks, "A") == [("frame", 1.0), ("frame", 2.0)]


def test_a_gap_and_a_note_of_a_tab_are_drawn() -> None:
    ticks, tab = Ticks(), Tab("A")
    ticks.begin("A")
    ticks.count(Gap(time=1.0, tab="A", reason="lost"), tab, None)
    ticks.count(Mark(time=2.0, tab="A", text="here"), tab, None)
    assert moments(ticks, "A") == [("gap", 1.0), ("mark", 2.0)]


def test_the_page_itself_is_no_message_that_came() -> None:
    ticks, tab, page = Ticks(), Tab("A"), Connection("d1", "A", "fetch", 0.0, 1, resource="document")
    ticks.begin("A")
    ticks.count(Body(time=1.0, tab="A", connection="d1", text="<html>", size=6), tab, page)
    assert tab.came == []
