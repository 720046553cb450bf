"""The shapes of the Network domain."""

from __future__ import annotations

import msgspec

from monitor.browser import wire_network


def test_fields_are_in_camel_case_and_mostly_optional() -> None:
    sent = msgspec.json.decode(
        b'{"requestId":"1","timestamp":1,"wallTime":2,"request":{"url":"u","hasPostData":true}}',
        type=wire_network.RequestWillBeSent,
    )
    assert (sent.request.method, sent.request.has_post_data, sent.request.post_data_entries) == ("GET", True, None)


def test_a_frame_is_decoded_in_one_go() -> None:
    said = b'{"requestId":"1","timestamp":2,"response":{"opcode":1,"payloadData":"x"}}'
    raw = b'{"method":"m","params":' + said + b',"sessionId":"S"}'
    told = msgspec.json.decode(raw, type=wire_network.FrameMessage)
    assert (told.session, told.params.request_id, told.params.response.payload_data) == ("S", "1", "x")
