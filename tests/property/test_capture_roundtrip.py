"""Whatever the model can express, a capture file gives back unchanged."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.capture.addresses import Addresses
from monitor.capture.reader import Capture
from monitor.capture.rows import from_row, safe_row
from monitor.capture.writer import CaptureWriter, in_order
from monitor.model import Event
from tests.laws import examples
from tests.property.events import ANY_EVENT, RELATED

_numbers = itertools.count()


def recorded(folder: str, events: list[Event]) -> Path:
    """A finished capture of the events, in their given order."""
    path = Path(folder) / f"{next(_numbers)}.syncmon"
    writer = CaptureWriter(path)
    for event in events:
        writer.append(event)
        writer.commit()
    writer.close()
    return path


@examples(200)
@given(st.lists(ANY_EVENT, max_size=8))
def test_a_file_gives_back_what_it_was_given(events: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder, Capture(recorded(folder, events)) as capture:
        expected = [msgspec.structs.replace(event, seq=seq) for seq, event in enumerate(events, 1)]
        assert list(capture.events()) == expected
        assert capture.read_after(0, 100) == expected


@settings(deadline=None)
@given(ANY_EVENT)
def test_the_safe_row_is_as_exact_as_the_plain_one(event: Event) -> None:
    assert from_row(safe_row(event)) == event


@settings(deadline=None)
@given(RELATED)
def test_addresses_agree_with_sql(events: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder, Capture(recorded(folder, events)) as capture:
        addresses = Addresses()
        for event in capture.events():
            streamed, stored = addresses.feed(event), capture.url(event)
            assert (streamed is None) == (stored is None)
            if streamed is not None and streamed.isprintable():
                assert streamed == stored


@settings(deadline=None)
@given(st.lists(st.one_of(ANY_EVENT), max_size=12))
def test_ordering_a_batch_loses_nothing_and_is_stable(events: list[Event]) -> None:
    ordered = in_order(events)
    assert sorted(map(id, ordered)) == sorted(map(id, events))
    assert in_order(ordered) == ordered or any(event.mono is None for event in events)
