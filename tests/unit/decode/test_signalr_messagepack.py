from __future__ import annotations

import msgspec
import pytest

from monitor.decode.signalr_messagepack import records
from tests.unit.decode.streams_of import opened, recorded, run


def packed(*values: object) -> bytes:
    """Records of one frame."""
    coded = [msgspec.msgpack.encode(value) for value in values]
    return b"".join(bytes([len(one)]) + one for one in coded)


def test_a_whole_conversation_is_read_as_in_json() -> None:
    messages = run(opened("wss://x/hub"), *recorded("signalr"))
    assert {m.protocol for m in messages} == {"signalr"}
    assert [m.type for m in messages] == [
        "handshake", "handshake", "invocation/Say", "invocation/Said", "completion", "ping", "stream-invocation/Count",
        "stream-item", "completion", "cancel-invocation", "completion", "ack", "close",
    ]  # fmt: skip
    assert messages[2].value == {
        "type": 1, "invocationId": "1", "target": "Say", "arguments": ["hi", 7, {"deep": [True, None]}],
    }  # fmt: skip
    assert messages[4].value == {"type": 3, "invocationId": "1", "result": {"ok": True}}
    assert messages[6].value["headers"] == {"a": "b"}
    assert messages[8].value["error"] == "no more"
    assert messages[10].value == {"type": 3, "invocationId": "4"}
    assert messages[12].value == {"type": 7, "allowReconnect": True}


def test_a_socket_joined_in_its_middle_is_known() -> None:
    assert {m.protocol for m in run(opened("wss://x/hub"), *recorded("signalr")[2:])} == {"signalr"}


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"\x05\x91", packed([6])[:-1], packed([99]), packed([1, {}, None]), packed([1, {}, None, 7, [], []]),
     packed([3, {}, "1", 9]), packed([3, {}, "1", 2, 1]), packed({"type": 6}), packed([6], ["x"])],
)  # fmt: skip
def test_what_is_no_record(data: bytes) -> None:
    assert records(data) is None
