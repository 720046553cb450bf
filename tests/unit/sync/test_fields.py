"""What the records of rows say of those that a tab shows and those that it leaves out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.sites.text import letters
from monitor.sync.evidence import Packet
from monitor.sync.fields import Fields
from monitor.sync.items import Item
from monitor.sync.network import Network

NAMES = ("Buy oat milk", "Call the plumber", "Water the ferns", "Fix the bicycle", "Sort old photos", "Book a table")


def item(text: str) -> Item:
    return Item(text, 0.0, "A", 1, text=text, letters=letters(text))


def listed(**fields: list[Any]) -> list[dict[str, Any]]:
    """Records of the six texts, with these fields."""
    return [{"id": f"r{n}x", "text": t} | {k: v[n] for k, v in fields.items()} for n, t in enumerate(NAMES)]


def sent(network: Network, seq: int, time: float, payload: Any, tab: str = "A") -> None:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    network.logs[tab].add(Packet(seq, time, tab, "fetch", "in", f"r{seq}", text))


def told(network: Network, shown: str = "012", out: str = "34", of: int = 5) -> str:
    ones = [item(text) for text in NAMES]
    mine, theirs = [ones[int(n)] for n in shown], [ones[int(n)] for n in out]
    return Fields(network).tell(("A", "B"), ones[of], mine, theirs, 100.0)


@pytest.mark.parametrize(("value", "answer"), [(False, "due"), (True, "outside"), (None, "")])
def test_a_field_that_tells_what_is_shown_from_what_is_not(value: Any, answer: str) -> None:
    network = Network()
    sent(network, 1, 1.0, {"items": listed(done=[False, False, False, True, True, value])})
    assert told(network) == answer


def test_two_fields_that_speak_against_each_other_tell_nothing() -> None:
    network = Network()
    done, folder = [False, False, False, True, True, False], ["in", "in", "in", "out", "out", "out"]
    sent(network, 1, 1.0, listed(done=done, folder=folder))
    assert told(network) == ""


def test_nor_does_one_that_both_have_or_that_is_each_row_s_own() -> None:
    network = Network()
    sent(network, 1, 1.0, listed(by=["ann", "bo", "ann", "bo", "bo", "ann"], rank=[1, 2, 3, 4, 5, 1]))
    assert told(network) == ""


def test_nor_do_few_rows() -> None:
    network = Network()
    sent(network, 1, 1.0, listed(done=[False, False, False, True, True, False]))
    assert told(network, shown="0", out="34") == ""
    assert told(network, shown="01", out="34") == ""


def test_a_message_that_names_a_row_says_otherwise_of_it_alone() -> None:
    network = Network()
    sent(network, 1, 1.0, listed(done=[False, False, False, True, True, False]))
    sent(network, 2, 2.0, {"op": "edit", "id": "r5x", "set": {"done": True}}, tab="B")
    assert told(network) == "outside"
    sent(network, 3, 3.0, {"op": "edit", "id": "r9x", "set": {"done": False}})
    assert told(network) == "outside"


def test_a_row_that_came_later_is_known_by_its_own_message() -> None:
    network = Network()
    rows = listed(done=[False, False, False, True, True, False])
    sent(network, 1, 1.0, rows[:5])
    sent(network, 2, 2.0, {"op": "add", "item": rows[5]})
    assert told(network) == "due"


def test_rows_that_say_more_than_their_record_are_known_by_half() -> None:
    network = Network()
    sent(network, 1, 1.0, listed(done=[False, False, False, True, True, True]))
    ones = [item(f"{text} today") for text in NAMES]
    assert Fields(network).tell(("A",), ones[5], ones[:3], ones[3:5], 9.0) == "outside"


def test_and_rows_of_many_words_by_what_one_record_alone_has() -> None:
    network = Network()
    sent(network, 1, 1.0, listed(done=[False, False, False, True, True, True], by=["Ann Arbor"] * 6))
    ones = [item(f"{text} that somebody by the name of Ann Arbor opened") for text in NAMES]
    assert Fields(network).tell(("A",), ones[5], ones[:3], ones[3:5], 9.0) == "outside"
