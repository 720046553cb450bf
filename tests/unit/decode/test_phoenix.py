from __future__ import annotations

from typing import Any

import pytest

from tests.unit.decode.streams_of import frame, opened, run


@pytest.mark.parametrize(
    "value",
    [
        ["4", "7", "room:1", "new_msg", {"body": "hi"}],
        [None, None, "room:1", "new_msg", {"body": "hi"}],
        {"topic": "room:1", "event": "new_msg", "payload": {"body": "hi"}, "ref": None},
    ],
)
def test_both_forms_are_one_object(value: Any) -> None:
    (message,) = run(opened("wss://example.org/live/websocket?vsn=2.0.0"), frame(value))
    assert (message.protocol, message.type) == ("phoenix", "new_msg")
    assert (message.value["topic"], message.value["payload"]) == ("room:1", {"body": "hi"})


@pytest.mark.parametrize(
    "value",
    [
        [36, 1, 2, {}, {}],
        ["4", "7", "room:1", "new_msg", []],
        ["4", 7, "room:1", "new_msg", {}],
        ["pokeStart", {}],
        {"topic": "t", "event": "e"},
        {"topic": 1, "event": "e", "payload": {}, "ref": "1"},
    ],
)
def test_other_arrays_and_objects_are_left(value: Any) -> None:
    assert run(opened("wss://example.org/ws"), frame(value))[0].protocol == "json"
    assert (
        run(opened("wss://x/websocket?vsn=2.0.0"), frame(["1", "1", "t", "e", {}]), frame(value))[1].protocol == "json"
    )
