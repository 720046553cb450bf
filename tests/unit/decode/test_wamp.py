from __future__ import annotations

from typing import Any

import pytest

from monitor.decode.wamp import kind_of
from tests.unit.decode.true_streams import STREAMS, messages

WAMP = next(one for one in STREAMS if one.name == "wamp")


def test_kinds_are_named_and_numbers_looked_up() -> None:
    found = [(message.type, message.value.get("topic")) for message in messages(WAMP, hints=True)]
    assert found == [
        ("hello", None), ("welcome", None), ("subscribe", "com.app.topic"), ("subscribed", "com.app.topic"),
        ("event", "com.app.topic"), ("call", "com.app.add"), ("result", "com.app.add"), ("error", None),
        ("goodbye", None),
    ]  # fmt: skip


def test_joined_in_the_middle_it_is_known_by_several_messages() -> None:
    found = [message.protocol for message in messages(WAMP, hints=False, start=2)]
    assert found == ["json", "json", "wamp", "wamp", "wamp", "wamp", "wamp"]


@pytest.mark.parametrize(
    "value",
    [
        [],
        [36],
        [36, 1, 2],
        [36, 1, 2, {}, {}],
        [36, "1", 2, {}],
        [True, 1, {}],
        [99, 1],
        [1, "r", {}, 1],
        {"0": 1},
        [50, 1, {}, 3],
    ],
)
def test_other_arrays_are_left(value: Any) -> None:
    assert kind_of(value) is None
