from __future__ import annotations

import json
from typing import Any

import pytest

from monitor import model
from monitor.model import Message
from tests.unit.decode.streams_of import run

CLAUDE_DATA = {
    "title": "T",
    "notification_feature_category": "completion",
    "payload": json.dumps({"method": "OpenChat", "request": {"conversation_uuid": "c1", "message_uuid": "a1"}}),
}


def push(value: Any) -> Message:
    (message,) = run(model.Push(time=1.0, stage="received", origin="https://claude.ai", text=json.dumps(value)))
    return message


def test_firebase_data_is_unpacked() -> None:
    message = push({"from": "1", "fcmMessageId": "m", "data": CLAUDE_DATA})
    assert (message.protocol, message.type) == ("fcm", "OpenChat")
    assert message.value["data"]["payload"]["request"]["conversation_uuid"] == "c1"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"data": {"notification_feature_category": "completion"}}, "completion"),
        ({"data": {"type": "sync"}}, "sync"),
        ({"event": "changed", "data": {"x": "1"}}, "changed"),
        ({"notification": {"title": "x"}}, "notification"),
        ({"data": "text"}, "data"),
        ({"x": 1}, None),
    ],
)
def test_the_type_is_the_most_telling_word(value: Any, kind: str | None) -> None:
    message = push(value)
    assert (message.protocol, message.type) == ("webpush", kind)


def test_text_and_lists_are_read_generically() -> None:
    assert push("hello").protocol == "json"
    assert push([1]).protocol == "json"


def test_what_a_worker_posts_of_a_push_is_read_too() -> None:
    text = json.dumps({"isFirebaseMessaging": True, "data": {"type": "sync"}})
    (message,) = run(model.WorkerMessage(time=1.0, worker="w", text=text))
    assert (message.protocol, message.type) == ("fcm", "sync")
