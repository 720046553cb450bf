"""The shapes of all messages, in the words of Chrome."""

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
