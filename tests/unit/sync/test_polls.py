"""Requests: which repeat on a period, which the server holds, and which are forgotten."""

from __future__ import annotations

import pytest

from monitor.sync.polls import Asked, Polls


def polls(*starts: float, ends: tuple[float, ...] = ()) -> Polls:
    made = Polls()
    made.starts.extend(starts)
    made.ends.extend(ends)
    return made


@pytest.mark.parametrize(
    ("starts", "period"),
    [
        ((0, 2, 4), 2.0),
        ((0, 2.1, 3.9, 6.0), 2.0),
        ((0, 2, 4, 4.1, 6), 2.0),
        ((0, 2.5, 4, 6, 8, 12, 14, 16), 2.0),
        ((0, 2, 4, 8, 10.1, 12.1, 18.1), 2.0),
        ((0, 2, 4, 11, 12, 17, 20, 31, 35), None),
        ((0, 2), None),
        ((0, 1, 7, 8.5, 20), None),
        ((0, 0, 0), None),
    ],
)
def test_a_period_needs_three_requests_evenly_apart(starts: tuple[float, ...], period: float | None) -> None:
    found = polls(*starts).period
    assert found == (None if period is None else pytest.approx(period, abs=0.2))


def test_a_long_poll_begins_when_the_one_before_ends() -> None:
    assert polls(0, 7.01, 9.51, 30.02, ends=(7.0, 9.5, 30.0)).relays
    assert not polls(0, 7, 20, ends=(0.1, 7.1, 20.1)).relays
    assert not polls(1.59, 2.88, 7.51, ends=(1.72, 2.89, 7.52)).relays  # each is answered at once


def test_a_request_that_the_server_holds_takes_most_of_the_time_until_the_next() -> None:
    assert polls(0, 7.01, 9.51, 30.02, ends=(7.0, 9.5, 30.0)).held
    assert not polls(0, 1, 2, 3, ends=(0.1, 1.1, 2.1, 3.1)).held  # each begins soon after the one before
    assert not polls(0, 7, ends=(7.0,)).held


def test_what_a_page_asks_twice_at_once_now_and_then_is_no_long_poll() -> None:
    assert not polls(0, 0.1, 0.2, 20, 20.05, ends=(0.05, 0.15, 0.25, 20.1, 20.2)).relays


def test_a_poll_is_one_though_the_page_asks_in_between_for_what_it_wrote() -> None:
    turns = [0.0, 2.0, 4.01, 6.0, 8.02, 10.0, 12.01, 14.0, 16.02]
    wrote = [2.9, 5.3, 7.1, 8.7, 13.2, 15.5]
    assert polls(*sorted(turns + wrote)).period == pytest.approx(2.0, abs=0.1)
    assert polls(0, 2.9, 5.3, 7.1, 8.7, 13.2, 15.5, 21.0).period is None


def test_each_tab_and_each_document_of_it_asks_for_itself() -> None:
    asked = Asked()
    first = asked.ask("A", "GET x.org/a", 1.0, "doc1")
    assert asked.ask("A", "GET x.org/a", 2.0, None) is first
    other = asked.ask("B", "GET x.org/a", 3.0, "doc9")
    again = asked.ask("A", "GET x.org/a", 4.0, "doc2")
    assert [*first.starts] == [1.0, 2.0]
    assert [*asked.of("GET x.org/a")] == [again, other]
    assert asked.get("A", "GET x.org/a") is again
    assert asked.get("C", "GET x.org/a") is None
    assert [(tab, endpoint) for tab, endpoint, _ in asked] == [("A", "GET x.org/a"), ("B", "GET x.org/a")]


def test_what_is_asked_once_makes_room_for_what_is_asked_again() -> None:
    asked = Asked()
    poll = asked.ask("A", "GET x.org/poll", 0.0, "d")
    for number in range(5_000):
        asked.ask("A", f"GET x.org/item/{number}", float(number), "d")
        if number % 1_000 == 0:
            assert asked.ask("A", "GET x.org/poll", float(number), "d") is poll
    assert len([*asked]) == 2_000
    assert asked.get("A", "GET x.org/item/0") is None
