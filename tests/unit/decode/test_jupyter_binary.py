from __future__ import annotations

import pytest

from monitor.decode.jupyter_binary import message_of
from tests.unit.decode.streams_of import decode, opened, recorded


def test_messages_of_both_forms() -> None:
    request, update, old = decode(opened("wss://x/api/kernels/k/channels"), *recorded("jupyter"))
    assert {one.layers for one in (request, update, old)} == {("jupyter", "json")}
    assert request.type == "execute_request"
    assert request.value["channel"] == "shell"
    assert request.value["content"] == {"code": "1+1", "silent": False}
    assert update.type == old.type == "comm_msg"
    assert update.value["buffers"] == old.value["buffers"] == [{"base64": "AQID"}]
    assert update.value["parent_header"]["msg_type"] == "execute_request"


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 8, b"\x01" + b"\x00" * 7, b"\xff" * 64, b"\x00\x00\x00\x01\x00\x00\x00\x08{}"]
)
def test_what_is_no_message(data: bytes) -> None:
    assert message_of(data) is None


def test_offsets_that_go_back_or_beyond_are_none() -> None:
    data = bytearray(recorded("jupyter")[0].data or b"")
    for at, value in ((8, 0xFF), (16, 0x01), (8 * 6, 0xFF)):
        broken = bytearray(data)
        broken[at] = value
        assert message_of(bytes(broken)) is None
