"""Names, labels and headings that payloads hold, though they are about something else."""

from __future__ import annotations

import json

import pytest

from tests.story import START, Story

TEXT = "Buy oat milk"


def room() -> tuple[Story, dict[str, str]]:
    """Two tabs on one page, each with a socket."""
    story = Story()
    story.open(0, "A", "B")
    return story, {tab: story.socket(1.0, tab) for tab in "AB"}


def lacked(story: Story, until: float = 40.0) -> list[tuple[str, int]]:
    return [(one.tab, len(one.missing)) for one in story.subject(until).stale_now]


def test_a_name_above_many_messages_is_no_news_though_a_message_has_it() -> None:
    story, keys = room()
    for number, name in enumerate(("Ann Lovell", "Bo Chang")):
        story.says(2.0 + number, "A", f"{name} 2 min ago")
        story.says(2.0 + number, "B", f"{name} 2 min ago")
    note = json.dumps({"op": "add", "by": "Ann Lovell", "text": TEXT})
    story.says(12.0, "A", "Ann Lovell yesterday")  # the user loaded older messages
    story.fetch(15.0, "B", "POST /notes", note)
    for at, tab in ((15.1, "A"), (15.12, "B")):
        story.frame(15.06, tab, keys[tab], note)
        story.says(at, tab, TEXT)
    assert lacked(story) == []


@pytest.mark.parametrize(
    ("before", "by", "text"),
    [(("Send", "ann: hi"), "guest", "end"), (("ann: no", "bob: hi"), "bob", "no"), (("bob: hi",), "bob", "1")],
)
def test_what_somebody_says_counts_however_short_and_whoever_said_it_before(
    before: tuple[str, ...], by: str, text: str
) -> None:
    story = Story()
    story.open(0, "A", "B", texts=["Chat", *before])
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    note = json.dumps({"op": "add", "by": by, "text": text})
    story.frame(12.0, "A", sockets["A"], note, "out")
    story.frame(12.05, "A", sockets["A"], note)
    story.says(12.1, "A", f"{by}: {text}")
    assert lacked(story) == [("B", 1)]
    assert [one.request for one in story.subject(40.0).writes] == ["socket frame"]


def test_the_next_message_of_somebody_is_no_echo_of_the_last() -> None:
    story, sockets = room()
    for at, text in ((10.0, "ok"), (11.0, "yes")):
        note = json.dumps({"by": "guest", "text": text})
        story.frame(at, "A", sockets["A"], note, "out")
        story.says(at + 0.02, "A", f"guest: {text}")
        story.frame(at + 0.04, "B", sockets["B"], note)
        story.says(at + 0.06, "B", f"guest: {text}")
        if text == "yes":
            story.frame(at + 0.1, "A", sockets["A"], note)
    first, second = story.subject(20.0).writes
    assert (round(first.at - START, 2), round(second.at - START, 2)) == (10.0, 11.1)


def test_the_heading_of_what_a_page_turns_to_is_no_news() -> None:
    story = Story()
    rows = ("Lunch on Friday", "Your invoice", "Team photos")
    story.open(0.0, "A", "B", texts=["Inbox", *rows])
    story.fetch(14.0, "A", "POST /move", json.dumps({"id": "m7k", "folder": "Spam"}))
    story.redraws(14.2, "A", "Spam", "You won", "Cheap watches")
    found = story.subject(40.0)
    assert ([one.tab for one in found.stale_now], found.violations) == ([], ())


@pytest.mark.parametrize(("status", "stale"), [(200, [("B", 1)]), (409, [])])
def test_what_a_request_says_counts_if_it_is_not_refused(status: int, stale: list[tuple[str, int]]) -> None:
    story, _ = room()
    story.fetch(9.9, "A", "POST /notes", json.dumps({"text": TEXT}), status=status)
    story.says(10.0, "A", TEXT)
    assert lacked(story) == stale


@pytest.mark.parametrize(("method", "stale"), [("POST", [("B", 1)]), ("GET", [])])
def test_what_somebody_wrote_counts_though_the_last_of_a_list_makes_room_for_it(
    method: str, stale: list[tuple[str, int]]
) -> None:
    rows = ["Lunch on Friday", "Your invoice", "Team photos"]
    listed = json.dumps({"items": [{"id": f"k{n}x", "text": text, "by": "Ann Arbor of the west wing"} for n, text in
                                   enumerate([TEXT, *rows[:2]])]})  # fmt: skip
    story = Story()
    story.open(0.0, "A", "B", "C", texts=["News", *rows])
    story.fetch(10.0, "A", f"{method} /news", json.dumps({"text": TEXT, "by": "Ann Arbor of the west wing"}))
    for tab in "CA":
        story.fetch(10.1, tab, "GET /news", says=listed)
        story.redraws(10.2 + (tab == "A") / 10, tab, "News", TEXT, *rows[:2])
    assert lacked(story) == stale


def test_what_came_in_pieces_is_no_name_though_its_last_piece_was_said_before() -> None:
    story = Story()
    story.open(0, "A", "B", texts=["Chat", "How are you?", "No."])
    story.uses(9.9, "A")
    key = story.stream(10.0, "A", "POST /answers", mime="text/event-stream")
    shown = "No."
    for number, text in enumerate(("Here", "Here are", "Here are three ideas")):
        word = json.dumps({"type": "delta", "text": text.rpartition("Here")[2].removeprefix(" are") or text})
        story.chunk(10.1 + number / 10, "A", key, f"data: {word}\n\n")
        story.rewrites(10.12 + number / 10, "A", shown, text)
        shown = text
    assert lacked(story) == [("B", 1)]


def test_a_bid_is_known_by_its_number_and_not_only_by_the_name_that_was_said_before() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Old clock", "Mara bid €110"])
    sockets = {tab: story.socket(0.5, tab) for tab in "AB"}
    for at, amount in ((10.0, 130), (15.0, 145)):
        said = json.dumps({"who": "Mara", "amount": amount})
        story.fetch(at, "A", "POST /bids", said)
        for tab in "AB"[: 2 if amount == 130 else 1]:
            story.frame(at + 0.1, tab, sockets[tab], said)
            story.says(at + 0.15, tab, f"Mara bid €{amount}")
    subject = story.subject(20.0)
    assert [(write.tab, write.excerpt, write.request) for write in subject.writes] == [
        ("A", "Mara bid €130", "POST /bids"),
        ("A", "Mara bid €145", "POST /bids"),
    ]
    assert [(stale.tab, stale.received) for stale in subject.stale_now] == [("B", False)]


def test_what_a_page_turned_to_is_not_explained_by_what_it_was_told_later() -> None:
    story = Story()
    rows = [["#1000", "Berg"], ["#1001", "Falk"], ["#1002", "Grau"]]
    story.open(0.0, "A", "B", texts=["Orders", *(cell for row in rows for cell in row)])
    sockets = {tab: story.socket(0.5, tab) for tab in "AB"}
    story.redraws(10.0, "A", "Orders", "Holm", "shipped", "Ives", "packing")
    said = json.dumps({"no": 1001, "state": "shipped"})
    story.fetch(11.4, "B", "POST /orders", said)
    for tab in "AB":
        story.frame(11.5, tab, sockets[tab], said)
    subject = story.subject(20.0)
    assert (subject.stale_now, subject.writes) == ((), ())
