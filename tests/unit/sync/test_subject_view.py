"""One subject as it stands: the cells of its items, and who is stale in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.model import Request, Response
from monitor.sync.snapshot import CellState
from tests.board import BOARD, PROFILE, Board, text_of
from tests.notes import NOTE, TEXT, written
from tests.story import Story


def cells(story: Story, until: float) -> dict[str, CellState]:
    [item] = story.subject(until).items
    return {label: cell.state for label, cell in item.cells.items()}


def posted(story: Board, at: float) -> None:
    """A sends a note, and shows it before the server has answered."""
    text = json.dumps({"id": "n2", "text": text_of("n2")})
    common: dict[str, Any] = {"tab": "A", "target": "page-A", "connection": "slow", "url": f"{BOARD}/notes"}
    story.add(Request(time=at, method="POST", resource="fetch", text=text, body_state="whole", **common))
    story.page(at + 0.01, "A", ("n1", "n2"))


def test_the_cells_of_an_item_from_lacked_to_received_to_shown() -> None:
    story = written()
    key = story.socket(11.0, "B")
    assert cells(story, 11.5) == {"A": "wrote", "B": "missing"}
    story.frame(12.0, "B", key, NOTE)
    assert cells(story, 12.5) == {"A": "wrote", "B": "received"}
    story.says(13.0, "B", TEXT)
    [item] = story.subject(14.0).items
    assert (item.cells["B"].state, item.cells["B"].via) == ("shown", "socket")


def test_a_tab_that_was_not_there_is_not_due_the_item() -> None:
    story = written()
    story.open(15.0, "C")
    assert cells(story, 20.0)["C"] == "absent"


def test_a_closed_tab_has_no_column() -> None:
    story = written()
    story.close(12.0, "B")
    assert cells(story, 20.0) == {"A": "wrote"}


def test_what_the_server_has_not_answered_is_not_lacked_yet() -> None:
    story = Board()
    story.begin(0.0, "A", "B", notes=("n1",))
    posted(story, 10.0)
    assert story.subject(25.0, (PROFILE,)).stale_now == ()
    story.add(Response(time=25.0, tab="A", target="page-A", connection="slow", url=f"{BOARD}/notes", status=201))
    [stale] = story.subject(28.0, (PROFILE,)).stale_now
    assert stale.tab == "B"
    assert stale.for_s == pytest.approx(3.0, abs=0.01)


def test_what_one_other_tab_shows_already_the_third_lacks_though_it_was_not_answered() -> None:
    story = Board()
    story.begin(0.0, "A", "B", "C", notes=("n1",))
    posted(story, 10.0)
    story.page(11.0, "C", ("n1", "n2"))
    assert [stale.tab for stale in story.subject(25.0, (PROFILE,)).stale_now] == ["B"]
