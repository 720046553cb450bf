from __future__ import annotations

from monitor.imports.in_time import in_time
from monitor.model import Event, Mark


def test_events_come_by_time_and_equal_times_as_they_came() -> None:
    events: list[Event] = [Mark(time=float(-number // 3), text=str(number)) for number in range(5000)]
    assert list(in_time(events)) == sorted(events, key=lambda event: event.time)


def test_what_sqlite_cannot_hold_as_text_comes_back_too() -> None:
    odd: list[Event] = [Mark(time=1.0, text="\ud800 \0"), Mark(time=0.0)]
    assert list(in_time(odd)) == odd[::-1]
    assert list(in_time([])) == []
