"""The list beside a site's pages: who shows an older title, what is gone, or not yet what is new."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.sync.snapshot import SubjectView
from tests.chats import DELTAS, QUESTION
from tests.sidebars import SITE, TITLES, Sidebars

RENAMED = TITLES | {"c3": "On the hornbeam"}
FEWER = {id_: title for id_, title in TITLES.items() if id_ != "c3"}
MORE = {"n1": "A new thing"} | TITLES


def stale(one: SubjectView) -> dict[str, tuple[str, ...]]:
    """Who lacks what."""
    return {each.tab: each.missing for each in one.stale_now}


def extra(one: SubjectView) -> dict[str, tuple[str, ...]]:
    """Who shows what is gone."""
    return {each.tab: each.items for each in one.disorders if each.what == "extra"}


def renamed() -> Sidebars:
    """A gives an entry another title at 10 s, and shows it; B does not."""
    story = Sidebars()
    story.begin(0, "A", "B")
    story.changes(10, "A", "c3", title=RENAMED["c3"])
    story.shows(10.2, "A", RENAMED)
    return story


def test_a_title_that_another_tab_gave_is_lacked_until_the_list_is_loaded_again() -> None:
    story = renamed()
    one = story.list(15)
    assert (one.subject, one.list, one.tabs) == ("conversations", "conversations", ("A", "B"))
    assert stale(one) == {"B": ("c3",)}
    assert one.stale_now[0].for_s == pytest.approx(4.9, abs=0.01)
    assert {item.id: item.cells["B"].state for item in one.items}["c3"] == "outdated"
    story.begins(20, "B", RENAMED)
    one = story.list(25)
    assert stale(one) == {}
    [write] = one.writes
    [seen] = write.seen
    assert (write.tab, write.what, write.request) == ("A", "changed", "PATCH /backend-api/conversation/c3")
    assert (seen.tab, seen.via) == ("B", "reload")
    assert seen.after_s == pytest.approx(20.3 - 10.1, abs=0.01)
    assert one.verdict == "refresh-to-sync"


def test_the_tab_is_not_stale_by_its_list_but_behind_in_it() -> None:
    found = renamed().found(15)
    assert [(tab.state, tab.behind) for tab in found.tabs] == [("current", ()), ("current", ("conversations",))]
    assert [alert.text for alert in found.alerts] == ["B stale 4.9 s · chatgpt conversations"]


def test_what_another_tab_deleted_is_extra_until_it_goes() -> None:
    story = Sidebars()
    story.begin(0, "A", "B")
    story.changes(10, "A", "c3", is_visible=False)
    story.shows(10.2, "A", FEWER)
    one = story.list(15)
    assert (extra(one), stale(one)) == ({"B": ("c3",)}, {})
    assert {item.id: item.cells["B"].state for item in one.items}["c3"] == "extra"
    story.shows(20, "B", FEWER)
    one = story.list(25)
    assert extra(one) == {}
    assert one.writes[0].what == "removed"
    [seen] = one.writes[0].seen
    assert seen.state == "shown"
    assert seen.after_s == pytest.approx(9.9, abs=0.01)
    assert seen.why == "B showed c3 for 9.9 s after it was gone, until it let go of it."


def test_a_conversation_that_begins_is_lacked_from_its_first_message_on() -> None:
    story = Sidebars()
    story.begin(0, "A", "B")
    story.turns(9, "A", f"{SITE}/")
    deltas = [part.replace("68f10000-aaaa-bbbb-cccc-000000000001", "n1") for part in DELTAS]
    body = {"action": "next", "model": "x", "parent_message_id": "root", "messages": [QUESTION]}
    story.fetch(10, "A", "POST /backend-api/f/conversation", json.dumps(body), says="".join(deltas), took=0.1, url=SITE,
                mime="text/event-stream")  # fmt: skip
    story.lists(12, "A", MORE, since=10)
    story.shows(12.2, "A", MORE)
    one = story.list(15)
    assert stale(one) == {"B": ("n1",)}
    assert one.stale_now[0].for_s == pytest.approx(4.9, abs=0.01)
    [write] = one.writes
    assert (write.tab, write.request, write.items) == ("A", "POST /backend-api/f/conversation", ("n1",))
    assert write.what == "made"


def paged(story: Sidebars) -> None:
    """A has loaded the next page of the list."""
    more = TITLES | {f"old{n}": f"Long ago {n}" for n in range(20)}
    story.lists(10, "A", {f"old{n}": f"Long ago {n}" for n in range(20)}, since=-1000)
    story.shows(10.2, "A", more)


def folded(story: Sidebars) -> None:
    """B folds its list up."""
    story.changes(10, "A", "c3", title=RENAMED["c3"])
    story.shows(10.2, "A", RENAMED)
    story.shows(11, "B", {})


def unmounted(story: Sidebars) -> None:
    """B scrolls on, so that the renamed entry is not mounted."""
    story.changes(10, "A", "c3", title=RENAMED["c3"])
    story.shows(10.2, "A", RENAMED)
    story.shows(11, "B", {"c5": TITLES["c5"], "c6": TITLES["c6"]})


def refused(story: Sidebars) -> None:
    """The server does not take a title; A shows it all the same."""
    story.changes(10, "A", "c3", status=500, title=RENAMED["c3"])
    story.shows(10.2, "A", RENAMED)


def dressed(story: Sidebars) -> None:
    """B's titles stand beside other things, or are cut; one is the page's own word for nothing."""
    story.shows(10, "B", {id_: f"● {title} ⋯" for id_, title in TITLES.items()} | {"c6": "On trees, part"})
    story.lists(12, "A", TITLES | {"c2": ""}, since=0)


def told_late(story: Sidebars) -> None:
    """An answer that was asked for before a change, and comes after it, says the older title."""
    story.changes(10, "A", "c3", title=RENAMED["c3"])
    story.shows(10.2, "A", RENAMED)
    story.shows(10.3, "B", RENAMED)
    story.lists(11, "B", TITLES, since=0)


def closed(story: Sidebars) -> None:
    """B is closed."""
    folded(story)
    story.close(12, "B")


def elsewhere(story: Sidebars) -> None:
    """B turns to another site."""
    story.changes(10, "A", "c3", title=RENAMED["c3"])
    story.shows(10.2, "A", RENAMED)
    story.load(11, "B", ("News",), url="https://news.example/", how="load")


def synced(story: Sidebars) -> None:
    """B is told of everything at once."""
    for at, titles, change in (
        (10, RENAMED, {"title": RENAMED["c3"]}),
        (20, TITLES, {"title": TITLES["c3"]}),
        (30, FEWER, {"is_visible": False}),
    ):  # fmt: skip
        story.changes(at, "A", "c3", **change)
        story.shows(at + 0.15, "A", titles)
        story.shows(at + 0.2, "B", titles)


def searched(story: Sidebars) -> None:
    """A looks for something: its list has what was found, and nothing else."""
    story.fetch(10, "A", "GET /backend-api/conversations/search?q=ago", says="{}", url=SITE)
    story.shows(10.2, "A", {"old7": "Long ago 7", "c5": TITLES["c5"], "c1": TITLES["c1"]})


def moved(story: Sidebars) -> None:
    """An old entry, which B has, comes to stand at the top in A."""
    story.lists(10, "A", {"c6": TITLES["c6"]} | TITLES, since=10)
    story.shows(10.2, "A", {"c6": TITLES["c6"]} | TITLES)


@pytest.mark.parametrize(
    "happens",
    [paged, folded, unmounted, refused, dressed, told_late, closed, elsewhere, synced, searched, moved],
    ids=lambda one: one.__name__,
)
def test_nobody_is_behind_who_lacks_nothing(happens: Any) -> None:
    story = Sidebars()
    story.begin(0, "A", "B")
    happens(story)
    for until in (15, 30, 60):
        one = story.list(until)
        assert (stale(one), extra(one), one.violations) == ({}, {}, ())


def test_a_list_that_is_unfolded_with_an_older_title_is_behind() -> None:
    story = Sidebars()
    story.begin(0, "A", "B")
    folded(story)
    story.shows(20, "B", TITLES)
    assert stale(story.list(25)) == {"B": ("c3",)}
    story.shows(30, "B", RENAMED)
    assert stale(story.list(35)) == {}


def test_a_title_that_was_there_before_the_recording_is_the_older_version_of_one_that_is_changed() -> None:
    story = Sidebars()
    for number, tab in enumerate("AB"):
        story.open(0, tab, url=f"{SITE}/c/c{number + 1}", texts=("Chats",))
        story.shows(0.2, tab, TITLES)
    story.changes(10, "A", "c3", title=RENAMED["c3"])
    story.shows(10.2, "A", RENAMED)
    assert stale(story.list(15)) == {"B": ("c3",)}


def test_each_browser_context_has_a_list_of_its_own() -> None:
    story = renamed()
    lists = [one for one in story.found(15, {"A": "x", "B": "y"}).subjects if one.list]
    assert [(one.subject, one.tabs, stale(one)) for one in sorted(lists, key=lambda one: one.subject)] == [
        ("conversations", ("A",), {}),
        ("conversations (2)", ("B",), {}),
    ]


def test_a_list_keeps_its_name_when_the_tabs_of_another_context_are_gone() -> None:
    story = renamed()
    story.load(12, "A", ("News",), url="https://news.example/", how="load")
    story.changes(20, "B", "c2", title="On the beech")
    lists = [one for one in story.found(25, {"A": "x", "B": "y"}).subjects if one.list]
    assert {one.subject: [write.items for write in one.writes] for one in lists} == {
        "conversations": [("c3",)],
        "conversations (2)": [("c2",)],
    }


def test_one_account_in_two_contexts_has_one_list() -> None:
    story = Sidebars()
    for at, tab in ((0, "A"), (0.5, "B")):
        story.load(at, tab, ("Chats",), url=f"{SITE}/c/c1", how="load")
        story.fetch(at + 0.1, tab, "GET /p24/ws/user/user-1", url=SITE)
        story.lists(at + 0.2, tab, TITLES)
        story.shows(at + 0.3, tab, TITLES)
    story.changes(10, "A", "c3", title=RENAMED["c3"])
    story.shows(10.2, "A", RENAMED)
    [one] = [one for one in story.found(15, {"A": "x", "B": "y"}).subjects if one.list]
    assert (one.subject, stale(one)) == ("conversations", {"B": ("c3",)})


# ── order ──


def moved_up(*, own: bool = True) -> Sidebars:
    """A writes in a conversation at 10 s, which its list then shows at the top; B's does not."""
    story = Sidebars()
    story.begin(0, "A", "B")
    if own:
        body = {"action": "next", "conversation_id": "c4", "messages": [
            {"id": "u9", "author": {"role": "user"}, "content": {"parts": ["A word about the elm"]}}]}  # fmt: skip
        story.fetch(10, "A", "POST /backend-api/f/conversation", json.dumps(body), url=SITE)
    story.shows(10.5, "A", {"c4": TITLES["c4"]} | TITLES)
    return story


