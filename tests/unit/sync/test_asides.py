"""Lists beside pages that no profile knows: who is behind in them, and all that says nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.rooms import SITE, TITLES, Rooms

NEW = TITLES | {"7": "Engine room"}
RENAMED = TITLES | {"4": "Found property"}
FEWER = {id_: title for id_, title in TITLES.items() if id_ != "5"}


def rooms() -> Rooms:
    """Two tabs in rooms of their own, with the same list beside them."""
    story = Rooms()
    story.begin(0, "A", "B")
    return story


# ── what counts ──


@pytest.mark.parametrize("by", ["request", "frame", "message"])
def test_a_new_entry_is_lacked_where_the_rest_of_the_list_stands(by: str) -> None:
    story = rooms()
    room = json.dumps({"op": "created", "room": {"id": 7, "title": "Engine room"}})
    if by == "request":
        story.asked(10.0, "A", "POST /api/rooms", title="Engine room")
    else:
        story.frame(10.0, "A", story.socket(9.0, "A"), room, "out" if by == "frame" else "in")
    story.lists(10.1, "A", NEW)
    told = story.list(20.0)
    [stale] = told.stale_now
    assert (stale.tab, stale.missing) == ("B", (f"{SITE}/room/7",))
    assert stale.for_s == pytest.approx(10.0, abs=0.2)
    assert [item.excerpt for item in told.items] == ["Engine room"]
    assert [(write.tab, write.seen[0].censored) for write in told.writes] == [("A", True)]


def test_what_the_other_tab_comes_to_show_it_lacks_no_more() -> None:
    story = rooms()
    story.asked(10.0, "A", "POST /api/rooms", title="Engine room")
    story.lists(10.1, "A", NEW)
    story.asks(14.0, "B", NEW)
    story.lists(14.2, "B", NEW)
    [write] = story.list(20.0).writes
    assert story.list(20.0).stale_now == ()
    assert write.seen[0].after_s == pytest.approx(4.15, abs=0.1)


@pytest.mark.parametrize("beside", ["", " 3", " 2 min ago", " current"])
def test_an_old_title_is_outdated_whatever_stands_beside_it(beside: str) -> None:
    story = rooms()
    story.lists(5.0, "B", TITLES | {"4": f"Lost property{beside}"})
    story.asked(10.0, "A", "PATCH /api/rooms/4", title="Found property")
    story.lists(10.1, "A", RENAMED)
    [stale] = story.list(20.0).stale_now
    assert (stale.tab, stale.missing) == ("B", (f"{SITE}/room/4",))
    story.lists(21.0, "B", TITLES | {"4": f"Found property{beside}"})
    assert story.list(25.0).stale_now == ()


@pytest.mark.parametrize("request_", ["DELETE /api/rooms/5", "POST /api/rooms/5/archive", "PATCH /api/rooms/5"])
def test_a_deleted_entry_is_shown_too_much(request_: str) -> None:
    story = rooms()
    story.asked(10.0, "A", request_)
    story.lists(10.1, "A", FEWER)
    [extra] = story.list(20.0).disorders
    assert (extra.tab, extra.what, extra.items) == ("B", "extra", (f"{SITE}/room/5",))
    story.lists(21.0, "B", FEWER)
    assert story.list(25.0).disorders == ()


def test_what_deletes_another_entry_just_before_does_not_delete_this_one() -> None:
    story = rooms()
    without_6 = {id_: title for id_, title in TITLES.items() if id_ != "6"}
    story.asked(8.5, "A", "DELETE /api/rooms/6")
    for tab in "AB":
        story.lists(8.6, tab, without_6)
    story.asked(10.0, "B", "DELETE /api/rooms/5")
    story.lists(10.1, "A", {id_: title for id_, title in without_6.items() if id_ != "5"})
    [extra] = story.list(20.0).disorders
    assert (extra.tab, extra.items) == ("B", (f"{SITE}/room/5",))
    assert extra.for_s == pytest.approx(10.0, abs=0.2)


def test_what_a_reload_brings_is_lacked_by_who_was_loaded_before() -> None:
    story = rooms()
    after = {id_: title for id_, title in (RENAMED | {"7": "Engine room"}).items() if id_ != "5"}
    story.begins(10.0, "A", after, room="1")
    told = story.list(30.0)
    assert set(told.stale_now[0].missing) == {f"{SITE}/room/7", f"{SITE}/room/4"}
    assert told.disorders[0].items == (f"{SITE}/room/5",)


# ── what says nothing ──


def folds(story: Rooms) -> None:
    story.lists(10.0, "A", dict(list(TITLES.items())[:2]))


def filters(story: Rooms) -> None:
    story.fetch(9.9, "A", "GET /api/search?q=rope", url=SITE)
    story.lists(10.0, "A", {"6": TITLES["6"]})
    story.lists(12.0, "A", TITLES)


def marks(story: Rooms) -> None:
    story.asked(9.9, "A", "POST /api/seen", room="2")
    story.lists(10.0, "A", TITLES | {"2": "Harbour plans current"})


def counts(story: Rooms) -> None:
    story.frame(9.9, "A", story.socket(9.0, "A"), json.dumps({"op": "unread", "room": 3, "count": 4}))
    story.lists(10.0, "A", TITLES | {"3": "Kitchen rota 4", "4": "Lost property just now"})
    story.lists(11.0, "A", TITLES | {"3": "Kitchen rota 5", "4": "Lost property 1 s ago"})


def pages(story: Rooms) -> None:
    more = {str(number): f"Cabin {number}" for number in range(20, 24)}
    answer = json.dumps([{"id": int(id_), "title": title} for id_, title in more.items()])
    story.fetch(9.9, "A", "GET /api/rooms?page=2", says=answer, url=SITE)
    story.lists(10.0, "A", TITLES | more)


def opens(story: Rooms) -> None:
    story.lists(5.0, "A", {"1": TITLES["1"]}, where="nav “Recent”")
    story.lists(5.0, "B", {"2": TITLES["2"]}, where="nav “Recent”")
    story.asked(9.9, "A", "POST /api/open", id="3", title=TITLES["3"])
    story.lists(10.0, "A", {"3": TITLES["3"], "1": TITLES["1"]}, where="nav “Recent”")


def refused(story: Rooms) -> None:
    story.fetch(9.9, "A", "POST /api/rooms", '{"title": "Engine room"}', status=422, url=SITE)
    story.lists(10.0, "A", NEW)


def unlike(story: Rooms) -> None:
    story.lists(9.0, "B", {"1": TITLES["1"]} | {str(number): f"Cabin {number} of ours" for number in range(40, 50)})
    story.asked(9.9, "A", "POST /api/rooms", title="Engine room")
    story.lists(10.0, "A", NEW)


def both(story: Rooms) -> None:
    story.asked(9.9, "A", "POST /api/rooms", title="Engine room")
    story.lists(10.0, "A", NEW)
    story.lists(10.2, "B", NEW)


@pytest.mark.parametrize("act", [folds, filters, marks, counts, pages, opens, refused, unlike, both])
def test_what_each_page_has_of_its_own_is_no_alarm(act: Callable[[Rooms], None]) -> None:
    story = rooms()
    act(story)
    for until in (10.5, 12.0, 30.0):
        assert [(one.stale_now, one.disorders) for one in story.told(until) if one.stale_now or one.disorders] == []
        assert all(tab.state == "current" for tab in story.found(until).tabs)


def test_tabs_at_one_address_are_compared_by_their_texts() -> None:
    story = Rooms()
    story.begins(0, "A", TITLES, room="1")
    story.begins(0, "B", TITLES, room="1")
    story.asked(10.0, "A", "POST /api/rooms", title="Engine room")
    story.lists(10.1, "A", NEW)
    assert [one.stale_now for one in story.told(20.0) if one.stale_now] == []


def test_each_browser_context_has_a_list_of_its_own_site() -> None:
    story = rooms()
    story.load(5.0, "C", ("Rooms",), url="https://other.example/room/1", how="load")
    story.asked(10.0, "A", "POST /api/rooms", title="Engine room")
    story.lists(10.1, "A", NEW)
    assert [one.site for one in story.told(20.0)] == ["example.org"]
