"""What stands in a row with a text, and tables of which two tabs show different rows."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from monitor.model import Block, Shown
from monitor.sync.page import Page
from monitor.sync.row import row_of, says_in_row
from tests.story import PAGE, Story

Order = tuple[int, str, str]
ORDERS: tuple[Order, ...] = ((1001, "Berg", "packing"), (1002, "Castellan", "packing"), (1003, "Dufour", "returned"))


def blocks(orders: Sequence[Order], slot: int = 1) -> tuple[Block, ...]:
    """The cells of a table that was just made."""
    cells = [(row, column, str(text)) for row, order in enumerate(orders, 1) for column, text in enumerate(order, 1)]
    return tuple(
        Block(slot=slot + n, text=text, length=len(text), digest=f"{text:>16}", path=f"body/table/tr:{row}/td:{column}")
        for n, (row, column, text) in enumerate(cells)
    )


def drawn(
    story: Story, at: float, tab: str, orders: Sequence[Order], slot: int, gone: tuple[int, int] = (0, 0)
) -> None:
    """A tab draws its table anew. gone: the elements of the last one."""
    cells = blocks(orders, slot)
    story.add(
        Shown(time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", document=story.document_of(tab),
              url=PAGE, blocks=cells, gone=tuple(range(*gone)), order=tuple(cell.slot for cell in cells))
    )  # fmt: skip


def test_a_row_of_a_table_and_what_it_says() -> None:
    page = Page()
    page.apply(Shown(time=1.0, document="d", frame="f", main=True, blocks=blocks(ORDERS)))
    dufour = next(entry for entry in page.entries.values() if entry.key == "dufour")
    assert [one.letters for one in row_of(page, dufour)] == ["1003", "dufour", "returned"]
    assert says_in_row(page, "berg", "packing")
    assert not says_in_row(page, "dufour", "packing")
    assert not says_in_row(page, "packing", "berg")  # which of the two?


@pytest.mark.parametrize("later", [-0.01, 0.01])
@pytest.mark.parametrize(("shows", "stale"), [("packing", []), ("returned", ["B"])])
def test_a_word_that_other_rows_say_too_is_looked_for_in_its_row(shows: str, stale: list[str], later: float) -> None:
    story, orders = Story(), (*ORDERS, (1004, "Eriksen", "packing"))
    known = json.dumps([{"no": no, "name": name, "state": state} for no, name, state in orders])
    for tab in "AB":
        story.fetch(0.0, tab, "GET /orders", says=known)
    story.open(0.1, "A", "B", texts=["Orders"])
    sockets = {tab: story.socket(0.5, tab) for tab in "AB"}
    for tab in "AB":
        drawn(story, 0.2, tab, ORDERS, 100)
    story.uses(5.0, "B")
    tables = {"A": ORDERS, "B": orders[:1:-1]}  # the other way round, the first two of them
    drawn(story, 5.05, "B", tables["B"], 200, gone=(100, 109))
    told = json.dumps({"no": 1003, "name": "Dufour", "state": "packing"})
    story.fetch(10.0, "A", "POST /orders", told)
    for at, tab, says in sorted(((10.1, "A", "packing"), (10.1 + later, "B", shows))):
        story.frame(at - 0.05, tab, sockets[tab], told)
        table = [(no, name, says if no == 1003 else state) for no, name, state in tables[tab]]
        drawn(story, at, tab, table, 300, gone=(100, 109) if tab == "A" else (200, 206))
    story.uses(15.0, "A")
    assert [one.tab for one in story.subject(until=20.0).stale_now] == stale
