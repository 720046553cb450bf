from __future__ import annotations

import pytest

from monitor.decode.ably import ACTIONS
from tests.unit.decode.streams_of import decode, frame, opened, recorded, run
from tests.unit.decode.true_streams import STREAMS, messages

ABLY = next(one for one in STREAMS if one.name == "ably")
URL = "wss://realtime.ably.io/?key=k&format=json"


def test_actions_are_named() -> None:
    types = [message.type for message in messages(ABLY, hints=True)]
    assert types == ["connected", "attach", "attached", "message", "ack", "message", "heartbeat", "presence"]
    assert ACTIONS[21] == "annotation"


def test_data_that_is_said_to_be_json_is_unpacked() -> None:
    found = messages(ABLY, hints=True)[5].value["messages"]
    assert found[0]["data"] == {"a": 1}
    plain = {"action": 15, "channel": "c", "messages": [{"data": '{"a":1}'}, 7]}
    assert run(opened(URL), frame(plain))[0].value["messages"] == plain["messages"]


@pytest.mark.parametrize("value", [{"action": 99}, {"action": "message"}, {"action": True}, [], {"a": 1}])
def test_what_is_no_action_is_read_generically(value: object) -> None:
    assert run(opened(URL), frame(value))[0].protocol == "json"


def test_messagepack_is_read_the_same() -> None:
    found = decode(opened("wss://x/y"), *recorded("ably"))
    messages = [message for one in found for message in one.messages]
    assert [m.type for m in messages if m.protocol == "ably"] == [
        "connected", "attach", "attached", "message", "ack", "message", "presence", "heartbeat",
    ]  # fmt: skip
    assert found[0].layers == ("msgpack", "ably")
    assert messages[5].value["messages"] == [{"name": "note", "data": "Hello"}, {"data": "AQL/"}]
