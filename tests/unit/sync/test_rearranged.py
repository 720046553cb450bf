"""What says that texts were moved, for everybody."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.story import START, Story
from tests.unit.sync.test_places import BAKE, FEED, LISTED, ROWS, UP, errands, told, wrong

NEW = [id_ for text in UP for id_ in ROWS if ROWS[id_] == text]
Says = Callable[[Story, dict[str, str]], object]


def patched(story: Story, keys: dict[str, str]) -> None:
    story.fetch(10.02, "A", "PATCH /errands/k7d4", '{"after": null}')


def named_by_its_text(story: Story, keys: dict[str, str]) -> None:
    story.fetch(10.02, "A", "POST /move", json.dumps({"what": BAKE}))


def all_listed(story: Story, keys: dict[str, str]) -> None:
    story.fetch(10.02, "A", "PUT /errands", json.dumps({"ids": NEW}))


def by_address(story: Story, keys: dict[str, str]) -> None:
    story.fetch(10.02, "A", "POST /errands/k7d4/move?to=0")


def by_frame(story: Story, keys: dict[str, str]) -> None:
    story.frame(10.02, "A", keys["A"], '{"reorder": "k7d4", "before": "k7a1"}', way="out")


def by_news(story: Story, keys: dict[str, str]) -> None:
    story.frame(9.9, "A", keys["A"], '{"moved": "k7d4", "index": 0}')


def by_poll(story: Story, keys: dict[str, str]) -> None:
    rows = {row["id"]: row for row in json.loads(LISTED)}
    story.fetch(9.8, "A", "GET /errands", says=json.dumps([rows[id_] for id_ in NEW]))


@pytest.mark.parametrize("says", [patched, named_by_its_text, all_listed, by_address, by_frame, by_news, by_poll])
def test_it_is_said_that_texts_were_moved(says: Says) -> None:
    story, keys = errands("A", "B")
    story.arranges(10.0, "A", "Errands", *UP)
    says(story, keys)
    assert wrong(story) == {"B": [BAKE]}
    [one] = told(story).disorders
    assert all(seq <= len(story.events) for seq in one.witness)


def test_of_two_that_changed_places_the_one_that_is_named_moved() -> None:
    story, _ = errands("A", "B")
    story.arranges(10.0, "A", "Errands", *list(ROWS.values())[1::-1], *list(ROWS.values())[2:])
    story.fetch(10.02, "A", "PATCH /errands/k7a1", '{"position": 1}')
    assert wrong(story) == {"B": [FEED]}


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ("PATCH /errands/k7d4", '{"done": true}'),  # of no place
        ("PUT /preferences", '{"order": "name"}'),  # of no row
        ("POST /errands/k9z9/move", '{"position": 0}'),  # of another row
        ("GET /errands/k7d4/move", None),  # it only asks
        ("PUT /errands", json.dumps({"ids": list(ROWS)})),  # in the former order
    ],
)
def test_what_says_nothing_of_the_kind(request_: str, body: str | None) -> None:
    story, _ = errands("A", "B")
    story.arranges(10.0, "A", "Errands", *UP)
    story.fetch(10.02, "A", request_, body)
    assert wrong(story) == {}


DOWN = (*list(ROWS.values())[1:], FEED)  # what was active last stands at the bottom


@pytest.mark.parametrize(
    ("stamp", "out"),
    [
        (int((START + 9.9) * 1000), {"B": [FEED]}),
        ("2027-01-15T08:00:09Z", {"B": [FEED]}),
        (int((START - 86_400) * 1000), {}),  # when it was made, say
        (17, {}),
    ],
)
def test_what_was_active_just_now_goes_to_an_end_of_its_list(stamp: int | str, out: dict[str, list[str]]) -> None:
    story, _ = errands("A", "B")
    story.fetch(9.9, "A", "POST /errands/touch", json.dumps({"id": "k7a1", "seen": stamp}))
    story.arranges(10.0, "A", "Errands", *DOWN)
    assert wrong(story) == out


def test_and_not_into_the_middle_of_it() -> None:
    story, _ = errands("A", "B")
    rows = list(ROWS.values())
    story.fetch(9.9, "A", "POST /errands/touch", json.dumps({"id": "k7a1", "seen": int((START + 9.9) * 1000)}))
    story.arranges(10.0, "A", "Errands", rows[1], rows[0], *rows[2:])
    assert wrong(story) == {}
