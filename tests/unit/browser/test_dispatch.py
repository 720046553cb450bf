"""A message is handed on decoded, with the moment that it is of."""

from __future__ import annotations

import pytest

from monitor.browser.dispatch import arrived, stamped
from monitor.browser.sessions import Session
from monitor.browser.wire import Params
from tests.unit.browser.cdp import OFFSET, Browser, raw


class Word(Params, frozen=True):
    timestamp: float = 0.0
    wall_time: float | None = None
    text: str = ""


def test_a_stamp_is_taken_as_it_is_and_tells_how_the_clocks_stand() -> None:
    parts = Browser().translator.parts
    told: list[tuple[str, float]] = []
    handler = stamped(parts, Word, lambda one, word, at: told.append((word.text, at)))
    handler(Session("p"), raw({"text": "a", "timestamp": 150.0, "wallTime": OFFSET + 155.0}), 150.1)
    assert told == [("a", 150.0)]
    assert parts.clock.offset == OFFSET + 5


def test_what_has_no_stamp_has_one_by_its_arrival_and_stays_in_order() -> None:
    parts = Browser().translator.parts
    told: list[tuple[str, float]] = []
    by_stamp = stamped(parts, Word, lambda one, word, at: None)
    by_arrival = arrived(parts, Word, lambda one, word, at: told.append((word.text, at)))
    by_stamp(Session("p"), raw({"timestamp": 150.0}), 150.01)
    by_arrival(Session("p"), raw({"text": "b"}), 150.0)
    assert told == [("b", 150.0)]


def test_an_odd_message_is_an_error_for_whom_it_was_read() -> None:
    with pytest.raises(ValueError, match="text"):
        arrived(Browser().translator.parts, Word, lambda one, word, at: None)(Session("p"), raw({"text": 5}), 1.0)
