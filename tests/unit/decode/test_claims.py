"""No wrong claims: every stream is read as itself, or as plain where it cannot be told, and never as another."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from monitor.decode.peel import peel
from monitor.decode.protocol import Facts
from monitor.decode.registry import choose, protocols
from tests.laws import share
from tests.unit.decode.true_streams import APPLICATIONS, STREAMS, Stream, messages

PLAIN = {"json", "text", "headed", "sse", "raw", "form"}
IDS = [stream.name for stream in STREAMS]
APPS = [stream.name for stream in APPLICATIONS]
KEYS = [
    "id",
    "type",
    "event",
    "action",
    "data",
    "payload",
    "channel",
    "topic",
    "message",
    "msg",
    "name",
    "params",
    "method",
    "result",
    "op",
    "d",
    "t",
    "s",
    "ref",
    "user",
    "ts",
    "status",
    "error",
    "items",
    "code",
    "value",
    "key",
    "path",
    "room",
    "from",
    "to",
    "text",
    "kind",
    "cmd",
    "seq",
    "version",
    "token",
    "connect",
    "subscribe",
    "publish",
    "push",
    "ping",
    "query",
    "header",
    "content",
    "metadata",
    "identifier",
    "command",
    "session",
    "collection",
    "fields",
    "reply",
    "body",
    "count",
    "offset",
]
WORDS: list[Any] = [
    *[
        "message",
        "ping",
        "update",
        "add",
        "join",
        "leave",
        "subscribe",
        "connected",
        "data",
        "start",
        "next",
        "complete",
        "error",
        "ready",
        "result",
        "hello",
    ],
    *(0, 1, 2, 3, 4, 10, 15, 36, 50, 100, 200, 201, 1767520800, None, True, False, "", "1", "7", "C1", "abc-1"),
]


@pytest.mark.parametrize("stream", STREAMS, ids=IDS)
def test_with_all_that_is_known_a_stream_is_itself(stream: Stream) -> None:
    found = messages(stream, hints=True)
    assert found
    assert {message.protocol for message in found} <= {stream.found, *stream.also}
    assert stream.found in {message.protocol for message in found}
    assert all(message.type for message in found if message.protocol == stream.found)


@pytest.mark.parametrize("stream", STREAMS, ids=IDS)
def test_with_nothing_known_it_is_itself_or_plain(stream: Stream) -> None:
    seen = [message.protocol for message in messages(stream, hints=False)]
    assert set(seen) <= {stream.found, *stream.also} | PLAIN
    assert (stream.found in seen) == stream.blind


@pytest.mark.parametrize("hints", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("stream", STREAMS, ids=IDS)
def test_joined_in_the_middle_it_is_itself_or_plain(stream: Stream, hints: bool) -> None:
    for start in range(len(stream.frames)):
        for end in (start + 1, None):
            seen = {message.protocol for message in messages(stream, hints, start, end)}
            assert seen <= {stream.found, *stream.also} | PLAIN, (start, end)


@pytest.mark.parametrize("stream", APPLICATIONS, ids=APPS)
def test_an_application_of_its_own_is_plain(stream: Stream) -> None:
    for start in range(len(stream.frames)):
        assert {message.protocol for message in messages(stream, False, start)} <= PLAIN
    assert {message.protocol for message in messages(Stream("", stream.frames * 6, kind=stream.kind), False)} <= PLAIN


def test_common_words_put_together_by_chance_are_nobodys() -> None:
    dice = random.Random(20260104)
    facts = Facts(channel="socket", url="wss://example.org/ws")
    for _ in range(share(4000)):
        count = dice.randint(1, 5)
        whole = {dice.choice(KEYS): _thing(dice) for _ in range(count)}
        value = whole if dice.random() < 0.7 else [_thing(dice) for _ in range(count)]
        assert choose(facts, peel(json.dumps(value)), {}) is None, value


def _thing(dice: random.Random, depth: int = 1) -> Any:
    """A word, a number, or a few of them."""
    chance = dice.random()
    if chance < 0.6 or depth > 2:
        return dice.choice(WORDS)
    if chance < 0.8:
        return [_thing(dice, depth + 1) for _ in range(dice.randint(0, 4))]
    return {dice.choice(KEYS): _thing(dice, depth + 1) for _ in range(dice.randint(0, 4))}


@pytest.mark.parametrize("text", ["[]", "{}", "0", "2", "", "\n", "h", "o", "null", "ping"])
def test_what_proves_nothing_claims_nothing(text: str) -> None:
    assert choose(Facts(channel="socket", url="wss://example.org/ws"), peel(text), {}) is None


def test_every_protocol_of_text_has_its_streams() -> None:
    names = {one.name for one in protocols()}
    assert {stream.found for stream in STREAMS} - names == {"replicache", "turbo-stream"}
    assert len(names & {stream.found for stream in STREAMS}) >= 29
