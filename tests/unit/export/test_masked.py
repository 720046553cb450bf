"""What is known of messages keeps its shape and loses its secrets."""

from __future__ import annotations

import msgspec

from monitor.export.masked import masked, masked_schema
from monitor.export.redact import Redactor
from monitor.formats.model import Example, Field, FormatsReport, TypeFormat

HIDE = Redactor(b"k" * 32)
SECRET = "hunter2Xq81ZZtop"


def test_a_field_that_is_called_token_keeps_its_schema_and_loses_its_values() -> None:
    schema = {
        "type": "object", "required": ["token"], "properties": {
            "token": {"type": "string", "const": SECRET}, "password": {"anyOf": [{"enum": [SECRET, None]}]},
            "otp": {"type": "integer", "minimum": 1234, "maximum": 9999}, "n": {"type": "integer", "minimum": 1},
        },
    }  # fmt: skip
    found = masked_schema(schema, HIDE)
    assert found["required"] == ["token"]
    assert found["properties"]["token"] == {"type": "string", "const": HIDE.pseudonym(SECRET)}
    assert found["properties"]["otp"] == {"type": "integer"}
    assert found["properties"]["n"] == {"type": "integer", "minimum": 1}
    assert SECRET not in str(found)


def test_no_secret_is_left_anywhere_and_equal_ones_stay_equal() -> None:
    one = TypeFormat(
        site="x", channel="socket", dir="in", protocol="json", type="hello",
        schema={"properties": {"auth": {"const": SECRET}}},
        fields=(Field(path="auth", name="auth", values=(SECRET,), example=SECRET),
                Field(path="n", name="n", example=5)),
        examples=(Example(seq=1, value={"auth": SECRET, "n": 5}),), filter=f"url:https://x.test/?verify={SECRET}",
        addresses=(f"wss://x.test/ws/user/{{id}}?token={SECRET}",),
    )  # fmt: skip
    found = masked(FormatsReport(types=(one,)), HIDE)
    assert SECRET not in msgspec.json.encode(found).decode()
    [row] = found.types
    assert row.examples[0].value == {"auth": HIDE.pseudonym(SECRET), "n": 5}
    assert row.fields[0].example == HIDE.pseudonym(SECRET)
    assert row.fields[1].example == 5


def test_addresses_keep_their_places_of_ids() -> None:
    one = TypeFormat(site="x", channel="socket", dir="in", protocol="p", type="t", addresses=("wss://h/ws/user/{id}",))
    assert masked(FormatsReport(types=(one,)), HIDE).types[0].addresses == ("wss://h/ws/user/{id}",)


def test_what_was_stored_under_a_secret_key_is_a_secret() -> None:
    one = TypeFormat(site="x", channel="storage", dir="out", protocol="text", type="access_token",
                     examples=(Example(seq=1, value=SECRET),))  # fmt: skip
    assert masked(FormatsReport(types=(one,)), HIDE).types[0].examples[0].value == HIDE.pseudonym(SECRET)
