from __future__ import annotations

from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.export.message_types import Names, report, title
from tests.unit.export.samples import SECRET, capture

__all__ = ["capture"]


def test_the_types_of_a_capture_without_its_secrets(capture: Capture) -> None:
    found = report(capture, None, True)
    assert found.types
    assert SECRET not in repr(found)
    assert SECRET in repr(report(capture, None, False))


def test_a_filter_says_what_is_counted(capture: Capture) -> None:
    (one,) = report(capture, parse("type:hello"), True).types
    assert (one.type, one.count) == ("hello", 1)
    assert title(one) == "json hello, in by socket, 1 seen"


def test_names_are_unique_and_plain() -> None:
    names = Names()
    assert names.new("a b", None, "c/d") == "a-b.c-d"
    assert names.new("a b", "c/d") == "a-b.c-d-2"
    assert names.new("//") == "message"
