"""JSON Schema 2020-12: one bundle with the schema of every message type, as inferred from the messages seen."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from monitor.export.message_types import Names, report, title

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture
    from monitor.formats.model import FormatsReport, TypeFormat

SUFFIX = ".schema.json"

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def export(capture: Capture, query: Query | None, out: IO[str], redact: bool) -> int:
    """Write one document; returns how many messages its types were inferred from."""
    found = report(capture, query, redact)
    out.write(json.dumps(bundle(found), indent=2, default=str) + "\n")
    return sum(one.count for one in found.types)


def bundle(found: FormatsReport) -> dict[str, Any]:
    """All types under `$defs`; a message of the application is one of them."""
    names = Names()
    definitions = {names.new(one.site, one.channel, one.dir, one.protocol, one.type): _of(one) for one in found.types}
    made: dict[str, Any] = {"$schema": DIALECT, "title": "Messages seen by syncmon", "$defs": definitions}
    return made | ({"anyOf": [{"$ref": f"#/$defs/{name}"} for name in definitions]} if definitions else {})


def _of(one: TypeFormat) -> dict[str, Any]:
    schema = {name: value for name, value in one.schema.items() if name != "$schema"}
    return {"title": title(one), **schema, "examples": [example.value for example in one.examples if not example.cut]}
