from __future__ import annotations

import csv
import io

from monitor.capture.reader import Capture
from tests.unit.export.samples import EVENTS, capture, exported

__all__ = ["capture"]


def test_csv_has_no_formulas_and_no_nul(capture: Capture) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(capture, "csv"))))
    assert len(rows) == len(EVENTS)
    assert rows[10]["text"] == "'=cmd|'/c calc'!A1"
    assert rows[4]["text"] == "\ufffd odd \ufffd"
    assert rows[3]["base64"] == "/wAB"
    assert rows[2]["type"] == "hello"
