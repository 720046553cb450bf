"""Texts that show a state which no payload spells out."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from monitor.model import Block, Shown
from tests.story import Story

ROWS = ("Buy milk", "Call Bob", "Pay rent")
LIST = json.dumps([{"id": 6 + number, "text": row, "done": False} for number, row in enumerate(ROWS)])


def todos(*tabs: str) -> Story:
    """Tabs with a list of things to do, which each was sent."""
    story = Story()
    for tab in tabs or ("A", "B", "C"):
        story.fetch(0.0, tab, "GET /todos", says=LIST)
    story.open(0.1, *(tabs or ("A", "B", "C")), texts=["Todos", *ROWS])
    return story


def fared(story: Story, until: float = 30.0) -> list[tuple[str, str | None, list[tuple[str, float | None]]]]:
    """Of each write: who made it, by what, and who saw it after how long."""
    return [
        (one.tab, one.request, [(seen.tab, None if seen.after_s is None else round(seen.after_s)) for seen in one.seen])
        for one in story.subject(until).writes
    ]


def stale(story: Story, until: float = 30.0) -> list[tuple[str, int]]:
    return [(one.tab, len(one.missing)) for one in story.subject(until).stale_now]


@pytest.mark.parametrize("says", ['{"done": true}', None])
def test_what_is_ticked_off_is_lacked_by_who_does_not_tick_it(says: str | None) -> None:
    story = todos()
    story.fetch(10.0, "A", "PATCH /todos/7", says)
    story.rewrites(10.1, "A", "Call Bob", "☑ Call Bob")
    story.rewrites(10.3, "C", "Call Bob", "☑ Call Bob")
    assert stale(story) == [("B", 1)]
    story.rewrites(18.1, "B", "Call Bob", "☑ Call Bob")
    assert fared(story) == [("A", "PATCH /todos/7", [("B", 8), ("C", 0)])]


@pytest.mark.parametrize("signs", ["☆★", "○●", "♡♥", "☐✓"])
def test_so_is_what_a_sign_before_it_says(signs: str) -> None:
    off, on = (f"{sign} Call Bob" for sign in signs)
    story = todos()
    for tab in "ABC":
        story.rewrites(3.0, tab, "Call Bob", off)
    for at, before, after in ((10.0, off, on), (20.0, on, off)):
        story.fetch(at, "A", "PATCH /todos/7")
        for tab in "ABC" if at < 15.0 else "AC":
            story.rewrites(at + 0.1, tab, before, after)
    assert stale(story) == [("B", 1)]
    assert [write[:2] for write in fared(story)] == [("A", "PATCH /todos/7")] * 2


def test_what_is_ticked_off_no_more_is_lacked_too() -> None:
    story = todos()
    for at, before, after in ((10.0, "Call Bob", "☑ Call Bob"), (20.0, "☑ Call Bob", "Call Bob")):
        story.fetch(at, "A", "POST /todos/7/toggle")
        for tab in "ABC" if at == 10.0 else "AC":
            story.rewrites(at + 0.1, tab, before, after)
    assert stale(story) == [("B", 1)]
    assert [write[:2] for write in fared(story)] == [("A", "POST /todos/7/toggle")] * 2


def test_who_shows_a_tick_first_need_not_have_made_it() -> None:
    story = todos()
    sockets = {tab: story.socket(1.0, tab) for tab in "ABC"}
    said = json.dumps({"op": "edit", "id": 8, "set": {"done": True}})
    story.frame(10.0, "B", sockets["B"], said, "out")
    for at, tab in ((10.1, "A"), (10.2, "B")):
        story.frame(at - 0.05, tab, sockets[tab], said)
        story.rewrites(at, tab, "Pay rent", "☑ Pay rent")
    assert stale(story) == [("C", 1)]
    assert fared(story) == [("B", "socket frame", [("A", 0), ("C", None)])]


def test_what_a_page_is_told_to_tick_without_any_tab_counts_as_well() -> None:
    story = todos()
    key = story.socket(1.0, "A")
    story.frame(10.0, "A", key, json.dumps({"id": 8, "done": True}))
    story.rewrites(10.1, "A", "Pay rent", "☑ Pay rent")
    assert stale(story) == [("B", 1), ("C", 1)]


@pytest.mark.parametrize("request_", ["", "GET /todos/7", "POST /log", "POST /todos/8"])
def test_what_a_page_ticks_for_itself_is_its_own(request_: str) -> None:
    story = todos()
    if request_:
        story.fetch(10.0, "A", request_, '{"event": "click"}', says=LIST)
    story.rewrites(10.1, "A", "Call Bob", "☑ Call Bob")
    assert (stale(story), fared(story)) == ([], [])


@pytest.mark.parametrize(
    ("after", "missing"), [("done", [("B", 1)]), ("Saving…", []), ("what somebody else has to say of it", [])]
)
def test_a_word_in_a_row_that_stays_is_a_state(after: str, missing: list[tuple[str, int]]) -> None:
    story = Story()
    for tab in "AB":
        story.fetch(0.0, tab, "GET /todos", says=LIST)
        story.open(0.1, tab, texts=["Todos", "Buy milk", "open"])
    story.fetch(10.0, "A", "PATCH /todos/6", '{"done": true}')
    story.rewrites(10.1, "A", "open", after)
    if after == "Saving…":
        story.rewrites(11.0, "A", after, "open")
    cells = {"body/p:2": "body/table/tr/td", "body/p:3": "body/table/tr/td:2"}
    for number, event in enumerate(story.events):
        if isinstance(event, Shown):
            blocks = tuple(replace(one, path=cells.get(one.path, one.path)) for one in event.blocks)
            story.events[number] = replace(event, blocks=blocks)
    assert stale(story) == missing


POSTS = ("My new bike", "Lunch was great", "Look at this cat")
SAID = json.dumps([{"id": f"l{number}7a", "title": post, "likes": 3} for number, post in enumerate(POSTS)])


def posts(count: str = "3") -> tuple[Story, dict[str, str]]:
    """Two tabs with posts, each liked as often as the others; the count stands beside the title."""
    story = Story()
    for tab in "AB":
        story.fetch(0.0, tab, "GET /posts", says=SAID)
    story.open(0.1, "A", "B", texts=[text for post in POSTS for text in (post, count)])
    for number, event in enumerate(story.events):
        if isinstance(event, Shown):
            rows = tuple(
                replace(b, path=f"body/article:{1 + n // 2}/{'footer' if n % 2 else 'h3'}")
                for n, b in enumerate(event.blocks)
            )
            story.events[number] = replace(event, blocks=rows)
    return story, {tab: story.socket(0.5, tab) for tab in "AB"}


def likes(story: Story, at: float, tab: str, row: int, before: str, after: str) -> None:
    """The count of one post becomes another."""
    story.rewrites(at, tab, before, after)
    event = story.events[-1]
    assert isinstance(event, Shown)
    story.events[-1] = replace(
        event,
        blocks=tuple(replace(b, slot=2 * row, path=f"body/article:{row}/footer") for b in event.blocks),
    )


@pytest.mark.parametrize("ways", [("3", "4"), ("♥ 3", "♥ 4"), ("17% of 9", "25% of 9")])
def test_a_count_beside_equal_ones_is_a_write_of_who_named_its_row(ways: tuple[str, str]) -> None:
    before, after = ways
    story, sockets = posts(before)
    story.fetch(10.0, "A", "POST /posts/l17a/like")
    likes(story, 10.1, "A", 2, before, after)
    assert stale(story) == [("B", 1)]
    story.frame(18.0, "B", sockets["B"], '[{"op": "replace", "path": "/posts/1/likes", "value": "more"}]')
    likes(story, 18.1, "B", 2, before, after)
    assert fared(story) == [("A", "POST /posts/l17a/like", [("B", 8)])]


@pytest.mark.parametrize("request_", ["", "GET /posts/l17a", "POST /log", "POST /posts/l07a/like"])
def test_a_count_that_nothing_named_runs_on_by_itself(request_: str) -> None:
    story, _ = posts()
    if request_:
        story.fetch(10.0, "A", request_)
    likes(story, 10.1, "A", 2, "3", "4")
    assert (fared(story), stale(story)) == ([], [])


def test_an_age_that_goes_on_just_when_its_row_is_named_counts_nothing() -> None:
    story, sockets = posts("7 s ago")
    for second in range(8, 14):
        for tab, later in (("A", 0.0), ("B", 0.3)):
            if second == 11:
                story.frame(second + later - 0.05, tab, sockets[tab], '{"seen": true, "id": "l17a"}')
            likes(story, second + later, tab, 2, f"{second - 1} s ago", f"{second} s ago")
    assert (fared(story), stale(story)) == ([], [])


@pytest.mark.parametrize(("named", "told"), [(2, 2), (1, 1)])
def test_words_that_do_not_stay_are_states_where_each_was_told(named: int, told: int) -> None:
    story, sockets = posts("Off")
    for number, (before, after) in enumerate((("Off", "Saving"), ("Saving", "On"))):
        if number < named:
            story.frame(10.0 + number, "A", sockets["A"], json.dumps({"set": after, "id": "l17a"}), "out")
        likes(story, 10.1 + number, "A", 2, before, after)
        likes(story, 10.2 + number, "B", 2, before, after)
    assert len(fared(story)) == told
    assert stale(story) == []


def test_a_payload_of_bytes_names_a_row_as_well() -> None:
    story, sockets = posts("Off")
    story.frame(10.0, "A", sockets["A"], b"\x30\x2a\x00\x08home/cmd\x01l17a\x02\x03on", "out")
    likes(story, 10.1, "A", 2, "Off", "On")
    assert fared(story) == [("A", "socket frame", [("B", None)])]
    assert stale(story) == [("B", 1)]


def test_a_state_that_a_new_document_does_not_show_may_have_become_another_one() -> None:
    story, _ = posts("Open")
    story.fetch(10.0, "A", "POST /posts/l17a/close")
    for tab in "AB":
        likes(story, 10.1, tab, 2, "Open", "Closed")
    story.load(35.0, "B", [text for post in POSTS for text in (post, "Open")])
    assert story.subject(50.0).violations == ()


def test_a_gauge_beside_it_is_not_what_a_state_is_about() -> None:
    story, pump = Story(), json.dumps({"id": "p7x1", "name": "South valve", "state": "open"})
    for tab in "AB":
        story.fetch(0.0, tab, "GET /pump", says=pump)
    story.open(0.1, "A", "B", texts=["Pumps"])
    rows = {tab: [("td", "South valve"), ("td:2", "open"), ("td:3", "101 cm")] for tab in "AB"}

    def shows(at: float, tab: str, *cells: int) -> None:
        blocks = tuple(
            Block(slot=50 + n, text=rows[tab][n][1], length=len(rows[tab][n][1]), digest=f"{rows[tab][n][1]:>16}",
                  path=f"body/table/tbody/tr/{rows[tab][n][0]}")
            for n in cells or range(3)
        )  # fmt: skip
        story.add(
            Shown(time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", document=story.document_of(tab),
                  url="https://example.org/room", blocks=blocks)
        )  # fmt: skip

    for tab in "AB":
        shows(0.3, tab)
    for second in range(3, 20):
        for n, tab in enumerate("AB"):
            at = second + n / 50
            story.frame(at, tab, f"w-{tab}", json.dumps({"level": 90 + second}))
            rows[tab][2] = ("td:3", f"{90 + second} cm")
            shows(at + 0.02, tab, 2)
        if second == 10:
            story.fetch(10.3, "A", "PATCH /pump/p7x1", json.dumps({"state": "shut for repair"}))
            rows["A"][1] = ("td:2", "shut for repair")
            shows(10.4, "A", 1)
    assert stale(story, 20.0) == [("B", 1)]
