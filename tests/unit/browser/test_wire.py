"""The shapes of messages, in the words of Chrome."""

from __future__ import annotations

import msgspec

from monitor.browser import wire


def test_an_envelope_leaves_its_params_raw() -> None:
    raw = b'{"method":"Network.x","params":{"a":[1,2]},"sessionId":"S","new":true}'
    envelope = msgspec.json.decode(raw, type=wire.Envelope)
    assert (envelope.id, envelope.method, envelope.session) == (None, "Network.x", "S")
    assert bytes(envelope.params) == b'{"a":[1,2]}'


def test_an_answer_and_a_refusal() -> None:
    answer = msgspec.json.decode(b'{"id":1,"result":{"x":1}}', type=wire.Envelope)
    assert (answer.id, bytes(answer.result), answer.error) == (1, b'{"x":1}', None)
    refusal = msgspec.json.decode(b'{"id":2,"error":{"code":-32601,"message":"no"}}', type=wire.Envelope)
    assert refusal.error == wire.WireError(-32601, "no")


def test_fields_are_in_camel_case_and_mostly_optional() -> None:
    frame = msgspec.json.decode(b'{"id":"F","loaderId":"L","url":"u","x":1}', type=wire.WireFrame)
    assert (frame.loader_id, frame.parent_id) == ("L", None)
    sent = msgspec.json.decode(
        b'{"requestId":"1","timestamp":1,"wallTime":2,"request":{"url":"u","hasPostData":true}}',
        type=wire.RequestWillBeSent,
    )
    assert (sent.request.method, sent.request.has_post_data, sent.request.post_data_entries) == ("GET", True, None)
