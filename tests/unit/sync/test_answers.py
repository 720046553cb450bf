"""What answers say of a text beside each other."""

from __future__ import annotations

import json

import pytest

from tests.story import Story

ROWS = ("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir tree", "Ginkgo", "Hazel")
NEW = "Zelkova"
WROTE = ("Ann Arbor", "Bob Birk", "Ann Arbor", "Cy Twig", "Ann Arbor", "Bob Birk", "Dee Root", "Bob Birk")


def page(rows: tuple[str, ...], number: int, size: int = 4) -> str:
    """A page of a list, newest first."""
    wrote = dict(zip(ROWS, WROTE, strict=True))
    part = rows[(number - 1) * size : number * size]
    return json.dumps({"items": [{"id": f"t{row[:2]}1", "text": row, "by": wrote.get(row, "Ed Leaf")} for row in part]})


def tabs(**pages: int) -> Story:
    """Tabs that show a page of the list each."""
    story = Story()
    for tab, number in pages.items():
        answer = page(ROWS, number)
        story.fetch(0.0, tab, f"GET /rows?page={number}", says=answer)
        texts = [text for one in json.loads(answer)["items"] for text in (one["text"], one["by"])]
        story.open(0.1, tab, texts=["Trees", *texts])
    return story


def asks(story: Story, at: float, rows: tuple[str, ...], **pages: int) -> None:
    """Tabs ask again, and show what they are answered."""
    for tab, number in pages.items():
        answer = page(rows, number)
        story.fetch(at, tab, f"GET /rows?page={number}", says=answer)
        texts = [text for one in json.loads(answer)["items"] for text in (one["text"], one["by"])]
        story.redraws(at + 0.1, tab, "Trees", *texts)


def extra(story: Story, until: float) -> list[tuple[str, tuple[str, ...]]]:
    """Who shows what too much."""
    found = story.subject(until)
    names = {item.id: item.excerpt for item in found.items}
    return [(one.tab, tuple(names.get(i, i) for i in one.items)) for one in (*found.disorders, *found.past_disorders)]


@pytest.mark.parametrize("rows", [(NEW, *ROWS), ROWS[1:]])
def test_a_row_that_moves_to_another_page_is_not_gone(rows: tuple[str, ...]) -> None:
    story = tabs(A=1, B=2)
    asks(story, 10.0, rows, A=1, B=2)
    assert extra(story, 20.0) == []


def test_nor_one_that_the_last_page_gives_away() -> None:
    story = tabs(A=1, B=2)
    asks(story, 10.0, ROWS[1:], B=2)
    asks(story, 10.1, ROWS[1:], A=1)
    assert extra(story, 20.0) == []


def test_one_that_is_listed_nowhere_is() -> None:
    story = tabs(A=1, B=1)
    asks(story, 10.0, ("Alder", *ROWS[2:]), A=1)
    assert [(tab, items[0]) for tab, items in extra(story, 20.0)] == [("B", "Birch")]


def test_who_wrote_a_row_is_not_gone_with_it() -> None:
    story = tabs(A=1, B=2)
    story.fetch(9.0, "A", "DELETE /rows/tBi1")
    asks(story, 10.0, ("Alder", *ROWS[2:]), A=1)
    assert extra(story, 20.0) == []  # Bob Birk wrote another one that B shows


def test_nor_is_it_at_another_place() -> None:
    story = tabs(A=1, B=1)
    story.fetch(5.0, "B", "GET /rows?page=2", says=page(ROWS, 2))
    asks(story, 10.0, ("Dogwood", "Alder", "Birch", "Cedar", *ROWS[4:]), A=1)
    assert [one for one in extra(story, 20.0) if "Cy Twig" in one[1]] == []


@pytest.mark.parametrize("channel", ["socket", "worker"])
@pytest.mark.parametrize("gone", [0, 2, 3])
def test_a_message_that_lists_all_but_one_says_that_it_is_gone_wherever_it_stood(channel: str, gone: int) -> None:
    story = Story()
    rows = ROWS[:4]
    story.open(0, "A", "B", texts=["Trees", *rows])
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}

    def state(at: float, tabs: str, some: tuple[str, ...]) -> None:
        said = json.dumps({"type": "state", "items": [{"id": f"t{row[:2]}1", "text": row} for row in some]})
        for tab in tabs:
            if channel == "socket":
                story.frame(at, tab, sockets[tab], said)
            else:
                story.worker(at, tab, said)

    state(1.5, "AB", rows)
    left = tuple(row for row in rows if row != rows[gone])
    state(10.0, "A", left)
    story.drops(10.1, "A", rows[gone])
    assert extra(story, 20.0) == [("B", (rows[gone],))]
