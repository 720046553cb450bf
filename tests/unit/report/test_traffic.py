"""When each event was, by its number."""

from __future__ import annotations

from monitor.report.traffic import Moments


def test_the_time_of_an_event_is_found_by_its_number() -> None:
    moments = Moments()
    for seq, time in ((1, 10.0), (2, 10.5), (7, 12.0)):
        moments.note(seq, time)
    assert [moments.at(seq) for seq in (1, 2, 7)] == [10.0, 10.5, 12.0]
    assert [moments.at(seq) for seq in (None, 0, 3, 8)] == [None] * 4


def test_a_number_that_was_there_is_not_kept_again() -> None:
    moments = Moments()
    moments.note(5, 1.0)
    moments.note(5, 2.0)
    moments.note(4, 3.0)
    assert (moments.at(5), moments.at(4)) == (1.0, None)
