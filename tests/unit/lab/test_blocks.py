from __future__ import annotations

from monitor.lab import blocks
from monitor.lab.conversations import start

from .helpers import events


def test_events_are_named_as_the_type_they_carry() -> None:
    for name, value in events("".join([*blocks.opening("a1", "h1"), *blocks.closing()])):
        assert name == value["type"]


def test_a_conversation_lists_all_branches_and_names_the_leaf() -> None:
    made = start(seeded=True)
    first = made.thread()[0]
    other = made.add("assistant", "Or an aspen.", first.id)
    body = blocks.conversation_json(made)
    assert [m["sender"] for m in body["chat_messages"]] == ["human", "assistant", "assistant"]
    assert [m["parent_message_uuid"] for m in body["chat_messages"]] == [blocks.ROOT, first.id, first.id]
    assert body["current_leaf_message_uuid"] == other.id
    assert "stop_reason" not in body["chat_messages"][0]


def test_times_are_iso_in_utc() -> None:
    assert blocks.iso(0) == "1970-01-01T00:00:00+00:00"
