"""What is known of messages, without secrets: examples, values and schemas, each judged under its field's name.

A schema's own words (`type`, `format`) are kept whatever the field is called; constants and enumerations are values.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from monitor.export.redact import Redactor
from monitor.export.secret_names import is_secret, is_secret_number
from monitor.formats.model import Field, FormatsReport, TypeFormat, TypeKey

_SCHEMAS = ("properties", "patternProperties")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_INNER = ("items", "additionalProperties")
_GAPS = re.compile(r"(\{id\}|\*)")


def masked(report: FormatsReport, hide: Redactor) -> FormatsReport:
    """The report without secrets."""
    latencies = tuple(
        replace(one, type=_text(one.type, hide), field=_text(one.field, hide)) for one in report.latencies
    )
    return replace(report, types=tuple(masked_type(one, hide) for one in report.types), latencies=latencies)


def masked_type(one: TypeFormat, hide: Redactor) -> TypeFormat:
    """One type without secrets; equal secrets stay equal."""
    return replace(
        one,
        type=_text(one.type, hide),
        addresses=tuple(_text(address, hide) for address in one.addresses),
        schema=masked_schema(one.schema, hide),
        fields=tuple(_field(field, hide) for field in one.fields),
        examples=tuple(replace(example, value=_example(one, example.value, hide)) for example in one.examples),
        preceded_by=tuple(
            replace(found, what=_text(found.what, hide), key=found.key and _key(found.key, hide))
            for found in one.preceded_by
        ),
        replies=tuple(replace(reply, to=_key(reply.to, hide)) for reply in one.replies),
        links=tuple(replace(link, to=_key(link.to, hide)) for link in one.links),
        filter=_text(one.filter, hide),
    )


def masked_schema(schema: Any, hide: Redactor, name: str = "") -> Any:
    """A JSON Schema without secrets. name: of the field it describes."""
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    for word, value in schema.items():
        if word in _SCHEMAS:
            made[word] = {hide.text(key): masked_schema(inner, hide, key) for key, inner in value.items()}
        elif word in _LISTS:
            made[word] = [masked_schema(inner, hide, name) for inner in value]
        elif word in _INNER:
            made[word] = masked_schema(value, hide, name)
        elif word == "const":
            made[word] = _value(name, value, hide)
        elif word == "enum":
            made[word] = [_value(name, inner, hide) for inner in value]
        elif word not in ("minimum", "maximum") or not _is_number(name):
            made[word] = value
    return made


def _field(field: Field, hide: Redactor) -> Field:
    bounds = {"minimum": None, "maximum": None} if _is_number(field.name) else {}
    return replace(
        field, path=hide.text(field.path), example=_value(field.name, field.example, hide),
        values=tuple(_value(field.name, value, hide) for value in field.values), **bounds,
    )  # fmt: skip


def _text(text: str, hide: Redactor) -> str:
    """A text with addresses in it; what identified in them is gone already."""
    return "".join(part if _GAPS.fullmatch(part) else hide.text(part) for part in _GAPS.split(text))


def _example(one: TypeFormat, value: Any, hide: Redactor) -> Any:
    """A message; one that was stored under a secret key is a secret."""
    return _value(one.type, value, hide) if one.channel == "storage" else hide.value(value)


def _value(name: str, value: Any, hide: Redactor) -> Any:
    return hide.value({name: value})[name] if value is not None else None


def _is_number(name: str) -> bool:
    return is_secret(name) and is_secret_number(name)


def _key(key: TypeKey, hide: Redactor) -> TypeKey:
    return (*key[:4], _text(key[4], hide))
