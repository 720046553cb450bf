"""What stands where in a list: what is gone, what is out of order, and what is merely not mounted."""

from __future__ import annotations

import json

import pytest

from monitor.sites.profile import Profile
from monitor.sync.snapshot import SubjectView
from tests.board import PROFILE, Board
from tests.story import Story

NOTES = ["n1", "n2", "n3", "n4", "n5"]


def board(*tabs: str) -> Board:
    """Tabs that all show five notes, which an answer to each named."""
    story = Board()
    story.begin(0.0, *tabs, notes=NOTES)
    for place, tab in enumerate(tabs):
        story.fetch(0.2 + place / 100, tab, "GET /b/plans/notes", says=answer(NOTES), url="https://board.example")
    return story


def answer(notes: list[str]) -> str:
    """What the server says there is."""
    pairs = zip(notes, [None, *notes], strict=False)
    return json.dumps({"notes": [{"id": n, "text": f"What there is to say about {n}.", "parent": p} for n, p in pairs]})


def told(story: Story, until: float = 60.0, profile: Profile = PROFILE) -> SubjectView:
    """The board."""
    return story.subject(until, [profile])


def faults(subject: SubjectView) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.tab, one.what, one.items) for one in subject.disorders]


# ── gone ──


def test_what_went_from_the_middle_of_one_list_is_extra_in_another() -> None:
    story = board("A", "B")
    seq = story.page(10.0, "A", ["n1", "n2", "n4", "n5"])
    subject = told(story)
    assert faults(subject) == [("B", "extra", ("n3",))]
    [one] = subject.disorders
    assert one.for_s == pytest.approx(50.0, abs=0.01)
    assert one.witness == (seq,)
    cells = {item.id: item.cells["B"].state for item in subject.items}
    assert cells["n3"] == "extra"
    assert subject.stale_now == ()


def test_once_no_tab_shows_it_any_more_nothing_is_extra() -> None:
    story = board("A", "B")
    story.page(10.0, "A", ["n1", "n2", "n4", "n5"])
    story.page(12.0, "B", ["n1", "n2", "n4", "n5"])
    subject = told(story)
    assert faults(subject) == []
    assert "n3" not in {item.id for item in subject.items}


def test_what_an_answer_that_names_all_leaves_out_is_extra_wherever_it_is_shown() -> None:
    whole = Profile(**{f: getattr(PROFILE, f) for f in PROFILE.__struct_fields__ if f != "read"}, read=tuple(
        type(rule)(**{**{f: getattr(rule, f) for f in rule.__struct_fields__}, "whole": rule.request is not None})
        for rule in PROFILE.read))  # fmt: skip
    story = board("A", "B")
    story.fetch(20.0, "A", "GET /b/plans/notes", says=answer(NOTES[:4]), url="https://board.example")
    assert faults(told(story, profile=whole)) == [("A", "extra", ("n5",)), ("B", "extra", ("n5",))]
    assert faults(told(story)) == []
    story.fetch(30.0, "A", "GET /b/plans/notes", says=answer(NOTES), url="https://board.example")
    assert faults(told(story, profile=whole)) == []


def test_an_alert_says_so() -> None:
    story = board("A", "B")
    story.page(10.0, "A", ["n1", "n2", "n4", "n5"])
    [alert] = story.told(14.0, [PROFILE]).alerts
    assert alert.text == "B shows 1 item gone elsewhere for 4.0 s · board plans"


# ── order ──


def test_who_did_not_follow_the_newest_arrangement_is_out_of_order() -> None:
    story = board("A", "B")
    story.page(10.0, "A", ["n2", "n1", "n3", "n4", "n5"])
    [one] = told(story).disorders
    assert (one.tab, one.what, len(one.items)) == ("B", "reordered", 1)
    assert one.for_s == pytest.approx(50.0, abs=0.01)


def test_lists_that_grow_and_shrink_are_in_order() -> None:
    story = board("A", "B")
    story.page(10.0, "A", [*NOTES, "n6"])
    story.page(11.0, "B", ["n2", "n3", "n4", "n5"])
    assert faults(told(story)) == []


# ── mounted in part ──


def test_what_lies_above_what_a_long_list_keeps_mounted_is_not_missing() -> None:
    story = board("A", "B")
    socket = story.socket(1.0, "B")
    for number in range(6, 12):
        story.posts(number * 1.0, "A", f"n{number}", parent=f"n{number - 1}")
        story.page(number + 0.1, "A", [f"n{n}" for n in range(number - 3, number + 1)])
    story.told_by_socket(20.0, "B", socket, "n11")
    story.page(20.1, "B", ["n8", "n9", "n10", "n11"])
    subject = told(story)
    assert subject.stale_now == ()
    assert all(seen.tab != "B" or seen.state == "shown" for write in subject.writes for seen in write.seen)


def test_the_newest_is_missing_however_long_the_list() -> None:
    story = board("A", "B")
    story.page(5.0, "B", NOTES[2:])
    story.posts(10.0, "A", "n6", parent="n5")
    story.page(10.1, "A", [*NOTES[3:], "n6"])
    [stale] = told(story).stale_now
    assert (stale.tab, stale.missing) == ("B", ("n6",))


# ── growth ──


def growing(last: str) -> Board:
    """An answer of twenty steps that A shows whole, and B as far as `last` says."""
    story = board("A", "B")
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    whole = " ".join(f"word{n}" for n in range(20))
    for step in range(1, 21):
        said = " ".join(whole.split()[:step])
        for tab in "AB":
            note = {"id": "n6", "text": said, "parent": "n5", "done": step == 20}
            story.frame(10 + step / 2, tab, sockets[tab], json.dumps({"notes": [note]}))
        story.page(10.05 + step / 2, "A", [*NOTES, "n6"], {"n6": said})
        if said.count(" ") < len(last.split()):
            story.page(10.06 + step / 2, "B", [*NOTES, "n6"], {"n6": said})
    return story


def test_an_answer_that_grows_is_not_stale_on_every_token() -> None:
    assert told(growing("word " * 20), until=16.0).stale_now == ()
    assert told(growing("word " * 20)).stale_now == ()


def test_an_answer_that_stopped_growing_here_while_it_is_whole_elsewhere_is_stale() -> None:
    [stale] = told(growing("word " * 7)).stale_now
    assert (stale.tab, stale.missing) == ("B", ("n6",))


# ── the server's own answer ──


def test_all_tabs_can_be_behind_what_the_server_said() -> None:
    story = board("A", "B")
    story.fetch(10.0, "A", "GET /b/plans/notes", says=answer([*NOTES, "n6"]), url="https://board.example")
    found = {stale.tab: (stale.missing, stale.received) for stale in told(story).stale_now}
    assert found == {"A": (("n6",), True), "B": (("n6",), False)}
