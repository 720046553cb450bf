"""Events on their way to the file: bounded, in order, and honest about loss."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
import pytest

from monitor.browser.outbox import Outbox, placed, weight
from monitor.errors import CaptureError
from monitor.model import Block, Event, Fault, Frame, Gap, Mark, Navigation, Shown, SocketOpened


class Sink:
    """Keeps what is committed; `broken` makes commits fail."""

    def __init__(self) -> None:
        self.taken: list[Event] = []
        self.safe: list[Event] = []
        self.broken = False

    def extend(self, events: Sequence[Event]) -> None:
        self.taken.extend(events)

    def commit(self) -> None:
        if self.broken:
            raise CaptureError("the disk is full")
        self.safe += self.taken
        self.taken.clear()


def frame(text: str, at: float = 1.0) -> Frame:
    return Frame(time=at, mono=at, tab="A", target="T", connection="w1", dir="in", size=len(text), text=text)


async def test_what_is_put_is_committed_once() -> None:
    sink = Sink()
    box = Outbox(sink, 1 << 20)
    box.put([frame("a"), frame("b")], 1.0)
    await box.commit()
    await box.commit()
    assert [getattr(e, "text", None) for e in sink.safe] == ["a", "b"]


async def test_what_just_arrived_is_held() -> None:
    sink = Sink()
    box = Outbox(sink, 1 << 20)
    box.put([frame("old", 1.0)], 1.0, 0.0)
    box.put([frame("new", 2.0)], 2.0, 0.0)
    await box.commit(before=1.5)
    assert [getattr(e, "text", None) for e in sink.safe] == ["old"]
    await box.commit()
    assert len(sink.safe) == 2


async def test_what_comes_late_is_written_where_its_time_is() -> None:
    sink = Sink()
    box = Outbox(sink, 1 << 20)
    now, off = time.monotonic(), time.time() - time.monotonic()
    box.put([frame("second", now + 0.01 + off)], now + 0.01)
    await box.commit(before=now + 0.005)
    assert not sink.safe
    box.put([frame("first", now + off), frame("third", now + 0.03 + off)], now + 0.04)
    await box.commit(before=now + 0.02)
    assert sorted(e.text or "" for e in sink.safe if isinstance(e, Frame)) == ["first", "second"]
    await box.commit(before=now + 0.05)
    assert len(sink.safe) == 3


async def test_what_has_no_stamp_is_not_kept_behind_what_came_after_it() -> None:
    sink = Sink()
    box = Outbox(sink, 1 << 20)
    now, off = time.monotonic(), time.time() - time.monotonic()
    box.put([SocketOpened(time=now + 0.04 + off, target="T", connection="w1")], now + 0.04)
    box.put([frame("its first", now + 0.01 + off)], now + 0.05)
    await box.commit(before=now + 0.02)
    assert [e.kind for e in sink.safe] == ["socket-opened", "frame"]


async def test_what_has_no_stamp_is_not_written_before_its_time_because_of_what_is_old() -> None:
    sink = Sink()
    box = Outbox(sink, 1 << 20)
    now, off = time.monotonic(), time.time() - time.monotonic()
    box.put([Navigation(time=now + 0.5 + off, tab="B", target="U", url="u")], now + 0.5)
    box.put([msgspec.structs.replace(frame("of its old document", now + 0.1 + off), target="U")], now + 0.5)
    box.put([frame("of another tab", now + 0.2 + off)], now + 0.5)
    for before in (0.15, 0.25, 0.55):
        await box.commit(before=now + before)
    assert [e.time for e in sink.safe] == sorted(e.time for e in sink.safe)
    assert [e.kind for e in sink.safe] == ["frame", "frame", "navigation"]


@pytest.mark.parametrize("off", [0.0, -86_400.0, 86_400.0])
async def test_after_a_stop_what_is_young_does_not_overtake_what_is_old(off: float) -> None:
    """All of it comes in one instant; and the clock of another machine can be a day off."""
    sink = Sink()
    box = Outbox(sink, 1 << 20)
    now, shift = time.monotonic(), time.time() - time.monotonic() + off
    box.put([frame(str(age), now + shift - age) for age in range(30, 0, -1)], now, shift)
    for before in (-20.0, -0.03, 0.03):
        await box.commit(before=now + before)
    assert [getattr(e, "text", None) for e in sink.safe] == [str(age) for age in range(30, 0, -1)]


async def test_what_claims_to_be_of_the_future_holds_nothing_up() -> None:
    sink = Sink()
    box = Outbox(sink, 1 << 20)
    box.put([frame("past", 1.0), frame("future", time.time() + 3600)], 1.0)
    await box.commit(before=1.5)
    assert len(sink.safe) == 2


async def test_past_the_budget_events_are_counted() -> None:
    sink = Sink()
    one = frame("x" * 1000)
    box = Outbox(sink, weight(one) * 2)
    box.put([one] * 5, 1.0)
    await box.commit()
    box.put([frame("after", 9.0)], 9.0)
    await box.commit()
    gaps = [e for e in sink.safe if isinstance(e, Gap)]
    assert [(g.count, g.since) for g in gaps] == [(3, 1.0)]
    assert [e.kind for e in sink.safe] == ["frame", "frame", "gap", "frame"]
    assert (box.events, box.gaps) == (4, 1)


async def test_a_sink_that_fails_is_told_and_tried_again() -> None:
    sink = Sink()
    news: list[str | None] = []
    box = Outbox(sink, 1 << 20, news.append)
    sink.broken = True
    box.put([frame("a")], time.monotonic())
    await box.commit()
    await box.commit()
    assert news == ["the disk is full"]
    sink.broken = False
    await box.commit()
    await box.commit()
    assert news == ["the disk is full", None]
    assert [type(e) for e in sink.safe] == [Frame, Fault]


async def test_a_sink_that_is_slow_is_told_before_anything_is_lost() -> None:
    sink = Sink()
    news: list[str | None] = []
    box = Outbox(sink, 4 << 20, news.append)
    box.put([frame("x" * 1000)] * 500, 1.0)
    box.watch()
    assert news == []
    box.put([frame("x" * 1000)] * 500, 1.0)
    box.watch()
    box.watch()
    assert news == ["The disk is slower than the browser: 1 MB wait, and past 4 they are lost."]
    await box.commit()
    box.watch()
    assert news[1:] == [None]
    assert len([e for e in sink.safe if isinstance(e, Fault)]) == 1


async def test_what_a_failing_sink_holds_counts_until_it_is_safe() -> None:
    sink = Sink()
    box = Outbox(sink, weight(frame("a")) * 3)
    sink.broken = True
    box.put([frame("a"), frame("b")], 1.0)
    await box.commit()
    box.put([frame("c"), frame("d")], 2.0)
    sink.broken = False
    await box.commit()
    box.put([frame("e")], 3.0)
    await box.commit()
    assert [getattr(e, "text", None) for e in sink.safe if isinstance(e, Frame)] == ["a", "b", "e"]
    # The third place was taken by the Fault that tells of the failure.
    assert [e.count for e in sink.safe if isinstance(e, Gap)] == [2]


def test_unstamped_events_are_dated_before_what_came_after_them() -> None:
    batch: list[Event] = [
        Navigation(time=1.05, tab="A", target="T", url="u"),
        Navigation(time=1.06, tab="B", target="U", url="u"),
        frame("x", 1.0),
        Mark(time=1.2),
    ]
    assert [e.time for e in placed(batch)] == [1.0, 1.06, 1.0, 1.2]


def test_an_old_stamp_does_not_pull_others_into_the_past() -> None:
    batch: list[Event] = [Navigation(time=5.0, tab="A", target="T", url="u"), frame("x", 1.0)]
    assert placed(batch)[0].time == 5.0


def test_blocks_have_weight() -> None:
    block = Block(slot=1, text="x" * 500)
    assert weight(Shown(time=1.0, document="D", blocks=(block,) * 10)) > 10_000
