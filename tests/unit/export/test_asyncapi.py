from __future__ import annotations

import io
import json
from typing import Any

import pytest

from monitor import export
from monitor.capture.reader import Capture
from monitor.export.asyncapi import Document, older
from monitor.formats.model import Example, FormatsReport, Reply, TypeFormat
from tests.unit.export.samples import capture

__all__ = ["capture"]

ASK = TypeFormat(
    site="x", channel="socket", dir="out", protocol="json", type="ask", count=2,
    addresses=("wss://x.example/{id}/a/{id}", "wss://y.example/"), schema={"type": "object"},
    examples=(Example(seq=1, value={"a": 1}), Example(seq=2, value={"b": 1}, cut=True)),
    replies=(Reply(role="answered-by", to=("x", "socket", "in", "json", "told/it"), count=2, by="id"),),
)  # fmt: skip
TOLD = TypeFormat(
    site="x", channel="socket", dir="in", protocol="json", type="told/it", count=2, addresses=ASK.addresses[:1],
    schema={"prefixItems": [{"$schema": "u", "const": {"$schema": 1}}], "items": False}, period_s=30.0,
)  # fmt: skip
PUSH = TypeFormat(site="x", channel="push", dir="in", protocol="json", type="note", count=1)


def made(*types: TypeFormat) -> dict[str, Any]:
    return Document(FormatsReport(types=types, messages=5), "name").made()


def resolved(document: dict[str, Any], ref: str) -> Any:
    found: Any = document
    for step in ref.removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return resolved(document, found["$ref"]) if "$ref" in found else found


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for inner in value.values() for ref in references(inner)]
    return [ref for inner in value for ref in references(inner)] if isinstance(value, list) else []


def test_addresses_are_channels_with_parameters_of_their_own() -> None:
    document = made(ASK, TOLD, PUSH)
    first, second, push = document["channels"].values()
    assert first["address"] == "/{id}/a/{id2}"
    assert set(first["parameters"]) == {"id", "id2"}
    assert (second["address"], push["address"]) == ("/", None)
    assert resolved(document, first["servers"][0]["$ref"]) == {"host": "x.example", "protocol": "wss"}
    assert first["bindings"] == {"ws": {"bindingVersion": "0.1.0"}}


def test_operations_are_seen_from_the_page_and_have_their_replies() -> None:
    document = made(ASK, TOLD)
    asks = [one for one in document["operations"].values() if one["action"] == "send"]
    tells = [one for one in document["operations"].values() if one["action"] == "receive"]
    assert (len(asks), len(tells)) == (2, 1)
    answer = resolved(document, asks[0]["reply"]["messages"][0]["$ref"])
    assert answer["title"] == "json told/it"
    assert answer["description"] == "It repeats every 30 s."
    assert "reply" not in tells[0]
    assert resolved(document, asks[0]["messages"][0]["$ref"])["examples"] == [{"name": "typical", "payload": {"a": 1}}]


def test_every_reference_leads_somewhere(capture: Capture) -> None:
    out = io.StringIO()
    export.find("asyncapi").export(capture, None, out, True)
    for document in (json.loads(out.getvalue()), made(ASK, TOLD, PUSH), made()):
        assert document["asyncapi"] == "3.0.0"
        assert all(resolved(document, ref) is not None for ref in references(document))


@pytest.mark.parametrize("address", ["http://[", "no address", "", "blob:x"])
def test_an_odd_address_is_a_channel_without_one(address: str) -> None:
    odd = TypeFormat(site="x", channel="fetch", dir="in", protocol="json", type="t", addresses=(address,))
    assert next(iter(made(odd)["channels"].values()))["address"] is None


def test_schemas_are_told_in_older_words() -> None:
    assert older(TOLD.schema) == {"items": [{"const": {"$schema": 1}}], "additionalItems": False}
    assert older({"properties": {"$schema": {"type": "string"}}}) == {"properties": {"$schema": {"type": "string"}}}
