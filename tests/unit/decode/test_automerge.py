from __future__ import annotations

from tests.unit.decode.streams_of import decode, frame, opened, recorded, run


def test_a_whole_conversation() -> None:
    found = decode(opened("wss://x/y"), *recorded("automerge"))
    messages = [message for one in found for message in one.messages]
    assert {one.layers for one in found} == {("cbor", "automerge")}
    types = [m.type for m in messages]
    assert types[:3] == ["join", "peer", "sync"]
    ephemeral = messages[types.index("ephemeral")].value
    assert ephemeral["data"] == {"cursor": 7}
    assert ephemeral["documentId"] == messages[2].value["documentId"]
    assert set(messages[2].value["data"]) == {"base64"}


def test_the_same_keys_in_json_are_another_s() -> None:
    (message,) = run(opened("wss://x/y"), frame({"type": "sync", "senderId": "a"}))
    assert message.protocol == "json"


def test_a_type_that_is_no_text_is_another_s() -> None:
    (message,) = run(opened("wss://x/y"), frame(b"\xa2\x64type\xa0\x68senderId\x61a"))
    assert message.protocol == "cbor"
