from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.decode import generic
from monitor.decode.peel import peel
from monitor.decode.protocol import Item


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"type": "a", "event": "b"}, "a"),
        ({"event": "b", "data": 1}, "b"),
        ({"op": 0, "t": "MESSAGE_CREATE"}, "MESSAGE_CREATE"),
        ({"msg": "a sentence is no name"}, None),
        ({"type": ""}, None),
        ({"type": "x" * 200}, None),
        ([{"type": "a"}], None),
        ("type", None),
        (None, None),
    ],
)
def test_the_most_telling_key_is_the_type(value: Any, kind: str | None) -> None:
    assert generic.type_of(value) == kind


def test_a_batch_is_several_messages_where_batches_are_expected() -> None:
    item = peel('[{"type":"a"},{"type":"b"}]')
    assert [m.type for m in generic.read(item, batches=True).messages] == ["a", "b"]
    assert len(generic.read(item).messages) == 1
    assert len(generic.read(peel('[{"type":"a"},{"x":"b"}]'), batches=True).messages) == 1


def test_an_event_name_tells_more_than_the_data() -> None:
    assert generic.read(Item(text="x", name="added")).type == "added"
    assert generic.read(Item(text="x", name="message")).type is None
    assert generic.read(Item(text="{}", value={"type": "a"}, name="message")).type == "a"


def test_the_last_resorts() -> None:
    assert generic.read(peel("hello")).layers == ("text",)
    assert generic.read(peel("hello")).value == "hello"
    raw = generic.read(peel(b"\x00\xff"))
    assert (raw.layers, raw.messages[0].protocol) == (("raw",), "raw")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"$type": "chat.message", "id": 1}, "chat.message"),
        ({"payload": {"event": "moved", "x": 1}, "seq": 4}, "moved"),
        ({"header": {"messageType": "Order"}, "body": {}}, "Order"),
        ({"payload": {"text": "hi"}, "kind": "note"}, "note"),
        ({"op": 10, "d": {"x": 1}}, "op=10"),
        ({"d": {"type": "inner"}, "op": 1}, "inner"),
        ({"t": 1767520800, "v": 1}, None),
        ({"type": True}, None),
        ({"userJoined": {"id": 1}}, "userJoined"),
        ({"data": {"id": 1}}, None),
        ({"rooms": [1]}, None),
        ({"a": {"b": {"type": "deep"}}}, "a"),
    ],
)
def test_a_name_is_looked_for_where_applications_keep_it(value: Any, kind: str | None) -> None:
    assert generic.type_of(value) == kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (["joined", {"id": 1}], "joined"),
        (["subscribe", "BTC-USD"], "subscribe"),
        ([12, "te", [1, 2]], "te"),
        ([12, "x"], None),
        (["only"], None),
        (["two words", 1], None),
        (["7", 1], None),
        ([1, 2, 3], None),
        ([["a", 1]], None),
        (["a"] * 9, None),
    ],
)
def test_a_frame_that_is_an_array_may_begin_with_its_name(value: Any, kind: str | None) -> None:
    assert generic.name_of(value) == kind
    item = peel(json.dumps(value))
    assert generic.read(item, batches=True).type == kind
    assert generic.read(item).type is None


def test_a_frame_of_several_lines_is_several_messages() -> None:
    decoded = generic.read(peel('{"type":"a"}\n["b",{}]\n'), batches=True)
    assert [(m.protocol, m.type) for m in decoded.messages] == [("json", "a"), ("json", "b")]
    assert decoded.layers == ("ndjson", "json")
    for text in ('{"type":"a"}\nhello', "[1\n]x", '{"a":1}\n\n{'):
        assert generic.read(peel(text), batches=True).layers == ("text",)
    assert generic.read(peel('{"type":"a"}\n{"type":"b"}')).layers == ("text",)


def test_an_event_whose_lines_are_each_json_is_several_messages() -> None:
    decoded = generic.read(Item(text='{"type":"a"}\n{"type":"b"}', name="message", layers=("sse",)))
    assert [(one.protocol, one.type) for one in decoded.messages] == [("sse", "a"), ("sse", "b")]
    named = generic.read(Item(text='{"n":1}\n{"n":2}', name="tick", layers=("sse",)))
    assert [one.type for one in named.messages] == ["tick", "tick"]
    assert len(generic.read(Item(text='{"n":1}\nand words', name="tick", layers=("sse",))).messages) == 1
