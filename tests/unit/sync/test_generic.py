"""Which texts of a page nobody wrote a profile for count: those a payload explains, and not what is a tab's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.model import Block, Shown
from monitor.sync.analysis import Analysis
from monitor.sync.generic import counts
from monitor.sync.items import Wait
from monitor.sync.tabs import SETTLE_S, Tab
from monitor.sync.texts import REST_S
from tests.story import PAGE, Story

TEXT = "Buy oat milk"
NOTE = json.dumps({"text": TEXT})


def room() -> tuple[Story, dict[str, str]]:
    """Two tabs on one page, each with a socket."""
    story = Story()
    story.open(0, "A", "B")
    return story, {tab: story.socket(1.0, tab) for tab in "AB"}


def items(story: Story, until: float = 40.0) -> list[str]:
    """What the items say."""
    return [item.excerpt for item in story.subject(until).items]


def draft(story: Story, at: float, text: str, tab: str = "A") -> None:
    """What stands in an input of a page now."""
    common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "frame": f"page-{tab}", "url": PAGE, "time": at}
    block = Block(slot=90, text=text, path="body/form/input", length=len(text), editable=True)
    story.add(Shown(document=story.document_of(tab), blocks=(block,), **common))


# ── what explains a text ──


def test_a_text_that_no_payload_has_is_no_item() -> None:
    story, _ = room()
    story.fetch(9.9, "A", "POST /beat", '{"beat": "steady"}')
    story.says(10.0, "A", TEXT)
    assert items(story) == []


@pytest.mark.parametrize("tab", ["A", "B"])
@pytest.mark.parametrize("way", ["in", "out"])
@pytest.mark.parametrize("at", [9.9, 10.3])
def test_a_payload_of_any_tab_on_the_subject_explains_it_before_or_after(tab: str, way: Any, at: float) -> None:
    story, sockets = room()
    if at < 10.0:
        story.frame(at, tab, sockets[tab], NOTE, way)
    story.says(10.0, "A", TEXT)
    if at > 10.0:
        story.frame(at, tab, sockets[tab], NOTE, way)
    assert items(story) == [TEXT]


def test_a_payload_of_a_tab_on_another_subject_explains_nothing() -> None:
    story, _ = room()
    story.open(2.0, "C", url="https://example.org/other")
    story.frame(9.9, "C", story.socket(3.0, "C"), NOTE)
    story.says(10.0, "A", TEXT)
    found = next(subject for subject in story.told(until=30.0).subjects if subject.subject == PAGE)
    assert found.items == ()


def test_a_payload_long_after_the_text_explains_nothing() -> None:
    story, sockets = room()
    story.says(10.0, "A", TEXT)
    story.frame(25.0, "A", sockets["A"], NOTE)
    assert items(story) == []


@pytest.mark.parametrize(("at", "found"), [(9.8, [TEXT]), (8.5, [])])
def test_a_payload_that_nobody_can_read_explains_what_comes_right_after_it(at: float, found: list[str]) -> None:
    story, sockets = room()
    story.frame(at, "A", sockets["A"], bytes(range(0x80, 0xC0)))
    story.says(10.0, "A", TEXT)
    assert items(story) == found


@pytest.mark.parametrize(("body", "found"), [(NOTE, [TEXT]), (None, [])])
def test_what_a_tab_writes_while_its_page_still_loads_is_an_item(body: str | None, found: list[str]) -> None:
    story, sockets = room()
    at = 1.0
    story.fetch(at, "A", "POST /notes", body, says=NOTE)
    for tab in "AB":
        story.frame(at + 0.06, tab, sockets[tab], NOTE)
        story.says(at + 0.07, tab, TEXT)
    assert items(story) == found


# ── what is a tab's own ──


def test_what_a_server_writes_into_each_load_is_no_item() -> None:
    story = Story()
    for tab, stamp in (("A", "bd33139d56a7"), ("B", "6382f1d9eb70")):
        page = f"<!doctype html><p>Room</p><p>Rendered as {stamp}</p>"
        story.fetch(0.0, tab, "GET /room", says=page, mime="text/html", resource="document")
        story.open(0.1, tab, texts=("Room", f"Rendered as {stamp}"))
    story.load(15.0, "A", ("Room", "Rendered as 2ae51c37acb5"))
    assert items(story) == []


@pytest.mark.parametrize("names", [("Otter", "Lynx"), ("Otter", "Otter")])
def test_what_each_tab_fetched_once_for_itself_is_no_item(names: tuple[str, str]) -> None:
    story, _ = room()
    for at, tab, name in ((5.0, "A", names[0]), (6.0, "B", names[1])):
        story.fetch(at, tab, "GET /me", says=json.dumps({"name": f"Visitor {name}"}))
        story.says(at + 0.1, tab, f"Welcome, Visitor {name}")
    subject = story.subject(until=40.0)
    assert subject.stale_now == ()
    assert items(story) == ([] if names[0] != names[1] else ["Welcome, Visitor Otter"])


# ── what is about another text ──


def test_a_notice_that_mentions_a_text_beside_it_is_no_item() -> None:
    story, _ = room()
    story.fetch(9.9, "A", "POST /notes", NOTE)
    story.says(10.0, "A", TEXT, f"Saved “{TEXT}”")
    assert items(story) == [TEXT]


def test_a_text_with_more_around_it_and_nothing_beside_it_is_one() -> None:
    story, _ = room()
    story.fetch(9.9, "A", "POST /notes", NOTE)
    story.says(10.0, "A", f"Saved “{TEXT}”")
    assert len(items(story)) == 1


@pytest.mark.parametrize(("status", "found"), [(200, [TEXT]), (422, [])])
def test_what_a_refused_request_said_is_no_item(status: int, found: list[str]) -> None:
    story, _ = room()
    story.fetch(9.9, "A", "POST /notes", NOTE, status=status)
    story.says(10.0, "A", TEXT)
    assert items(story) == found


# ── drafts ──


def test_what_stands_in_an_input_is_no_item_even_if_it_is_sent() -> None:
    story, _ = room()
    draft(story, 9.0, TEXT)
    story.fetch(9.9, "A", "POST /drafts", NOTE)
    assert items(story) == []


def test_a_name_that_is_sent_with_each_message_is_none_of_its_own() -> None:
    story, sockets = room()
    for number, (at, text) in enumerate(((10.0, "Good morning"), (14.0, "Anybody there?"), (14.8, "Never mind"))):
        story.frame(at + 0.01, "A", sockets["A"], json.dumps({"by": "Ann", "text": text}), way="out")
        for tab, delay in (("A", 0.0), ("B", 0.3)):
            if delay:
                story.frame(at + delay - 0.02, tab, sockets[tab], json.dumps({"by": "Ann", "text": text, "n": number}))
            blocks = (Block(slot=91 + 2 * number, text="Ann"), Block(slot=92 + 2 * number, text=text))
            common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "frame": f"page-{tab}", "url": PAGE}
            story.add(Shown(time=at + delay, document=story.document_of(tab), blocks=blocks, **common))
    story.events.sort(key=lambda event: event.time)
    writes = story.subject(until=30.0).writes
    assert [len(write.items) for write in writes] == [2, 1, 1]


@pytest.mark.parametrize("beside", ["", " — 0 votes"])
def test_a_field_that_keeps_what_it_sent_is_nobody_elses_though_others_are_told_late(beside: str) -> None:
    story, sockets = room()
    draft(story, 9.8, TEXT)
    story.frame(9.9, "A", sockets["A"], NOTE, way="out")
    story.frame(9.92, "A", sockets["A"], NOTE)
    story.says(9.95, "A", TEXT + beside)
    draft(story, 15.0, "Bob washes the car", "B")
    story.frame(16.0, "B", sockets["B"], NOTE)
    story.frame(16.2, "B", sockets["B"], '{"done": true}')
    story.says(16.3, "B", TEXT + beside)
    story.frame(20.0, "B", sockets["B"], '{"done": true}')
    subject = story.subject(until=40.0)
    assert [[seen.state for seen in write.seen] for write in subject.writes] == [["shown"]]
    assert subject.stale_now == ()


def sent(story: Story, at: float, text: str, tab: str = "A") -> None:
    """The input is emptied and the page shows the text, both at once."""
    common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "frame": f"page-{tab}", "url": PAGE, "time": at}
    block = Block(slot=91, text=text, path="body/ul/li", length=len(text))
    story.add(Shown(document=story.document_of(tab), blocks=(block,), gone=(90,), **common))


def test_the_same_word_said_again_is_a_message_of_its_own_whatever_the_server_puts_beside_it() -> None:
    story, sockets = room()
    for at, who, number in ((10.0, "A", 91), (14.0, "B", 93)):
        story.frame(at - 0.1, who, sockets[who], json.dumps({"text": "ok"}), way="out")
        for tab in "AB":
            said = json.dumps({"text": "ok", "time": f"10:00:{at:.0f}"})
            story.frame(at, tab, sockets[tab], said)
            blocks = (Block(slot=number, text="ok"), Block(slot=number + 1, text=f"10:00:{at:.0f}"))
            common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "frame": f"page-{tab}", "url": PAGE}
            story.add(Shown(time=at + 0.02, document=story.document_of(tab), blocks=blocks, **common))
    assert [write.tab for write in story.subject(until=30.0).writes] == ["A", "B"]


def test_a_draft_that_turns_into_a_text_of_the_page_at_once_is_shown_there() -> None:
    """An echo, or a page that shows what it sends without waiting."""
    story, sockets = room()
    draft(story, 9.8, TEXT)
    story.frame(9.9, "A", sockets["A"], NOTE, way="out")
    sent(story, 9.95, TEXT)
    story.frame(10.0, "B", sockets["B"], NOTE)
    subject = story.subject(until=30.0)
    assert [(stale.tab, stale.received) for stale in subject.stale_now] == [("B", True)]
    assert [write.tab for write in subject.writes] == ["A"]


def test_a_writer_whose_page_shows_its_draft_last_is_not_stale() -> None:
    story, sockets = room()
    draft(story, 9.8, TEXT)
    story.frame(9.9, "A", sockets["A"], NOTE, way="out")
    story.frame(9.91, "B", sockets["B"], NOTE)
    story.says(9.92, "B", TEXT)
    story.frame(9.93, "A", sockets["A"], NOTE)
    sent(story, 9.95, TEXT)
    subject = story.subject(until=30.0)
    assert [item.excerpt for item in subject.items] == [TEXT]
    assert subject.stale_now == ()


def test_a_draft_sent_twice_is_two_items() -> None:
    story, sockets = room()
    story.frame(5.0, "A", sockets["A"], NOTE, way="out")
    story.says(5.1, "A", TEXT)
    story.says(5.1, "B", TEXT)
    draft(story, 9.8, TEXT)
    story.frame(9.9, "A", sockets["A"], NOTE, way="out")
    sent(story, 9.95, TEXT)
    subject = story.subject(until=30.0)
    assert [item.excerpt for item in subject.items] == [TEXT, TEXT]
    assert [len(stale.missing) for stale in subject.stale_now if stale.tab == "B"] == [1]


def test_what_stands_in_an_editor_is_one_once_another_tab_is_sent_it() -> None:
    story, sockets = room()
    draft(story, 9.0, TEXT)
    story.frame(9.2, "A", sockets["A"], NOTE, way="out")
    story.frame(9.3, "B", sockets["B"], NOTE)
    story.says(9.0 + REST_S + 1.0, "B", "Ann is writing")  # pages are looked at when they change
    assert items(story) == [TEXT]
    assert [stale.tab for stale in story.subject(until=40.0).stale_now] == ["B"]


# ── two pages that load side by side ──


@pytest.mark.parametrize(
    ("until", "ended", "carried", "expected"),
    [
        (SETTLE_S - 0.1, None, False, False),
        (SETTLE_S + 0.1, None, False, True),
        (None, SETTLE_S - 0.1, False, False),
        (None, None, False, True),
        (SETTLE_S - 0.1, None, True, True),
    ],
)
def test_a_wait_counts_once_it_outlasts_the_load_of_its_tab(
    until: float | None, ended: float | None, carried: bool, expected: bool
) -> None:
    wait = Wait("B", "t1", 0, 0.5, until=until, ended=ended, carried=carried)
    assert counts(wait, Tab("B", began=0.0), now=60.0) is expected


def test_a_text_that_goes_as_one_like_it_comes_is_shown_no_more() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=("Room", "Note 4"))
    for tab in "AB":
        story.socket(1.0, tab)
    story.fetch(5.0, "A", "POST /notes", '{"text": "Note 2"}')
    story.says(5.1, "A", "Note 2")
    story.swaps(9.0, "B", "Note 4", "Note 2")
    analysis = Analysis()
    for event in story.events:
        analysis.feed(event)
    [subject] = analysis.state.subjects.values()
    shown = {subject.items[item_id].text for item_id in subject.replicas["B"].shown}
    assert shown == {"Room", "Note 2"}


# ── the cells of a table ──


@pytest.mark.parametrize(
    ("cell", "value", "found"),
    [
        ("45%", '"45%"', ["45%"]),
        ("No", '"No"', ["No"]),
        ("€71.50", "71.5", ["€71.50"]),
        ("1234 left", "1234", ["1234 left"]),
        ("€71.50", "70.9", []),
    ],
)
def test_a_short_value_that_one_cell_is_given_is_an_item(cell: str, value: str, found: list[str]) -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Budget", "Rent and heating", "6%", "€12.30", "7 left", "Yes"])
    story.fetch(
        10.0, "A", "POST /cells", f'{{"op":"change","id":"s82134","set":{{"value":{value},"edited":"always"}}}}'
    )
    former = {"%": "6%", "€": "€12.30", "l": "7 left"}.get(cell[-1] if cell[-1] == "%" else cell[0], "Yes")
    story.rewrites(10.1, "A", "7 left" if "left" in cell else former, cell)
    subject = story.subject(until=30.0)
    assert [item.excerpt for item in subject.items] == found
    assert [one.tab for one in subject.stale_now] == ["B"] * len(found)


def test_the_heading_of_what_a_page_turns_to_is_none_though_a_short_message_has_it_later() -> None:
    story, sockets = room()
    story.says(1.0, "A", "Inbox")
    story.says(1.0, "B", "Inbox")
    story.rewrites(10.0, "A", "Inbox", "Spam")
    story.frame(14.0, "A", sockets["A"], '{"op":"change","folder":"Spam"}')
    assert items(story) == []


def test_the_number_of_a_page_that_is_asked_for_is_nothing_written() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Archive", "Page 1 of 4 Prev Next"])
    answer = json.dumps({"total": 34, "page": 2, "items": [{"id": "k1", "text": "Old news"}]})
    story.fetch(10.0, "A", "GET /rows?page=2", says=answer)
    story.rewrites(10.1, "A", "Page 1 of 4 Prev Next", "Page 2 of 4 Prev Next")
    assert items(story) == []
