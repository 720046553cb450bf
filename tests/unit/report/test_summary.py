"""The summary and the trade-offs: numbers that were measured, and 'not observed' where they were not."""

from __future__ import annotations

import pytest

from monitor.model import SocketOpened
from monitor.report.build import build
from tests.story import Story
from tests.unit.report.stories import column, told_chatgpt, told_claude


def test_what_is_measured_of_a_socket() -> None:
    numbers = column(told_chatgpt()).tradeoffs
    assert numbers["Connection overhead"].text.startswith("2 sockets, ")
    assert numbers["Latency of the word"].text == "1.3 s after the write"
    assert "1 of 1 not by themselves" in numbers["Until a write is seen elsewhere"].text
    assert numbers["Infrastructure"].text == "`ws.chatgpt.com`"


def test_what_is_measured_of_pushes() -> None:
    numbers = column(told_claude()).tradeoffs
    assert numbers["Connection overhead"].text == "none held by the page; 1 push came"
    assert "push received to dispatched: 10 ms" in numbers["Latency of the word"].text


def test_a_page_that_does_nothing() -> None:
    story = Story()
    story.open(0.0, "A")
    (site,) = build([("x", story.events)]).sites
    assert site.summary["mechanism"].text.startswith("none")
    assert not site.summary["recovery"].known


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (False, "none: the page opens wss://example.org/s by itself"),
        (True, "not observed: its sockets were open before the recording"),
    ],
)
def test_how_a_socket_that_is_older_than_the_recording_was_opened_is_not_known(late: bool, told: str) -> None:
    story = Story()
    story.open(0.0, "A")
    story.add(SocketOpened(time=1.0, tab="A", target="page-A", connection="w1", url="wss://example.org/s", late=late))
    story.frame(2.0, "A", "w1", '{"k": "tick"}')
    (site,) = build([("x", story.events)]).sites
    assert site.summary["init"].text == told
    assert site.summary["init"].known is not late


def test_a_write_that_only_hidden_tabs_lack_is_not_called_none() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.hide(1.0, "B")
    story.fetch(2.0, "A", "POST /rooms", '{"id":"n1","text":"Buy oat milk"}', says='{"ok":true}')
    story.says(2.1, "A", "Buy oat milk")
    story.hide(40.0, "A", True)
    (site,) = build([("x", story.events)]).sites
    told = site.summary["multi-tab"]
    assert not told.known
    assert told.text == "not judged: 1 write seen, but the other tabs were hidden"
    assert told.events
