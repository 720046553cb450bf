"""Every key does what the table says, and says what it did."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from rich.text import Text
from textual.screen import Screen
from textual.widgets import Input

from monitor.tui.keys import KEYS
from monitor.tui.screens.help import HelpScreen
from monitor.tui.screens.message import MessageScreen
from monitor.tui.source import Row
from monitor.tui.state import recall
from monitor.tui.widgets.inspector import Inspector
from monitor.tui.widgets.messages import MessageList
from tests.tui import fakes
from tests.tui.driving import Driver, dashboard


def _source() -> fakes.FakeSource:
    return fakes.FakeSource(fakes.stale(), fakes.messages())


def _rows(driver: Driver) -> MessageList:
    return driver.app.screen.query_one(MessageList)


async def test_moves_through_the_messages() -> None:
    async with dashboard(_source()) as driver:
        rows = _rows(driver)
        assert (rows.cursor, rows.following) == (71, True)
        await driver.press("k")
        assert (rows.cursor, rows.following) == (70, False)
        await driver.press("j")
        assert (rows.cursor, rows.following) == (71, True)
        await driver.press("g")
        assert rows.cursor == 0
        assert rows.scroll_offset.y == 0
        await driver.press("down", "pagedown")
        assert rows.cursor == rows.visible_rows
        await driver.press("pageup", "up")
        assert rows.cursor == 0
        await driver.press("G")
        assert (rows.cursor, rows.following) == (71, True)


async def test_a_message_longer_or_shorter_than_the_last_has_no_pane_laid_out_again() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("g")
        inspector, layouts = driver.app.screen.query_one(Inspector), list[Screen[None]]()
        driver.app.screen.screen_layout_refresh_signal.subscribe(inspector, layouts.append)
        heights = set[bool]()
        for _ in range(12):
            await driver.press("j", "j")
            heights.add(inspector.virtual_size.height > inspector.size.height)
        assert heights == {True, False}
        assert layouts == []


async def test_rows_that_come_soon_are_painted_at_once_and_not_as_dots_before(monkeypatch: pytest.MonkeyPatch) -> None:
    source = _source()
    rows, line_at, painted = source.messages.rows, MessageList.line_at, list[str]()

    async def soon(start: int, stop: int) -> list[Row]:
        await asyncio.sleep(0.03)  # two frames of the screen
        return await rows(start, stop)

    def paint(self: MessageList, index: int) -> Text:
        line = line_at(self, index)
        painted.append(line.plain)
        return line

    monkeypatch.setattr(source.messages, "rows", soon)
    async with dashboard(source) as driver:
        monkeypatch.setattr(MessageList, "line_at", paint)
        await driver.press("g")
        await driver.until(lambda: bool(painted))
        assert " ·" not in painted


async def test_the_matrix_turns_to_the_other_subjects_and_back_with_a_tab() -> None:
    source = _source()
    page = source.update.snapshot.subjects[0]
    beside = replace(page, subject="the others", title="", list="the others", items=page.items[:1])
    source.put(snapshot=replace(source.update.snapshot, subjects=(page, beside)))
    async with dashboard(source) as driver:
        assert "the others" not in driver.text()
        await driver.press("s")
        assert "the others" in driver.text()
        assert "2 of 2" in driver.app.said
        await driver.press("S", "S")
        assert "the others" in driver.text()
        await driver.press("s")
        assert "the others" not in driver.text()
        await driver.press("s")
        driver.app.screen.query_one("#tabs").focus()
        await driver.press("j")
        assert "the others" not in driver.text()


async def test_follow_lets_go_and_says_so() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("k")
        assert "F follows" in driver.text()
        await driver.press("F")
        assert _rows(driver).following
        assert "following the newest" in driver.app.said
        await driver.press("F")
        assert not _rows(driver).following
        assert "not following" in driver.app.said


async def test_scrolling_up_with_the_wheel_lets_go() -> None:
    async with dashboard(_source()) as driver:
        rows = _rows(driver)
        rows.scroll_relative(y=-5, animate=False)
        await driver.rest()
        assert not rows.following


async def test_new_messages_move_the_list_only_while_it_follows() -> None:
    source = _source()
    source.messages.shown = source.messages.events[:60]
    async with dashboard(source) as driver:
        rows = _rows(driver)
        assert rows.cursor == 59
        source.messages.shown = source.messages.events[:65]
        await driver.rest()
        assert rows.cursor == 64
        await driver.press("k", "k")
        top = rows.scroll_offset.y
        source.messages.shown = source.messages.events
        await driver.rest()
        assert (rows.cursor, rows.scroll_offset.y, rows.total) == (62, top, 72)


async def test_filter() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("f", *"tab:B", "enter")
        assert driver.app.said == "filter: 24 messages match"
        assert "tab:B" in driver.text()
        assert "(24 of 72)" in driver.text()
        await driver.press("escape")
        assert "(72)" in driver.text()


async def test_a_wrong_filter_is_pointed_at() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("f", *"tab:A (dir:in", "enter")
        lines = driver.text().splitlines()
        at = next(number for number, line in enumerate(lines) if "tab:A (dir:in" in line)
        assert "never closed" in lines[at - 1]
        assert lines[at - 1].index("↓") == lines[at].index("(")
        await driver.press("escape")
        assert "left as it was" in driver.app.said


async def test_a_small_or_in_a_filter_is_told_and_taken_all_the_same() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("f", *"tab:A or tab:B")
        assert "or is looked for as a word here; in capitals, OR, it joins" in driver.text()
        await driver.press("enter")
        assert driver.app.said.startswith("filter:")


async def test_a_filter_that_matches_nothing_says_what_to_do() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("f", *"tab:Q", "enter")
        assert "no message matches the filter" in driver.text()
        assert "f changes it" in driver.text()


async def test_search_goes_on_in_both_directions() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("n")
        assert "nothing to look for" in driver.app.said
        await driver.press("g", "slash", *"heartbeat", "enter")
        assert _rows(driver).cursor == 2
        await driver.press("n")
        assert _rows(driver).cursor == 4
        await driver.press("N")
        assert _rows(driver).cursor == 2
        await driver.press("slash", "ctrl+u", *"nowhere", "enter")
        assert "no message holds “nowhere”" in driver.app.said


async def test_pause_freezes_the_picture_only() -> None:
    source = _source()
    async with dashboard(source) as driver:
        await driver.press("space")
        assert "the recording goes on" in driver.app.said
        assert "picture paused" in driver.text()
        later = fakes.in_sync()
        source.put(snapshot=replace(later, recording=replace(later.recording, events=1300)))
        await driver.rest()
        assert "+16 since" in driver.text()
        assert "B is stale" in driver.text()
        await driver.press("space")
        assert "all tabs in sync" in driver.text()
        assert "1,300 events" in driver.text()


async def test_mark() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("m", *"here", "enter")
        assert driver.sent == [{"do": "mark", "text": "here"}]
        assert driver.app.said == "marked: here"
        await driver.press("m", "escape")
        assert len(driver.sent) == 1


async def test_reload_asks_once_and_takes_the_selected_tab() -> None:
    async with dashboard(_source()) as driver:
        driver.app.screen.query_one("#tabs").focus()
        await driver.press("g", "j", "r")
        assert "Reload tab B?" in driver.text()
        assert driver.sent == []
        await driver.press("n")
        assert driver.sent == []
        await driver.press("r", "y")
        assert driver.sent == [{"do": "reload", "tab": "B"}]
        assert driver.app.said == "reloading tab B"


async def test_offline_is_a_toggle() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("o", "y", "o")
        assert "back online?" in driver.text()
        await driver.press("y")
        assert driver.sent == [{"do": "offline", "tab": "B", "on": True}, {"do": "offline", "tab": "B", "on": False}]


@pytest.mark.parametrize("key", ["m", "o", "r"])
async def test_without_a_recorder_the_keys_say_so(key: str) -> None:
    async with dashboard(_source(), recorder=False) as driver:
        await driver.press(key)
        assert "there is no recorder" in driver.app.said


async def test_a_dead_recorder_is_said_at_the_top_and_by_the_keys() -> None:
    trouble = ("The recorder ended (exit code 3)", "syncmon watch starts another one")
    async with dashboard(_source(), health=lambda: trouble) as driver:
        assert "The recorder ended (exit code 3)" in driver.text()
        assert "syncmon watch starts another one" in driver.text()
        assert "✖ not recording" in driver.text()
        await driver.press("r")
        assert driver.sent == []
        assert "there is no recorder" in driver.app.said


async def test_times_since_the_start() -> None:
    async with dashboard(_source()) as driver:
        assert "10:01:00.400" in driver.text()
        await driver.press("t")
        assert "+4:08.400" in driver.text()


async def test_screens() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("2")
        assert "still waiting" in driver.text()
        await driver.press("4")
        assert "ws.chatgpt.com" in driver.text() or "ws.ch" in driver.text()
        await driver.press("1")
        assert "Timeline" in driver.text()
        await driver.press("2", "q")
        assert "Timeline" in driver.text()


async def test_a_channel_leads_to_its_messages() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("4", "enter")
        assert driver.app.picture.filter == "connection:w1"
        assert "Timeline" in driver.text()


async def test_a_write_leads_to_its_message() -> None:
    source = _source()
    async with dashboard(source) as driver:
        await driver.press("2", "enter")
        assert "the filter hides event 812" in driver.app.said
        await driver.press("j")
        source.messages.shown = [replace(one, seq=one.seq + 699) for one in source.messages.events]
        source.messages.events = source.messages.shown
        await driver.press("enter")
        assert isinstance(driver.app.screen, MessageScreen)


async def test_the_tab_s_messages() -> None:
    async with dashboard(_source()) as driver:
        driver.app.screen.query_one("#tabs").focus()
        await driver.press("g", "j", "j", "enter")
        assert driver.app.picture.filter == "tab:C"
        driver.app.screen.query_one("#tabs").focus()
        await driver.press("enter")
        assert driver.app.picture.filter == ""


async def test_a_message_of_its_own() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("enter")
        assert isinstance(driver.app.screen, MessageScreen)
        assert "conversation_id" in driver.text()
        await driver.press("2")
        assert '"topic_id":"conversations"' in driver.text()
        await driver.press("3")
        assert "5b 7b 22 74" in driver.text()
        await driver.press("4")
        assert "heartbeat" in driver.text()
        await driver.press("1", "N")
        assert "heartbeat" in driver.text()
        await driver.press("n", "escape")
        assert not isinstance(driver.app.screen, MessageScreen)


async def test_help_lists_every_key() -> None:
    async with dashboard(_source(), size=(120, 120)) as driver:
        await driver.press("question_mark")
        assert isinstance(driver.app.screen, HelpScreen)
        text = driver.text()
        assert all(key.help in text for key in KEYS)
        await driver.press("escape")
        assert "Timeline" in driver.text()


async def test_palette_runs_actions() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("ctrl+p")
        await driver.press(*"pause")
        await driver.until(lambda: "Freeze the picture" in driver.text())
        await driver.press("enter")
        await driver.until(lambda: driver.app.picture.paused)


async def test_theme_is_tried_on_and_kept() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("T", "j")
        assert driver.app.theme_name != "dark"
        await driver.press("escape")
        assert driver.app.theme_name == "dark"
        await driver.press("T", "G", "enter")
        assert driver.app.theme_name == "light"
        assert "kept" in driver.app.said
    assert recall().theme == "light"
    async with dashboard(_source()) as driver:
        assert driver.app.theme_name == "light"


async def test_tab_goes_through_the_panes() -> None:
    async with dashboard(_source()) as driver:
        seen = []
        for _ in range(4):
            seen.append(driver.app.screen.focused.id if driver.app.screen.focused else None)
            await driver.press("tab")
        assert seen == ["messages", "inspector", "tabs", "matrix"]
        await driver.press("shift+tab")
        assert driver.app.screen.focused is driver.app.screen.query_one("#matrix")


async def test_the_footer_follows_the_focus() -> None:
    async with dashboard(_source()) as driver:
        assert "⏎ open" in driver.text().splitlines()[-1]
        driver.app.screen.query_one("#tabs").focus()
        await driver.rest()
        assert "⏎ its messages" in driver.text().splitlines()[-1]


async def test_mouse() -> None:
    async with dashboard(_source()) as driver:
        await driver.pilot.click("#tabs", offset=(8, 3))
        await driver.rest()
        assert driver.app.picture.tab == "B"
        await driver.pilot.click("#messages", offset=(10, 4))
        await driver.rest()
        assert not _rows(driver).following
        await driver.pilot.click("#messages", offset=(10, 4), times=2)
        await driver.rest()
        assert isinstance(driver.app.screen, MessageScreen)
        await driver.press("escape")
        at = driver.text().splitlines()[-2].index("2 writes")
        await driver.pilot.click(offset=(at + 1, 38))
        await driver.rest()
        assert "still waiting" in driver.text()
        at = driver.text().splitlines()[-1].index("? help")
        await driver.pilot.click(offset=(at, 39))
        await driver.rest()
        assert isinstance(driver.app.screen, HelpScreen)


async def test_escape_never_quits_and_q_does() -> None:
    source = _source()
    async with dashboard(source) as driver:
        await driver.press("escape")
        assert driver.app.is_running
        assert "q quits" in driver.app.said
        await driver.press("q")
    assert source.closed


async def test_while_typing_the_footer_offers_only_what_the_prompt_does() -> None:
    async with dashboard(_source(), size=(80, 24)) as driver:
        await driver.press("f", *"/a b/")
        text = driver.text()
        assert "filter › /a b/" in text
        assert text.splitlines()[-1].split() == ["⏎", "take", "it", "Esc", "leave", "it", "as", "it", "was"]


async def test_the_tab_that_is_behind_is_selected_until_the_user_selects_one() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("r")
        assert "Reload tab B?" in driver.text()
        await driver.press("n")
        driver.app.screen.query_one("#tabs").focus()
        await driver.press("g", "r")
        assert "Reload tab A?" in driver.text()


async def test_what_is_wrong_is_said_over_a_whole_message_too() -> None:
    source = _source()
    async with dashboard(source) as driver:
        await driver.press("enter")
        assert "B is stale" in driver.text()
        source.put(snapshot=fakes.lost())
        await driver.rest()
        assert "went away" in driver.text()


async def test_another_size_is_drawn_at_once() -> None:
    async with dashboard(_source(), size=(80, 24)) as driver:
        small = driver.text()
        await driver.pilot.resize_terminal(160, 50)
        await driver.rest()
        assert "received, not shown" in driver.text()
        assert "what about the far side?" in driver.text()
        await driver.pilot.resize_terminal(80, 24)
        await driver.rest()
        assert driver.text() == small


async def test_tab_completes_a_filter_and_goes_through_the_choices() -> None:
    async with dashboard(_source()) as driver:
        await driver.press("f", "k", "i", "tab")
        field = driver.app.screen.query_one(Input)
        assert field.value == "kind:"
        await driver.press(*"so", "tab")
        assert "socket-handshake" in driver.text()
        first = field.value
        await driver.press("tab")
        assert first != field.value
        assert field.value.startswith("kind:socket-")