def order(one: SubjectView) -> dict[str, tuple[str, ...]]:
    """Who shows what too low."""
    return {each.tab: each.items for each in one.disorders if each.what == "reordered"}


def test_a_list_that_kept_its_order_as_another_tab_wrote_is_out_of_order_until_it_follows() -> None:
    story = moved_up()
    one = story.list(15)
    assert order(one) == {"B": ("c4",)}
    [told] = one.disorders
    assert told.why == (
        "B has shown c4 at another place than A for 4.5 s: A wrote in it (POST /backend-api/f/conversation)."
    )
    assert {tab.label: tab.behind for tab in story.found(15).tabs} == {"A": (), "B": ("conversations",)}
    story.shows(20, "B", {"c4": TITLES["c4"]} | TITLES)
    one = story.list(25)
    assert order(one) == {}
    assert [(past.tab, past.items, round(past.for_s, 1)) for past in one.past_disorders] == [("B", ("c4",), 9.5)]


def test_a_list_in_another_order_without_news_is_as_its_user_likes_it() -> None:
    assert order(moved_up(own=False).list(15)) == {}
    story = moved_up()
    story.shows(11, "B", dict(reversed(TITLES.items())))
    assert order(story.list(15)) == {}


def test_a_list_that_was_loaded_since_has_the_order_that_it_was_given() -> None:
    story = moved_up()
    story.begins(12, "B", TITLES)
    assert order(story.list(20)) == {}
