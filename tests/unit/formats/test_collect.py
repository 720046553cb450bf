"""The fold: what a capture's messages are, from events to rows."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from monitor.decode import Decoder
from monitor.formats.collect import Formats
from monitor.formats.model import FormatsReport, TypeFormat
from monitor.formats.pools import HELD
from monitor.model import (
    Body,
    Event,
    Frame,
    Navigation,
    Push,
    Request,
    RequestBody,
    SocketOpened,
    UserInput,
    WorkerMessage,
)
from monitor.sites.profile import load_profiles
from tests.story import Story

ID = "8fa8db6f-8899-48b5-bf77-a95d4f55da{:02x}"


def folded(events: list[Event], *, settled: bool = True, counted: Any = lambda event: True) -> Formats:
    formats, decoder = Formats(load_profiles()[0]), Decoder()
    for event in events:
        formats.feed(event, decoder.feed(event), counted=counted(event))
    if settled:
        formats.settle()
    return formats


def report(story: Story) -> FormatsReport:
    return folded(story.events).report()


def rows(found: FormatsReport) -> dict[tuple[str, str | None, str], TypeFormat]:
    return {(one.channel, one.dir, one.type): one for one in found.types}


def test_every_channel_has_its_rows() -> None:
    story = Story()
    story.open(0, "A")
    story.fetch(1, "A", f"POST /rooms/{ID.format(1)}", '{"text":"hi"}', says='{"ok":true}')
    story.fetch(2, "A", "GET /rooms?limit=5", says="[]")
    stream = story.stream(3, "A", "POST /answer", mime="text/event-stream")
    story.chunk(3.2, "A", stream, 'event: word\ndata: {"w":"x"}\n\nevent: end\ndata: {}\n\n')
    socket = story.socket(4, "A")
    story.frame(4.1, "A", socket, '{"type":"hello","n":1}')
    story.frame(4.2, "A", socket, '{"type":"bye"}', "out")
    story.sse(5, "A", '{"type":"tick"}')
    story.storage(6, "A", "theme", '{"dark":true}', "out")
    story.broadcast(7, '{"type":"saved"}', "A")
    story.add(WorkerMessage(time=8, tab="A", worker="https://example.org/w.js", text='{"cmd":"run"}', size=13))
    story.add(Push(time=9, stage="received", origin="https://example.org", text='{"title":"t"}', size=13))
    assert set(rows(report(story))) == {
        ("fetch", "out", "POST /rooms/{id}"), ("fetch", "in", "POST /rooms/{id}"), ("fetch", "out", "GET /rooms"),
        ("fetch", "in", "GET /rooms"), ("fetch", "out", "POST /answer"), ("fetch-stream", "in", "word"),
        ("fetch-stream", "in", "end"), ("socket", "in", "hello"), ("socket", "out", "bye"), ("sse", "in", "tick"),
        ("storage", "out", "theme"), ("broadcast", None, "room/saved"), ("worker", "in", "run"), ("push", "in", "push"),
    }  # fmt: skip


def test_pages_scripts_and_preflights_are_no_messages() -> None:
    story = Story()
    story.open(0, "A")
    for resource, method in (("document", "GET"), ("script", "GET"), ("fetch", "OPTIONS")):
        story.fetch(1, "A", f"{method} /x", says="<html></html>", resource=resource)
    assert report(story).types == ()


def test_a_script_in_a_persons_place_makes_no_rhythm() -> None:
    story = Story()
    story.open(0, "A")
    socket = story.socket(1, "A")
    for turn in range(8):
        story.add(UserInput(time=10 + 6.4 * turn, tab="A", input="key"))
        story.fetch(10 + 6.4 * turn + 0.01, "A", "POST /turn", "{}")
        story.frame(10 + 6.4 * turn + 1.5, "A", socket, '{"type":"done"}')
    for beat in range(16):
        story.frame(3 + 4.1 * beat, "A", socket, '{"type":"beat"}')
    found = rows(folded(sorted(story.events, key=lambda event: event.time)).report())
    assert (found["socket", "in", "done"].period_s, found["fetch", "out", "POST /turn"].period_s) == (None, None)
    assert found["socket", "in", "beat"].period_s == pytest.approx(4.1)


def test_bytes_add_up_whatever_they_came_in() -> None:
    story = Story()
    story.open(0, "A")
    socket, stream = story.socket(1, "A"), story.stream(1, "A", "GET /s", mime="text/event-stream")
    batch = '[{"type":"a","x":1},{"type":"b","text":"longer than the other one"}]'
    story.frame(2, "A", socket, batch)
    pieces = ["event: a\nda", "ta: {}\n\nevent: b\ndata: {}\n", "\n"]
    for number, piece in enumerate(pieces):
        story.chunk(3 + number, "A", stream, piece)
    found = report(story)
    total = {
        channel: sum(one.bytes for one in found.types if one.channel == channel)
        for channel in ("socket", "fetch-stream")
    }
    assert total == {"socket": len(batch), "fetch-stream": len("".join(pieces))}
    one = rows(found)
    assert one["socket", "in", "a"].bytes < one["socket", "in", "b"].bytes


def test_an_unknown_protocol_is_parted_by_what_tells_its_types() -> None:
    story = Story()
    story.open(0, "A")
    socket = story.socket(1, "A")
    kinds: list[dict[str, Any]] = [{"body": "hi"}, {"user": {"name": "bob"}}, {"ms": 12}]
    for number in range(3 * HELD):
        value = {"uid": ID.format(number % 200), "w": "xyz"[number % 3], **kinds[number % 3]}
        story.frame(2 + number / 10, "A", socket, json.dumps(value))
    found = rows(report(story))
    assert {key[2]: one.count for key, one in found.items()} == {"x": HELD, "y": HELD, "z": HELD}
    assert {one.inferred_by for one in found.values()} == {"w"}
    assert [field.path for field in found["socket", "in", "y"].fields] == ["uid", "w", "user", "user.name"]


def test_both_directions_have_their_type_in_the_same_place() -> None:
    story = Story()
    story.open(0, "A")
    socket = story.socket(1, "A")
    for number in range(60):
        story.frame(2 + number, "A", socket, json.dumps({"hd": {"op": 3, "rid": number}}), "out")
        kinds: list[dict[str, Any]] = [{"hd": {"op": 1}}, {"hd": {"op": 4, "rid": number}, "ok": True}]
        story.frame(2.1 + number, "A", socket, json.dumps(kinds[number % 2]))
    assert set(rows(report(story))) == {("socket", "out", "3"), ("socket", "in", "1"), ("socket", "in", "4")}


@pytest.mark.parametrize("before", [0, 3, 2 * HELD])
def test_a_socket_whose_address_is_found_later_is_one_place(before: int) -> None:
    """A socket that is older than the recording: its address is known after its first frame."""
    story = Story()
    story.open(0, "A")
    for number in range(before):
        story.frame(1, "A", "known", json.dumps({"type": "xy"[number % 2], "n": number}))
    story.events.insert(1, SocketOpened(time=0.5, tab="A", connection="known", url="wss://x.test/live"))
    story.add(SocketOpened(time=2, tab="A", connection="old", late=True, url_is="unknown"))
    story.frame(2, "A", "old", '{"type":"x","n":1}')
    story.add(SocketOpened(time=2.1, tab="A", connection="old", late=True, url="wss://x.test/live", url_is="certain"))
    story.frame(3, "A", "old", '{"type":"y","n":2}')
    found = report(story)
    assert {address for one in found.types for address in one.addresses} == {"wss://x.test/live"}
    assert {one.type for one in found.types} == {"x", "y"}
    assert sum(one.count for one in found.types) == before + 2


def test_packed_messages_are_told_apart_by_what_they_hold_too() -> None:
    story = Story()
    story.open(0, "A")
    socket = story.socket(1, "A")
    for number in range(20):
        story.frame(2 + number, "A", socket, msgspec.msgpack.encode({"type": "xy"[number % 2], "n": number}))
    assert {(one.protocol, one.type) for one in report(story).types} == {("msgpack", "x"), ("msgpack", "y")}


@pytest.mark.parametrize("settled", [True, False])
def test_what_is_still_held_is_told_too(settled: bool) -> None:
    story = Story()
    story.open(0, "A")
    socket = story.socket(1, "A")
    for number in range(10):
        story.frame(2 + number, "A", socket, '{"type":"a"}' if number % 2 else '{"type":"b"}')
    found = folded(story.events, settled=settled).report()
    assert [(one.type, one.count) for one in found.types] == [("a", 5), ("b", 5)]


def test_a_write_triggers_what_follows_it_in_both_tabs_and_a_heartbeat_is_never_triggered() -> None:
    story = Story()
    story.open(0, "A", "B")
    sockets = {tab: story.socket(1, tab) for tab in "AB"}
    for turn in range(12):
        at = 30.0 + 17.0 * turn + (turn * 7 % 5)
        story.add(UserInput(time=at - 0.02, tab="A", input="key"))
        story.fetch(at, "A", "POST /turn", '{"text":"hi"}')
        for tab, socket in sockets.items():
            story.frame(at + 2.4, tab, socket, '{"type":"turn-complete"}')
    for beat in range(25):
        for tab, socket in sockets.items():
            story.frame(5.0 + 10.0 * beat + (tab == "B"), tab, socket, '{"type":"heartbeat"}')
    story.events.sort(key=lambda event: event.time)
    found = rows(report(story))
    turn_, beat_ = found["socket", "in", "turn-complete"], found["socket", "in", "heartbeat"]
    told = {one.what: one for one in turn_.preceded_by}
    assert list(told)[:2] == ["A POST /turn", "A key input"]
    assert told["A POST /turn"].median_s == pytest.approx(2.4, rel=0.03)
    assert told["A POST /turn"].share == 1.0
    assert turn_.period_s is None
    assert beat_.period_s == pytest.approx(10.0)
    assert beat_.preceded_by == ()


def test_a_response_answers_its_request_and_is_not_triggered_by_it() -> None:
    story = Story()
    story.open(0, "A")
    for number in range(8):
        story.fetch(10.0 + 13 * number + number % 3, "A", "POST /turn", '{"text":"hi"}', says='{"ok":1}', took=0.25)
    found = rows(report(story))
    [reply] = found["fetch", "in", "POST /turn"].replies
    assert (reply.role, reply.to[2], reply.by, reply.count) == ("answers", "out", "connection", 8)
    assert reply.median_s == pytest.approx(0.25, rel=0.03)
    assert found["fetch", "in", "POST /turn"].preceded_by == ()


def test_a_body_that_comes_later_is_counted_once() -> None:
    story = Story()
    story.open(0, "A")
    story.add(
        Request(
            time=1,
            tab="A",
            connection="r",
            method="POST",
            url="https://example.org/up",
            resource="fetch",
            body_state="later",
        )
    )
    story.add(RequestBody(time=1.2, tab="A", connection="r", text='{"a":1}', size=7))
    [one] = report(story).types
    assert (one.type, one.count, one.bytes, one.protocol) == ("POST /up", 1, 7, "json")


def test_what_is_not_counted_still_comes_before_others() -> None:
    story = Story()
    story.open(0, "A")
    socket = story.socket(1, "A")
    for turn in range(12):
        at = 30.0 + 23 * turn + turn * 7 % 5
        story.fetch(at, "A", "POST /turn", "{}")
        story.frame(at + 0.5, "A", socket, '{"type":"done"}')
    found = folded(story.events, counted=lambda event: isinstance(event, Frame)).report()
    [one] = found.types
    assert one.type == "done"
    assert "A POST /turn" in [trigger.what for trigger in one.preceded_by]


def test_one_site_alone() -> None:
    story = Story()
    story.open(0, "A")
    story.open(0, "B", url="https://claude.ai/chat/1")
    for tab in "AB":
        story.frame(2, tab, story.socket(1, tab), '{"type":"hello"}')
    formats = folded(story.events)
    assert [one.site for one in formats.report().types] == ["claude", "example.org"]
    assert [one.site for one in formats.report("claude").types] == ["claude"]


def test_memory_is_bounded_by_types_not_messages() -> None:
    story = Story()
    story.open(0, "A")
    socket = story.socket(1, "A")
    for number in range(300):
        story.frame(2 + number, "A", socket, f'{{"type":"t","n":{number},"id":"{ID.format(number % 200)}"}}')
    formats = folded(story.events)
    [row] = formats._rows.values()
    assert len(row.rhythm._recent) <= 128
    assert len(row._sizes.buckets) < 10
    assert not any(pool.held for pool in formats._pools.values())


def test_hostile_events_are_survived() -> None:
    story = Story()
    deep = "[" * 100 + "]" * 100
    for text in (
        deep,
        '{"type":' * 50,
        "\x00\x1b[31m",
        '{"":{"":null}}',
        '{"__proto__":{"type":{}}}',
        "[]",
        "0",
        "NaN",
    ):
        story.add(Frame(time=1, connection="w", dir="in", text=text, size=len(text)))
        story.add(Body(time=1, connection="r", text=text, size=len(text)))
    story.add(Navigation(time=2, url="https://[broken/", tab="A"))
    story.add(Request(time=3, tab="A", connection="q", method="GET", url="https://[broken/?a=b", resource="fetch"))
    assert msgspec.json.encode(report(story))


def test_a_first_message_that_says_nothing_is_named_by_the_address_that_is_found_later() -> None:
    url = "wss://ws.chatgpt.com/p24/ws/user/user-a1"
    story = Story()
    story.open(0, "A")
    story.add(SocketOpened(time=2, tab="A", connection="old", late=True, url_is="unknown"))
    story.frame(2, "A", "old", "[]")
    story.add(SocketOpened(time=2.1, tab="A", connection="old", late=True, url=url, url_is="certain"))
    story.frame(22, "A", "old", "[]")
    assert [(one.protocol, one.type, one.count) for one in report(story).types] == [("celsius", "empty", 2)]
