from __future__ import annotations

import json
import unicodedata

from hypothesis import given

from monitor.commands.lines import describe
from monitor.export import csv, jsonl
from monitor.export.passages import Reading
from monitor.export.plain import line
from monitor.export.redact import Redactor
from monitor.model import Event
from monitor.tui.clean import clean
from tests.laws import examples
from tests.property.events import ANY_EVENT

NO_GLYPH = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@examples(300)
@given(ANY_EVENT)
def test_any_event_is_one_harmless_line(event: Event) -> None:
    passage = Reading().feed(event, None)
    assert passage is not None
    shown = clean(describe(passage))
    assert not {letter for letter in shown if unicodedata.category(letter) in NO_GLYPH}


@examples(300)
@given(ANY_EVENT)
def test_any_event_can_be_exported(event: Event) -> None:
    for redact in (None, Redactor(b"k")):
        passage = Reading(redact).feed(event, None)
        assert passage is not None
        text = line(jsonl.record(passage))
        assert text.count("\n") == 1
        found = json.loads(text)
        assert found["kind"] == event.kind
        assert found.get("tab") == event.tab or redact is not None
        assert len(csv.cells(passage)) == len(csv.COLUMNS)
