"""Which version of an entry a text is, by what was replaced in it."""

from __future__ import annotations

from monitor.sync.changes import Amendments
from monitor.sync.items import Item
from monitor.sync.replicas import Subject

LIST = Subject("s", "k")


def entry(version: int = 0) -> Item:
    """An entry of the list after so many edits."""
    item = Item("/doc/1", 1.0, "A", 1)
    item.version = version
    return item


def test_a_text_is_of_the_version_before_the_first_change_that_it_lacks() -> None:
    found = Amendments()
    assert found.add(LIST, entry(0), "draft", "plan")
    assert found.add(LIST, entry(1), "anna", "ben")
    texts = ("draft by anna", "plan by anna", "plan by ben")
    assert [found.version(LIST, entry(2), text) for text in texts] == [0, 1, 2]


def test_the_same_change_is_news_once() -> None:
    found = Amendments()
    assert found.add(LIST, entry(0), "draft", "plan")
    assert not found.add(LIST, entry(1), "draft", "plan")


def test_what_is_changed_back_is_news_again_and_the_first_text_is_the_newest() -> None:
    found = Amendments()
    found.add(LIST, entry(0), "draft", "plan")
    assert found.add(LIST, entry(1), "plan", "draft")
    assert [found.version(LIST, entry(2), text) for text in ("draft", "plan")] == [2, 1]


def test_who_shows_what_is_gone_shows_the_version_before() -> None:
    gone = entry(1)
    gone.gone = True
    assert Amendments().version(LIST, gone, "plan") == 0
