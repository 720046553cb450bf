"""The words in which it is said who has what."""

from __future__ import annotations

from monitor.sync.items import Item, Wait


def test_what_is_gone_is_searched_for_by_its_name() -> None:
    item = Item("n12", 1.0, "A", 1, text="Buy oat milk", letters="buyoatmilk", core="oat")
    assert (item.needle.text, item.needle.letters, item.needle.core) == ("Buy oat milk", "buyoatmilk", "oat")
    item.gone = True
    assert (item.needle.text, item.needle.letters, item.needle.core) == ("n12", "n12", "")


def test_a_wait_lasts_until_it_is_shown_or_ends_otherwise() -> None:
    assert Wait("B", "n12", 0, 1.0).open
    assert not Wait("B", "n12", 0, 1.0, until=2.0).open
    assert not Wait("B", "n12", 0, 1.0, ended=2.0).open
