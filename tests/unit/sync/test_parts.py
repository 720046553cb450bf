"""Where an item stands for a tab that does not show it."""

from __future__ import annotations

import pytest

from monitor.model import Block
from monitor.sync.items import Item
from monitor.sync.page import Entry, Page
from monitor.sync.parts import Place, Rows, Sight, alike, folded, place, rows_of, said_otherwise
from monitor.sync.replicas import Subject

SIGHTS: dict[str, Sight] = {"s": "shown", "o": "out", "y": "young", ".": "", "X": ""}


def rows(told: str, shape: str = "ul/li") -> tuple[Rows, int, list[Sight]]:
    """Rows of one kind: `s` that the tab shows, `o` that are out, `X` the item."""
    found = Rows()
    for number, sight in enumerate(told):
        found.ids.append(f"i{number}")
        found.place[f"i{number}"] = number
        found.firm.append(sight != ".")
        found.shapes.append(shape)
        found.cells.append(str(number))
        found.letters.append(f"text{number}")
        found.paths.append(f"body/{shape}:{number}")
    return found, told.index("X"), [SIGHTS[sight] for sight in told]


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ("sssX", "due"),
        ("X", "due"),
        ("ss.X.", "due"),
        ("Xsssoo", "due"),  # the newest at the top, and the older ones not loaded
        ("ssXsoo", "due"),
        ("oosssX", "due"),
        ("oosXsssoo", "due"),  # within a window
        ("sssoXo", "outside"),
        ("sssooX", "outside"),  # or a filter: what the records say goes before
        ("sssXoo", "unknown"),
        ("Xssoo", "unknown"),  # too few to be more than chance
        ("sososX", "unknown"),
        ("oooX", "unknown"),  # at the end of a list, of which the tab may search for something
        ("osoooX", "unknown"),
        ("oX", "unknown"),
        ("sssyX", "young"),
    ],
)
def test_by_what_stands_around_it(told: str, where: Place) -> None:
    found, at, sights = rows(told)
    assert place(found, at, sights, own=()) == where


def test_a_tab_that_shows_other_texts_of_the_kind_may_look_at_another_list() -> None:
    found, at, sights = rows("X")
    assert place(found, at, sights, own={"ul/li"}) == "unknown"
    assert place(found, at, sights, own={"nav/a"}) == "due"


def test_what_stands_in_another_column_is_no_row_of_the_kind() -> None:
    found, at, sights = rows("soX")
    found.shapes, found.cells, found.columns = ["tr/td"] * 3, ["", "2", ""], {"tr/td"}
    assert alike(found, at, sights) == ([0], [])


@pytest.mark.parametrize(
    ("told", "knew", "is_folded"),
    [
        ("so.oXs", "13", True),  # the replies below one text
        ("so.oXs", "", False),  # which merely never came there
        ("sosoXs", "13", False),
        ("oo.oXo", "13", False),  # nothing in common
        ("s...Xs", "", False),
    ],
)
def test_what_a_tab_folded_away_holds_what_comes_there(told: str, knew: str, is_folded: bool) -> None:
    found, at, sights = rows(told)
    found.paths = [f"body/ul/li:{n}" if n in (0, 5) else f"body/ul/li:0/ul/li:{n}/div/span" for n in range(6)]
    assert folded(found, at, sights, lambda item_id: item_id[1:] in knew) == is_folded


def test_a_first_answer_is_folded_away_with_what_it_answers() -> None:
    found, at, sights = rows("s.oXs")
    found.paths = [
        "body/li:0/div",
        "body/li:1/div",
        "body/li:1/ul/li:0/div",
        "body/li:1/ul/li:0/ul/li/div",
        "body/li:2/div",
    ]
    found.shapes = ["body/li/div", "body/li/div", "body/li/ul/li/div", "body/li/ul/li/ul/li/div", "body/li/div"]
    assert folded(found, at, sights, lambda item_id: True)


def test_what_stands_beside_an_item_in_its_row_says_nothing_of_its_place() -> None:
    found, at, sights = rows("soXo")
    found.paths = ["body/tr:0/td:0", "body/tr:0/td:1", "body/tr:1/td:0", "body/tr:1/td:1"]
    found.shapes, found.cells, found.columns = ["body/tr/td"] * 4, ["0", "1", "0", "1"], {"body/tr/td"}
    assert not folded(found, at, sights, lambda item_id: True)


def page_of(*texts: tuple[str, str]) -> tuple[Subject, Page, dict[str, str]]:
    """A page that shows texts at paths, all of them items of a tab A."""
    subject, page, named = Subject("", "https://example.org"), Page(main="f"), dict[str, str]()
    replica = subject.enter("A", 0.0)
    for slot, (text, path) in enumerate(texts):
        letters = text.lower().replace(" ", "")
        page.entries["f", "text", slot] = Entry(Block(slot=slot, text=text, path=path), letters, letters, 1.0)
        page.counts[letters] += 1
        page.order.setdefault(("f", "text"), []).append(slot)
        item = subject.learn(Item(f"i{slot}", 1.0, "A", 1, text=text, letters=letters))
        named[letters] = item.id
        subject.show("A", item, 1.0, 1, form=letters)
    assert replica.shown
    return subject, page, named


def test_the_rows_of_a_page_are_its_texts_and_known_are_those_that_are_said_once() -> None:
    texts = [("Tea", "ul/li"), ("new", "ul/li/b"), ("Milk", "ul/li:2"), ("new", "ul/li:2/b"), ("3", "p")]
    subject, page, named = page_of(*texts)
    found = rows_of(
        subject, subject.replicas["A"], page, lambda tab, key: named.get(key, ""), lambda item_id: True, None
    )
    assert found.ids == ["i0", "", "i2", "", ""]
    assert found.shapes == ["ul/li", "ul/li/b", "ul/li", "ul/li/b", "p"]
    assert (found.find("i2", 9, ""), found.find("gone", 9, "new"), found.find("gone", 1, "none")) == (2, 3, 1)


def test_the_cells_of_a_table_are_of_columns() -> None:
    texts = [(f"r{row}c{cell}", f"table/tr:{row}/td:{cell}") for row in (1, 2, 3) for cell in (1, 2)]
    subject, page, named = page_of(*texts)
    found = rows_of(
        subject, subject.replicas["A"], page, lambda tab, key: named.get(key, ""), lambda item_id: True, None
    )
    assert found.columns == {"table/tr/td"}
    assert len(set(found.kinds(found.columns))) == 2


@pytest.mark.parametrize(("mine", "out"), [("You: good morning", ""), ("Somebody else", "out")])
def test_what_a_tab_says_in_words_of_its_own_is_not_out(mine: str, out: Sight) -> None:
    texts = {"head": "Room", "theirs": "Ann: good morning", "mine": mine}
    ones = []
    for ids in (["head", "theirs"], ["head", "mine"]):
        one = Rows(ids=ids, shapes=["h1", "p"], cells=["", ""], firm=[True, True], letters=ids)
        one.place = {item_id: number for number, item_id in enumerate(ids)}
        ones.append(one)
    assert said_otherwise(ones[0], ones[1], ["shown", "out"], texts.__getitem__) == ["shown", out]
