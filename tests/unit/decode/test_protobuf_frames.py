from __future__ import annotations

from tests.unit.decode.streams_of import decode, frame, opened, recorded, run

NOTE, CALL, ANSWER, PREFIXED = (one.data or b"" for one in recorded("protobuf"))


def test_several_messages_in_one_frame() -> None:
    (found,) = decode(opened("wss://x/y"), frame(PREFIXED))
    assert found.layers == ("protobuf-prefixed", "protobuf")
    assert [m.value for m in found.messages] == [{"1": "room-1", "2": 20}, {"1": "room-2", "2": 5}]
    assert found.messages[0].also == ("protobuf",)


def test_one_message_a_frame_is_enough_after_some() -> None:
    messages = run(opened("wss://x/y"), *(frame(len(NOTE).to_bytes(4, "big") + NOTE) for _ in range(4)))
    assert messages[-1].protocol == "protobuf-prefixed"
    assert messages[-1].value["3"] == "Hello wörld"


def test_an_envelope_in_a_frame() -> None:
    messages = run(opened("wss://x/y"), *(frame(CALL) for _ in range(3)))
    assert messages[-1].value == {"1": "room-1", "2": 20}


def test_a_message_without_a_length_is_plain_protobuf() -> None:
    assert {m.protocol for m in run(opened("wss://x/y"), *(frame(NOTE) for _ in range(5)))} == {"protobuf"}
