from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.protobuf import descriptor_pb2

from monitor.decode import protobuf_schema
from monitor.decode.protobuf_schema import Schema
from monitor.errors import UsageError
from tests.unit.decode.streams_of import RECORDED, body, frame, opened, recorded, response, run

PACKED = (RECORDED / "chat.binpb").read_bytes()
NOTE, CALL, ANSWER, PREFIXED = (one.data or b"" for one in recorded("protobuf"))
VALUE = {
    "id": "n1", "author": {"name": "Ada", "age": 36}, "text": "Hello wörld", "tags": ["a", "b"],
    "scores": [1, 200, 70000], "at": "1700000000000",
}  # fmt: skip


@pytest.fixture
def schema() -> Iterator[None]:
    protobuf_schema.use(Schema(PACKED))
    yield
    protobuf_schema.use(None)


@pytest.mark.usefixtures("schema")
def test_a_frame_is_read_as_the_type_that_fits_best() -> None:
    (message,) = run(opened("wss://x/y"), frame(NOTE))
    assert (message.protocol, message.type, message.value) == ("protobuf", "chat.v1.Note", VALUE)
    assert (message.notes, message.also) == ((), ())


@pytest.mark.usefixtures("schema")
def test_a_call_is_read_as_what_its_method_takes_and_gives() -> None:
    messages = run(response("https://x/chat.v1.Notes/List", "application/grpc-web+proto"), body(ANSWER))
    assert messages[0].value == VALUE
    assert messages[0].type == "chat.v1.Notes/List"
    assert messages[0].notes == ()


@pytest.mark.usefixtures("schema")
def test_messages_behind_lengths_have_their_names() -> None:
    messages = run(opened("wss://x/y"), frame(PREFIXED))
    assert {m.type for m in messages} == {"chat.v1.Person"}
    assert [m.value for m in messages] == [{"name": "room-1", "age": 20}, {"name": "room-2", "age": 5}]
    assert {"chat.v1.Ask", "protobuf"} <= set(messages[0].also), "the two are the same on the wire"


def test_types_that_fit_equally_are_named() -> None:
    fit = Schema(PACKED).read(b"\x0a\x03abc")
    assert fit
    assert {fit.type, *fit.also} == {"chat.v1.Note", "chat.v1.Ask", "chat.v1.Person"}


def test_the_user_may_name_the_type() -> None:
    fit = Schema(PACKED, "Ask").read(b"\x0a\x03abc")
    assert fit
    assert (fit.type, fit.value, fit.also) == ("chat.v1.Ask", {"room": "abc"}, ())
    assert Schema(PACKED, "chat.v1.Ask").read(NOTE) is None
    with pytest.raises(UsageError, match=r"no messages named Nope.*chat\.v1\.Ask"):
        Schema(PACKED, "Nope")


@pytest.mark.parametrize("data", [b"", b"\x08\x01", b"\x0a\x02\xff\xfe", b"\x0a\x05abc", b"\x3a\x01x"])
def test_what_fits_no_type(data: bytes) -> None:
    assert Schema(PACKED).read(data) is None


@pytest.mark.parametrize("packed", [b"", b"\xff\xff", b"syntax = 'proto3';"])
def test_what_is_no_descriptor_set_says_how_to_make_one(packed: bytes) -> None:
    with pytest.raises(UsageError, match="--include_imports"):
        Schema(packed)


def test_a_set_that_lacks_an_import_says_so() -> None:
    lame = descriptor_pb2.FileDescriptorSet()
    lame.file.add(name="a.proto", dependency=["b.proto"])
    with pytest.raises(UsageError, match="not whole"):
        Schema(lame.SerializeToString())


def test_methods_by_their_path() -> None:
    assert Schema(PACKED).method("chat.v1.Notes/List") == ("chat.v1.Ask", "chat.v1.Note")
    assert Schema(PACKED).method("chat.v1.Notes/Nope") is None
