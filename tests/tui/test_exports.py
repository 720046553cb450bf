"""What an export from the dashboard leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import FilterError, UsageError
from monitor.tui.actions.exports import write
from monitor.tui.screens.export import Wish
from tests.unit.cli_captures import make_capture


def test_an_export_that_fails_leaves_nothing_behind_so_that_it_can_be_tried_again(tmp_path: Path) -> None:
    capture, out = make_capture(tmp_path / "x.syncmon"), tmp_path / "out"
    with pytest.raises(FilterError, match="Tab B wrote nothing"):
        write(capture, Wish(format="jsonl", path=out, filter="since:B-write", redact=True))
    assert not out.exists()
    with pytest.raises(UsageError, match="of the whole recording"):
        write(capture, Wish(format="elle", path=out, filter="tab:A", redact=True))
    assert not out.exists()
    assert write(capture, Wish(format="jsonl", path=out, filter="tab:A", redact=True)) > 0
    assert out.read_text("utf-8").startswith('{"syncmon":')
