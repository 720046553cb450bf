from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.imports.registry import find, formats, guess
from monitor.imports.source import Source
from tests.unit.cli_captures import make_capture


def test_formats_are_found_by_their_file_and_described() -> None:
    assert "jsonl" in formats()
    assert not {"source", "registry", "load", "document"} & set(formats())
    assert all(one.about.endswith((".", ";", ":")) or len(one.about) > 20 for one in formats().values())
    assert find("jsonl").keeps_order


def test_an_unknown_format_lists_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no import format pcap\. There are .*jsonl"):
        find("pcap")


def test_a_format_is_told_from_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text('{"syncmon":1}\n')
    assert guess(Source(path)).name == "jsonl"
    path.write_text("hello")
    with pytest.raises(UsageError, match="does not look like any of"):
        guess(Source(path))
    with pytest.raises(UsageError, match="is a capture already"):
        guess(Source(make_capture(tmp_path / "c.syncmon")))
