from __future__ import annotations

import pytest

from monitor import export
from monitor.capture.reader import Capture
from monitor.errors import UsageError
from tests.unit.export.samples import SECRET, capture, exported

__all__ = ["capture"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_no_planted_secret_leaves_by_default(capture: Capture, form: str) -> None:
    text = exported(capture, form)
    assert SECRET not in text
    assert SECRET[6:] not in text
    assert SECRET in exported(capture, form, redact=False)


def test_formats_are_found_by_their_files() -> None:
    assert {"csv", "jsonl"} <= set(export.names())
    assert "redact" not in export.names()
    assert export.find("jsonl").suffix == ".jsonl"
    assert export.find("jsonl").about.startswith("JSON Lines")
    for name in ("nothing", "redact", "../x"):
        with pytest.raises(UsageError, match="There is no export format"):
            export.find(name)
