from __future__ import annotations

import io
import json

from jsonschema import Draft202012Validator

from monitor import export
from monitor.capture.reader import Capture
from monitor.export.jsonschema import bundle
from monitor.formats.model import FormatsReport
from tests.unit.export.samples import SECRET, capture

__all__ = ["capture"]


def test_the_bundle_takes_the_messages_it_was_made_of(capture: Capture) -> None:
    out = io.StringIO()
    assert export.find("jsonschema").export(capture, None, out, False) > 0
    made = json.loads(out.getvalue())
    Draft202012Validator.check_schema(made)
    Draft202012Validator(made).validate({"type": "hello", "auth_token": SECRET})
    assert any("hello" in name for name in made["$defs"])
    assert not Draft202012Validator(made["$defs"][next(name for name in made["$defs"] if "hello" in name)]).is_valid(5)


def test_nothing_seen_is_a_schema_too() -> None:
    Draft202012Validator.check_schema(bundle(FormatsReport()))
