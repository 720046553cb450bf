"""Facts: what a profile's rules make of a decoded message."""

from __future__ import annotations

from typing import Any

from monitor.model import Message
from monitor.sites.profile import Profile, ReadRule, SignalRule, WriteRule
from monitor.sites.reader import Carrier, read_message, read_write

PROFILE = Profile(
    name="example",
    hosts=("example.org",),
    write=(WriteRule(request="POST /rooms/{subject}", items="[{id: id, text: text, author: 'user'}]"),),
    read=(
        ReadRule(request="GET /rooms/{subject}", items="messages"),
        ReadRule(channel="socket", type="room-*", subject="room", items="[message]"),
    ),
    signal=(SignalRule(channel="socket", type="changed", subject="room"),),
)
POST = Carrier(channel="fetch", url="https://example.org/rooms/7", method="POST")
GET = Carrier(channel="fetch", url="https://example.org/rooms/7", method="GET")
SOCKET = Carrier(channel="socket", url="wss://example.org/s")


def message(value: Any, type_: str | None = None) -> Message:
    return Message(protocol="json", type=type_, value=value)


def test_a_write_names_its_subject_and_items() -> None:
    fact = read_write(PROFILE, POST, (message({"id": 3, "text": "Hi, **you**"}),))
    assert fact is not None
    assert (fact.kind, fact.subject) == ("write", "7")
    [item] = fact.items
    assert (item.id, item.text, item.letters, item.author) == ("3", "Hi, **you**", "hiyou", "user")


def test_other_requests_write_nothing() -> None:
    assert read_write(PROFILE, GET, (message({}),)) is None


def test_a_body_is_read_by_its_request() -> None:
    messages = [{"id": "a", "text": ["x", "y"], "done": False}, "junk", {}]
    [fact] = read_message(PROFILE, GET, message({"messages": messages}))
    assert (fact.kind, fact.subject, len(fact.items)) == ("read", "7", 1)
    assert (fact.items[0].text, fact.items[0].done) == ("x\ny", False)


def test_a_frame_is_read_by_its_type() -> None:
    [fact] = read_message(PROFILE, SOCKET, message({"room": 7, "message": {"id": "a", "hidden": True}}, "room-new"))
    assert (fact.subject, fact.items[0].id, fact.items[0].hidden) == ("7", "a", True)
    assert read_message(PROFILE, SOCKET, message({"room": 7, "message": {"id": "a"}}, "other")) == []


def test_a_signal_has_a_subject_and_no_items() -> None:
    [fact] = read_message(PROFILE, SOCKET, message({"room": "7"}, "changed"))
    assert (fact.kind, fact.subject, fact.items) == ("signal", "7", ())


def test_a_message_of_another_shape_is_no_fact() -> None:
    values: tuple[Any, ...] = (None, 3, "text", [], {"messages": 3}, {"messages": {"id": []}})
    for value in values:
        assert read_message(PROFILE, GET, message(value)) == []


def test_an_item_without_an_id_is_known_by_its_text() -> None:
    [fact] = read_message(PROFILE, GET, message({"messages": [{"text": "Hello there"}]}))
    assert fact.items[0].id == "text:hellothere"


def test_a_removal_names_its_item_in_the_address_or_the_message() -> None:
    profile = Profile(
        name="example",
        hosts=("example.org",),
        write=(WriteRule(request="DELETE /rooms/{subject}/{item}", removed=True),),
        read=(ReadRule(channel="socket", type="gone", subject="room", items="[{id: id}]", removed=True),),
    )
    asked = Carrier(channel="fetch", url="https://example.org/rooms/7/m1", method="DELETE")
    fact = read_write(profile, asked, ())
    assert fact is not None
    assert (fact.removed, fact.subject, [item.id for item in fact.items]) == (True, "7", ["m1"])
    [heard] = read_message(profile, SOCKET, message({"room": "7", "id": "m1"}, "gone"))
    assert (heard.removed, heard.subject, [item.id for item in heard.items]) == (True, "7", ["m1"])
