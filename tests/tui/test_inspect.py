"""What the inspector says of one message."""

from __future__ import annotations

from monitor.decode import decode_alone
from monitor.model import Frame
from monitor.tui.paint import inspect
from monitor.tui.source import Detail
from monitor.tui.theme import Palette
from tests.unit.sync.test_ages import URL, frame, view


def told(event: Frame, width: int = 60) -> list[str]:
    detail = Detail(event=event, decoded=decode_alone(event), url=URL)
    return [line.plain for line in inspect.facts(detail, Palette(None), width, [view(field="ts")])]


def test_a_message_says_how_long_before_it_was_sent() -> None:
    assert [line.split() for line in told(frame()) if line.startswith("sent")] == [
        ["sent", "40", "ms", "±", "11", "ms", "before", "(ts)"]
    ]


def test_a_message_without_a_stamp_says_nothing_of_it() -> None:
    assert not [line for line in told(frame('{"type":"note"}')) if line.startswith("sent")]
