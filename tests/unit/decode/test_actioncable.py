from __future__ import annotations

import json
from typing import Any

import pytest

from monitor import model
from tests.unit.decode.streams_of import frame, opened, run

IDENTIFIER = json.dumps({"channel": "RoomChannel", "id": 1})
HANDSHAKE = model.SocketHandshake(time=1.0, connection="ws", subprotocol="actioncable-v1-json")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"type": "ping", "message": 1}, "ping"),
        ({"command": "message", "identifier": IDENTIFIER, "data": '{"action":"speak"}'}, "message"),
        ({"identifier": IDENTIFIER, "message": {"type": "posted"}}, "posted"),
        ({"identifier": IDENTIFIER, "message": {"body": "x"}}, "message"),
        ({"identifier": IDENTIFIER, "type": "confirm_subscription"}, "confirm_subscription"),
        ({"x": 1}, None),
    ],
)
def test_types(value: Any, kind: str | None) -> None:
    (message,) = run(HANDSHAKE, frame(value))
    assert (message.protocol, message.type) == ("actioncable", kind)


def test_strings_of_json_are_unpacked() -> None:
    (message,) = run(
        opened("wss://x/cable"), frame({"command": "message", "identifier": IDENTIFIER, "data": '{"a":1}'})
    )
    assert message.value == {"command": "message", "identifier": {"channel": "RoomChannel", "id": 1}, "data": {"a": 1}}


@pytest.mark.parametrize("value", [{"type": "ping"}, {"identifier": "plain"}, {"identifier": "{}"}])
def test_without_the_subprotocol_only_the_identifier_counts(value: Any) -> None:
    assert run(opened("wss://x/ws"), frame(value))[0].protocol == "json"


def test_what_is_no_message_is_read_generically() -> None:
    assert run(HANDSHAKE, frame([1]))[0].protocol == "json"
