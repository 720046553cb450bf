"""Which item a text on a page is: its identity over tabs, growth, running numbers, additions and returns."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from monitor.sync.texts import REST_S
from tests.story import Story


def told(text: str) -> str:
    return json.dumps({"text": text})


def room() -> tuple[Story, dict[str, str]]:
    """Two tabs on one page, each with a socket that explains what is told on it."""
    story = Story()
    story.open(0, "A", "B")
    return story, {tab: story.socket(1.0, tab) for tab in "AB"}


def items(story: Story, until: float = 30.0) -> list[str]:
    """What the items say."""
    return [item.excerpt for item in story.subject(until).items]


def missing(story: Story, until: float = 30.0) -> int:
    """How many items B lacks."""
    return sum(len(stale.missing) for stale in story.subject(until).stale_now if stale.tab == "B")


# ── the same text ──


def test_the_same_text_is_the_same_item_in_every_tab() -> None:
    story, sockets = room()
    for tab in "AB":
        story.frame(10.0, tab, sockets[tab], told("Buy oat milk"))
        story.says(10.1, tab, "Buy oat milk" if tab == "A" else "BUY OAT MILK!")
    assert (items(story), missing(story)) == (["Buy oat milk"], 0)


def test_the_second_block_that_says_the_same_is_a_second_item() -> None:
    story, sockets = room()
    for at in (10.0, 15.0):
        story.frame(at, "A", sockets["A"], told("Yes, please"))
        story.says(at + 0.1, "A", "Yes, please")
    story.says(10.2, "B", "Yes, please")
    assert (items(story), missing(story)) == (["Yes, please", "Yes, please"], 1)


# ── what replaces another ──


def test_a_text_that_begins_with_the_one_it_replaces_is_that_one_grown() -> None:
    story, sockets = room()
    key = sockets["A"]
    story.frame(10.0, "A", key, told("Tides follow the moon"))
    story.says(10.1, "A", "Tides follow")
    story.rewrites(10.5, "A", "Tides follow", "Tides follow the moon")
    assert items(story) == ["Tides follow the moon"]


def test_a_text_that_replaces_another_of_other_words_is_another_item() -> None:
    story, sockets = room()
    for at, text in ((10.0, "The roof leaks badly"), (15.0, "Everything is dry again")):
        story.frame(at, "A", sockets["A"], told(text))
    story.says(10.1, "A", "The roof leaks badly")
    story.says(10.2, "B", "The roof leaks badly")
    story.rewrites(15.1, "A", "The roof leaks badly", "Everything is dry again")
    assert missing(story) == 1
    assert "Everything is dry again" in items(story)


def test_a_number_that_begins_with_another_is_no_more_of_it() -> None:
    story, sockets = room()
    for at, old, new in ((10.0, "", "12"), (12.0, "12", "1278")):
        for tab in "AB":
            story.frame(at, tab, sockets[tab], told(new))
            if old:
                story.rewrites(at + 0.1, tab, old, new)
            else:
                story.says(at + 0.1, tab, new)
    story.rewrites(14.0, "B", "1278", "127")
    assert missing(story) == 0


@pytest.mark.parametrize(("theirs", "lacked"), [("The roof leaks badly", 1), ("Another page of the list", 0)])
def test_what_takes_a_place_that_another_tab_does_not_have_is_not_lacked_there(theirs: str, lacked: int) -> None:
    story, sockets = room()
    story.says(1.1, "A", "The roof leaks badly")
    story.says(1.1, "B", theirs)
    story.frame(15.0, "A", sockets["A"], told("The roof is dry again"))
    story.rewrites(15.1, "A", "The roof leaks badly", "The roof is dry again")
    assert missing(story) == lacked


def test_numbers_that_run_on_by_themselves_leave_it_the_same_item() -> None:
    story, sockets = room()
    for tab in "AB":
        story.frame(10.0, tab, sockets[tab], told("Buy oat milk"))
        story.says(10.1, tab, "Buy oat milk 0 s ago")
    story.rewrites(20.0, "A", "Buy oat milk 0 s ago", "Buy oat milk 10 s ago")
    assert (len(items(story)), missing(story)) == (1, 0)


def test_numbers_that_are_at_another_point_in_another_tab_leave_it_the_same_item() -> None:
    story, sockets = room()
    story.frame(10.0, "A", sockets["A"], told("Buy oat milk"))
    story.says(10.1, "A", "Buy oat milk 0 s ago")
    story.rewrites(12.0, "A", "Buy oat milk 0 s ago", "Buy oat milk 2 s ago")
    story.says(40.0, "B", "Buy oat milk 30 s ago")
    assert (len(items(story, 50.0)), missing(story, 50.0)) == (1, 0)


def test_an_age_that_goes_on_to_its_next_unit_leaves_it_the_same_item() -> None:
    story, sockets = room()
    story.frame(10.0, "A", sockets["A"], told("Buy oat milk"))
    story.says(10.1, "A", "Buy oat milk vor 59 s")
    story.says(10.1, "B", "Buy oat milk vor 59 s")
    story.rewrites(11.1, "A", "Buy oat milk vor 59 s", "Buy oat milk vor 1 Min.")
    story.frame(11.2, "B", sockets["B"], json.dumps([{"text": "Buy oat milk"}, {"text": "Call the plumber"}]))
    story.rewrites(13.1, "B", "Buy oat milk vor 59 s", "Buy oat milk vor 1 Min.")
    assert (len(items(story)), missing(story)) == (1, 0)


def test_numbers_that_a_payload_brought_make_it_another_item() -> None:
    story, sockets = room()
    for tab in "AB":
        story.frame(10.0, tab, sockets[tab], json.dumps({"text": "Votes: 3"}))
        story.says(10.1, tab, "Votes: 3")
    story.frame(20.0, "A", sockets["A"], json.dumps({"text": "Votes: 4"}))
    story.rewrites(20.1, "A", "Votes: 3", "Votes: 4")
    assert missing(story) == 1


def test_a_list_drawn_anew_with_its_ages_run_on_shows_the_same_items() -> None:
    story, sockets = room()
    for tab in "AB":
        story.frame(10.0, tab, sockets[tab], json.dumps([{"text": "Buy oat milk"}, {"text": "Call the plumber"}]))
        story.redraws(10.1, tab, "Room", "Buy oat milk 0 s ago", "Call the plumber 0 s ago")
    story.redraws(13.1, "A", "Room", "Buy oat milk 3 s ago", "Call the plumber 3 s ago")
    assert (len(items(story)), missing(story)) == (2, 0)


# ── what is added ──


def test_what_a_payload_adds_to_a_text_at_rest_is_an_item_of_its_own() -> None:
    story, sockets = room()
    for tab in "AB":
        story.frame(5.0, tab, sockets[tab], told("Bring a coat"))
        story.says(5.1, tab, "Bring a coat")
    story.frame(10.0, "A", sockets["A"], told("and boots"))
    story.rewrites(10.1, "A", "Bring a coat", "Bring a coat and boots")
    assert items(story) == ["Bring a coat", "and boots"]
    cells = {item.excerpt: item.cells["A"].state for item in story.subject(30.0).items}
    assert cells == {"Bring a coat": "shown", "and boots": "shown"}  # who shows the addition shows the rest too
    assert missing(story) == 1


def test_what_no_payload_adds_is_growth() -> None:
    story, sockets = room()
    story.frame(5.0, "A", sockets["A"], told("Bring a coat"))
    story.says(5.1, "A", "Bring a coat")
    story.rewrites(5.1 + REST_S + 3, "A", "Bring a coat", "Bring a coat, read by Ann")
    assert len(items(story)) == 1


# ── what returns ──


def test_a_place_that_returns_to_a_text_that_no_tab_shows_any_more_shows_a_new_item() -> None:
    story, sockets = room()
    for at, before, after in ((10.0, "Room", "The shop is open"), (20.0, "The shop is open", "It has closed")):
        for tab in "AB":
            story.frame(at, tab, sockets[tab], told(after))
            story.rewrites(at + 0.1, tab, before, after)
    story.fetch(24.9, "A", "POST /shop", told("The shop is open"))
    story.rewrites(25.1, "A", "It has closed", "The shop is open")
    assert missing(story) == 1


def test_a_place_that_returns_to_a_text_that_another_tab_still_shows_shows_that_item() -> None:
    story, sockets = room()
    for tab in "AB":
        story.frame(10.0, tab, sockets[tab], told("The shop is open"))
        story.rewrites(10.1, tab, "Room", "The shop is open")
    story.frame(20.0, "A", sockets["A"], told("It has closed"))
    story.rewrites(20.1, "A", "The shop is open", "It has closed")
    story.frame(25.0, "A", sockets["A"], told("The shop is open"))
    story.rewrites(25.1, "A", "It has closed", "The shop is open")
    assert missing(story) == 0


def test_a_value_that_returns_by_a_push_is_lacked_by_the_tab_that_was_not_pushed_it() -> None:
    story, sockets = room()
    for at, before, after in ((10.0, "Room", "The shop is open"), (20.0, "The shop is open", "It has closed")):
        for tab in "AB":
            story.frame(at, tab, sockets[tab], told(after))
            story.rewrites(at + 0.1, tab, before, after)
    story.frame(25.0, "A", sockets["A"], told("The shop is open"))
    story.rewrites(25.1, "A", "It has closed", "The shop is open")
    assert missing(story) == 1


def test_what_is_added_to_a_text_at_rest_is_new_though_its_own_tab_hears_of_it_a_little_late() -> None:
    story, sockets = room()
    for tab in "AB":
        story.frame(5.0, tab, sockets[tab], told("Gym"))
        story.says(5.1, tab, "Gym")
    story.frame(12.0, "B", sockets["B"], told("Gym at six"))
    story.rewrites(12.05, "A", "Gym", "Gym at six")
    story.frame(12.06, "A", sockets["A"], told("Gym at six"))
    assert missing(story) == 1


def test_two_answers_that_stream_at_once_and_begin_alike_are_two() -> None:
    story, begin = Story(), "I would begin with the"
    story.open(0.0, "A", "B", texts=["Chat"])
    asks = {"A": "what of the old house", "B": "and what of the new one"}
    answers = {"A": ["roof", "of slate"], "B": ["cellar", "and its damp walls"]}
    streams, said = dict[str, str](), dict.fromkeys("AB", "")
    for n, tab in enumerate("AB"):
        at = 10.0 + n * 0.02
        story.fetch(at, tab, "POST /ask", json.dumps({"prompt": asks[tab]}))
        story.says(at + 0.1, tab, asks[tab])
        streams[tab] = story.stream(at + 0.05, tab, "POST /completion", "text/event-stream")
    for step in range(3):
        for n, tab in enumerate("AB"):
            piece = ([begin] + answers[tab])[step]
            at, former, said[tab] = 10.5 + step * 0.3 + n * 0.1, said[tab], f"{said[tab]} {piece}".strip()
            story.chunk(at, tab, streams[tab], f"data: {json.dumps({'type': 'delta', 'text': piece})}\n\n")
            if former:
                story.rewrites(at + 0.02, tab, former, said[tab])
            else:
                story.says(at + 0.02, tab, said[tab])
    subject = story.subject(20.0)
    texts = {item.id: item.excerpt for item in subject.items}
    for tab, other in ("AB", "BA"):
        [behind] = [stale for stale in subject.stale_now if stale.tab == other]
        assert said[tab] in {texts[item] for item in behind.missing}
        assert said[other] not in {texts[item] for item in behind.missing}
        own = {texts[item] for write in subject.writes if write.tab == tab for item in write.items}
        assert said[other] not in own


def test_a_number_that_a_tab_set_itself_and_was_told_of_in_return_is_a_change_of_its_own() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Depot", "Pears: 25 crates"])
    sockets = {tab: story.socket(0.5, tab) for tab in "AB"}
    said = json.dumps({"op": "set", "id": "r2k4", "name": "Pears", "n": 21})
    story.frame(10.0, "A", sockets["A"], said, "out")
    story.frame(10.02, "A", sockets["A"], said)
    story.rewrites(10.05, "A", "Pears: 25 crates", "Pears: 21 crates")
    [write] = story.subject(20.0).writes
    assert (write.tab, write.excerpt) == ("A", "Pears: 21 crates")
    assert [stale.tab for stale in story.subject(20.0).stale_now] == ["B"]


def test_a_text_that_shrank_and_grows_otherwise_is_shown_by_all_who_follow() -> None:
    story, sockets = room()
    steps = ["Lamps, paint", "Lamps, paint, dry wood", "Lamps, paint", "Lamps, paint, new stove"]
    for place, tab in enumerate("AB"):
        story.frame(9.3 + place * 0.01, tab, sockets[tab], told(steps[0]))
        story.says(9.32 + place * 0.01, tab, steps[0])
    for n, (before, after) in enumerate(pairwise(steps)):
        for place, tab in enumerate(reversed("AB") if n == 2 else "AB"):
            at = 10.0 + n * 0.8 + place * 0.1
            story.frame(at, tab, sockets[tab], told(after))
            story.rewrites(at + 0.02, tab, before, after)
            story.frame(at + 0.05, "A", sockets["A"], '{"beat": 1}')
    subject = story.subject(20.0)
    assert all(seen.waited_s < 0.5 for write in subject.writes for seen in write.seen)
    assert subject.stale_now == ()


# ── numbers within phrases ──


def ranks(**points: int) -> tuple[str, list[str]]:
    """What a server tells of all teams at once, and how pages show it: the best first."""
    teams = [{"name": f"Team {name}", "score": score} for name, score in points.items()]
    told = json.dumps({"players": teams, "ends": 1767520800.5, "question": "Which river is the longest?"})
    best = sorted(points.items(), key=lambda one: -one[1])
    return told, [f"Team {name} {score} points" for name, score in best]


@pytest.mark.parametrize("hears", [True, False])
def test_a_score_counts_though_all_are_told_at_once_and_ranks_change(hears: bool) -> None:
    story = Story()
    before, shown = ranks(Heron=20, Otter=10, Vole=5)
    story.open(0, "A", "B", texts=shown)
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    for tab in "AB":
        story.frame(1.5, tab, sockets[tab], before)
    after, shown = ranks(Heron=20, Otter=10, Vole=35)
    story.frame(10.0, "A", sockets["A"], json.dumps({"op": "score", "name": "Team Vole", "by": 30}), "out")
    for tab in "AB" if hears else "A":
        story.frame(10.05, tab, sockets[tab], after)
        story.redraws(10.1, tab, *shown)
    subject = story.subject(30.0)
    assert [(write.tab, write.excerpt) for write in subject.writes] == [("A", "Team Vole 35 points")]
    assert [stale.tab for stale in subject.stale_now] == ([] if hears else ["B"])


@pytest.mark.parametrize("seat", ["table 9", "9"])
def test_a_number_in_a_value_that_a_shared_worker_was_told_counts(seat: str) -> None:
    story = Story()
    story.open(0, "A", "B", texts=["Guests", "Ada Quill – table 1"])
    key = story.socket(1.0, None)
    for way in ("out", "in"):
        said = json.dumps({"id": "g0", "name": "Ada Quill", "seat": seat})
        story.frame(10.0, None, key, said, "out" if way == "out" else "in")
    story.rewrites(10.05, "A", "Ada Quill – table 1", "Ada Quill – table 9")
    subject = story.subject(30.0)
    assert [stale.tab for stale in subject.stale_now] == ["B"]
    assert [item.excerpt for item in subject.items] == ["Ada Quill – table 9"]
