from __future__ import annotations

from monitor.decode.ndjson import NdjsonReader


def test_lines_come_as_they_end_and_blank_ones_do_not() -> None:
    reader = NdjsonReader()
    assert reader.feed('{"a":1}\n\n{"a"') == ['{"a":1}']
    assert reader.held == 4
    assert reader.feed(":2}\n") == ['{"a":2}']


def test_record_separators_are_taken_off_and_the_last_line_needs_no_end() -> None:
    reader = NdjsonReader()
    assert reader.feed("\x1e[1]\n\x1e[2]") == ["[1]"]
    assert reader.finish() == ["[2]"]
