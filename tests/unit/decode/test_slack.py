from __future__ import annotations

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

RTM, MODE = (next(one for one in STREAMS if one.name == name) for name in ("slack", "slack-socket-mode"))


def test_types_with_what_is_below_them() -> None:
    types = [message.type for message in messages(RTM, hints=True)]
    assert types == ["hello", "message", "message/message_changed", "user_typing", "ping", "pong"]
    types = [message.type for message in messages(MODE, hints=True)]
    assert types == ["hello", "events_api/app_mention", "ack", "disconnect"]


def test_answers_and_what_is_no_message() -> None:
    found = run(opened(RTM.url), frame({"ok": True, "reply_to": 1, "ts": "1.2"}), frame({"a": 1}), frame("x"))
    assert [(m.protocol, m.type) for m in found] == [("slack", "reply"), ("json", None), ("text", None)]
