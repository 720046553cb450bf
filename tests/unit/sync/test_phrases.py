"""What a row says besides what every row like it says, and that it is looked for by that."""

from __future__ import annotations

import json

import pytest

from monitor.model import Block, Shown
from monitor.sync.page import Change, Page
from monitor.sync.phrases import own_words
from tests.story import Story


def page(*rows: str) -> tuple[Page, list[Change]]:
    found = Page()
    blocks = tuple(Block(slot=n, text=row, length=len(row), path=f"body/ul/li:{n}") for n, row in enumerate(rows, 1))
    shown = Shown(time=0.0, tab="A", frame="f", document="d", rule="text", url="", full=True, main=True, blocks=blocks)
    return found, found.apply(shown)


@pytest.mark.parametrize(
    ("row", "own"),
    [
        ("Leaking tap in our kitchen open opened by Ann Arbor", "leakingtapinourkitchenannarbor"),
        ("Tap open opened by Ann", ""),  # too little of it
        ("Tap open opened by the two of us here at home", "taptwoofushereathome"),
        ("Something quite different", ""),  # shares nothing
        ("Tap", ""),
    ],
)
def test_the_words_of_every_row_are_left_out(row: str, own: str) -> None:
    rows = (
        "Broken lamp open opened by the Bob",
        "Cracked cup open opened by the Cy",
        "Dead plant open opened by the Di",
    )
    found, changes = page(*rows, row)
    assert own_words(found, changes[-1]) == own


def test_two_rows_alone_tell_nothing() -> None:
    found, changes = page("Broken lamp open opened by Bob", "Leaking tap in the kitchen open opened by Ann")
    assert own_words(found, changes[-1]) == ""


def test_a_row_of_more_words_than_its_payload_has_is_an_item() -> None:
    story, rows = (
        Story(),
        [f"{thing} open opened by Bob Birk" for thing in ("Broken lamp", "Cracked cup", "Dead plant")],
    )
    story.open(0.0, "A", "B", texts=["Issues", *rows])
    change = json.dumps({"query": "mutation", "input": {"op": "add", "text": "Leaking tap", "by": "Ann Arbor"}})
    story.fetch(10.0, "A", "POST /graphql", change)
    story.says(10.1, "A", "Leaking tap open opened by Ann Arbor")
    found = story.subject(until=30.0)
    assert [one.tab for one in found.stale_now] == ["B"]
    assert [write.request for write in found.writes] == ["POST /graphql"]
