from __future__ import annotations

import base64

import pytest

from monitor import model
from monitor.decode.mcs import data_message
from monitor.model import Message
from tests.mcs import data_message as push
from tests.mcs import field, login, pair, stanza
from tests.unit.decode.streams_of import frame, run


def read(*frames: bytes, subprotocol: str = "mcs") -> list[Message]:
    handshake = model.SocketHandshake(time=1.0, connection="ws", subprotocol=subprotocol)
    return run(handshake, *map(frame, frames))


def test_a_login_and_its_answer() -> None:
    asked, answered = read(
        login("*" * 19),
        b"\x29" + stanza(3, field(1, "id"), field(7, field(1, 0) + field(2, "::1") + field(3, 240000)), field(8, 5)),
    )
    assert (asked.type, answered.type) == ("login", "login-response")
    assert asked.value == {
        "version": 41, "id": "chrome-156", "domain": "mcs.android.com", "user": "511", "setting": {"new_vc": "1"},
        "received_persistent_id": ["0:1", "0:2"], "auth_service": 2,
    }  # fmt: skip
    beat = {"upload_stat": 0, "ip": "::1", "interval_ms": 240000}
    assert answered.value == {"version": 41, "id": "id", "heartbeat_config": beat, "server_timestamp": 5}


def test_heartbeats_close_and_errors() -> None:
    frames = [
        stanza(0, field(1, 3), field(2, (1 << 64) - 1)),
        stanza(1),
        stanza(4),
        stanza(10, field(1, "x")),
        stanza(20),
    ]
    messages = read(*frames)
    assert [m.type for m in messages] == ["heartbeat-ping", "heartbeat-ack", "close", "stream-error", "tag-20"]
    assert messages[0].value == {"stream_id": 3, "last_stream_id_received": -1}
    assert messages[3].value == {"type": "x"}


def test_acknowledgements_are_named() -> None:
    messages = read(*(stanza(7, field(2, 1), field(7, field(1, number) + field(2, ""))) for number in (12, 13, 5)))
    assert [m.type for m in messages] == ["selective-ack", "stream-ack", "iq"]


def test_a_push() -> None:
    stream = push(b"\x01\xff", "wp:https://x/#1", pair("content-encoding", "aes128gcm"))
    (message,) = read(stream)
    assert message.type == "data-message"
    assert message.value == {
        "from": "SENDER", "category": "org.chromium.linux", "persistent_id": "0:17%01", "ttl": 60,
        "sent": 1795352988956, "immediate_ack": 1, "raw_data": base64.b64encode(b"\x01\xff").decode(),
        "app_data": {"subtype": "wp:https://x/#1", "content-encoding": "aes128gcm"},
    }  # fmt: skip
    found = data_message(stream)
    assert found is not None
    assert (found.persistent_id, found.ttl, found.raw_data) == ("0:17%01", 60, b"\x01\xff")
    assert found.app_data["content-encoding"] == "aes128gcm"
    assert data_message(stanza(0)) is None


@pytest.mark.parametrize("data", [b"", b"\x29", b"\x08", b"\x08\x05ab", b"\x08\x02\xff\xff"])
def test_what_is_no_message_is_read_generically(data: bytes) -> None:
    assert data_message(data) is None
    assert all(message.protocol in ("raw", "text") for message in read(data))


def test_without_its_name_it_is_not_taken() -> None:
    assert read(stanza(0, field(1, 3)), subprotocol="")[0].protocol != "mcs"
