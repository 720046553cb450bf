from __future__ import annotations

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

GATEWAY = next(one for one in STREAMS if one.name == "discord")


def test_events_and_operations_are_named() -> None:
    types = [message.type for message in messages(GATEWAY, hints=True)]
    assert types == ["hello", "identify", "READY", "heartbeat", "heartbeat-ack", "MESSAGE_CREATE"]


def test_unknown_operations_have_their_number_and_other_envelopes_are_left() -> None:
    found = run(
        opened(GATEWAY.url), frame({"op": 99, "d": {}}), frame({"op": "x", "d": {}}), frame({"op": 0, "t": "low"})
    )
    assert [(m.protocol, m.type) for m in found] == [("discord", "op=99"), ("json", "x"), ("json", "low")]


def test_what_a_client_sends_is_enough_only_with_its_token() -> None:
    beats = [frame({"op": 1, "d": None}, dir="out"), frame({"op": 1, "d": 1}, dir="out")]
    assert {m.protocol for m in run(opened("wss://example.org/ws"), *beats)} == {"json"}
    resume = frame({"op": 6, "d": {"token": "t", "session_id": "s", "seq": 1}}, dir="out")
    assert run(opened("wss://example.org/ws"), resume)[0].type == "resume"
