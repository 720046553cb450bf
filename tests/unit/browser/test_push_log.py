"""Entries of Chrome's log as events, and which were told."""

from __future__ import annotations

import pytest

from monitor.browser.push_log import DOUBT, KEPT, LOST, Memory, event_of
from monitor.browser.wire_worker import BackgroundEvent, Metadata
from monitor.model import Push


def told(name: str, meta: dict[str, str]) -> Push:
    """The event of an entry, its facts in the other order than they are given."""
    facts = [Metadata(key, value) for key, value in reversed(meta.items())]
    service = "notifications" if name.startswith("Notification") else "pushMessaging"
    entry = BackgroundEvent(5.0, "https://a.example/", "4", service, name, "", facts)
    return event_of(entry, "https://a.example/sw.js", {"time": 5.0})


@pytest.mark.parametrize(
    ("name", "meta", "stage", "reason"),
    [
        (
            "Push message received",
            {"Success": "No", "Error Reason": "AES-GCM decryption failed"},
            "failed",
            "AES-GCM decryption failed",
        ),
        ("Push event completed", {"Status": "waitUntil Rejected"}, "failed", "waitUntil Rejected"),
        ("Unsubscribed due to error", {"Reason": "DELIVERY_PERMISSION_DENIED"}, "failed", "DELIVERY_PERMISSION_DENIED"),
        ("Generic notification shown", {}, "notification", None),
        ("Something new", {"A": "b"}, "other", None),
    ],
)
def test_what_an_entry_tells(name: str, meta: dict[str, str], stage: str, reason: str | None) -> None:
    push = told(name, meta)
    assert (push.stage, push.reason, push.name, push.meta) == (stage, reason, name, meta)


def test_a_payload_that_is_not_utf8_is_said_to_be_incomplete() -> None:
    push = told("Push event dispatched", {"Payload": "a\ufffdb"})
    assert (push.text, push.state, push.reason) == ("a\ufffdb", "partial", LOST)
    push = told("Push event dispatched", {"Payload": "\0abc"})
    assert (push.state, push.reason) == ("partial", DOUBT)
    assert told("Push event dispatched", {"Payload": "a\tb\r\n\x85"}).state == "whole"
    assert told("Push event dispatched", {"Payload": ""}).text == ""
    assert told("Push event dispatched", {}).text is None


def test_what_is_remembered_is_bounded() -> None:
    memory = Memory("x")
    for number in range(KEPT + 10):
        assert memory.new(("4", "", "n", float(number + 1)))
    assert len(memory.seen) == KEPT
    assert not memory.new(("4", "", "n", 5.0))
    assert not memory.new(("4", "", "n", float(KEPT)))
