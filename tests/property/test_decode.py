"""Laws of the decoders: nothing raises, and where a stream is cut changes nothing."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from monitor import model
from monitor.decode import Decoder, decode_alone, leaves
from monitor.decode.sse import ServerSentEvent, SseReader
from monitor.model import Event, Message
from tests.laws import examples
from tests.unit.decode.streams_of import ANSWER, CHATGPT, CLAUDE, CLAUDE_ANSWER, chunk, finished, response

TEXTS = st.text(max_size=60)
NAMES = st.sampled_from(
    [
        "type",
        "event",
        "op",
        "command",
        "reply",
        "payload",
        "message",
        "data",
        "topic_id",
        "p",
        "o",
        "v",
        "c",
        "id",
        "encoded_item",
        "stream_item_id",
        "catchups",
        "recovered",
        "delta",
        "index",
        "content_block",
        "uuid",
        "conversation_id",
        "parts",
        "content",
        "from",
        "fcmMessageId",
        "channel",
        "ref",
    ]
)
WORDS = st.sampled_from(
    [
        "message",
        "reply",
        "subscribe",
        "delta",
        "append",
        "patch",
        "add",
        "truncate",
        "/message/content/parts/0",
        "[DONE]",
        "completion",
        "ping",
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXTS, inner, max_size=5),
    max_leaves=15,
)
JSON = VALUES.map(json.dumps)
EVENT_TEXT = st.builds(
    lambda name, data, end: f"event: {name}{end}data: {data}{end}{end}",
    st.sampled_from(["delta", "message_start", "content_block_delta", "x"]),
    JSON,
    st.sampled_from(["\n", "\r\n", "\r"]),
)
PAYLOADS = (
    TEXTS
    | JSON
    | EVENT_TEXT
    | st.binary(max_size=80)
    | JSON.map(str.encode)
    | JSON.map(lambda text: gzip.compress(text.encode()))
)
CONNECTIONS = st.sampled_from(["a", "b"])


def carrying(payload: str | bytes) -> dict[str, Any]:
    """The fields of an event that carry a payload."""
    return {"text": payload} if isinstance(payload, str) else {"data": payload}


def _event(kind: str, connection: str, payload: str | bytes, offset: int, url: str, mime: str) -> Event:
    at: dict[str, Any] = {"time": 1.0}
    own: dict[str, Any] = {**at, "connection": connection}
    text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
    makers: dict[str, Callable[[], Event]] = {
        "frame": lambda: model.Frame(**own, dir="in", **carrying(payload)),
        "chunk": lambda: model.Chunk(**own, offset=offset, size=len(payload), **carrying(payload)),
        "body": lambda: model.Body(**own, **carrying(payload)),
        "request": lambda: model.Request(
            **own, method="POST", url=url, headers={"content-type": mime}, **carrying(payload)
        ),
        "request-body": lambda: model.RequestBody(**own, **carrying(payload)),
        "response": lambda: model.Response(**own, url=url, status=200, mime=mime),
        "socket-opened": lambda: model.SocketOpened(**own, url=url, late=bool(offset % 2)),
        "handshake": lambda: model.SocketHandshake(**own, subprotocol=mime),
        "sse": lambda: model.SseMessage(**own, event="delta", text=text),
        "push": lambda: model.Push(**at, stage="received", origin=url, text=text),
        "worker": lambda: model.WorkerMessage(**at, worker="w", text=text),
        "storage": lambda: model.Storage(**at, origin=url, area="local", op="set", key="k", text=text),
        "broadcast": lambda: model.Broadcast(**at, name="n", text=text),
        "gap": lambda: model.Gap(**at, reason="x", connection=connection if offset % 2 else None),
        "finished": lambda: model.Finished(**own, body="later" if offset % 2 else "none"),
        "failed": lambda: model.Failed(**own),
        "closed": lambda: model.SocketClosed(**own),
    }
    return makers[kind]()


KINDS = [
    "frame",
    "chunk",
    "body",
    "request",
    "request-body",
    "response",
    "socket-opened",
    "handshake",
    "sse",
    "push",
    "worker",
    "storage",
    "broadcast",
    "gap",
    "finished",
    "failed",
    "closed",
]
URLS = st.sampled_from([CHATGPT, CLAUDE, "wss://ws.chatgpt.com/ws/user/u", "https://example.org/x?EIO=4"])
MIMES = st.sampled_from(
    ["", "text/event-stream", "application/json", "application/x-ndjson", "text/html", "graphql-ws",
     "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)  # fmt: skip
EVENTS = st.builds(_event, st.sampled_from(KINDS), CONNECTIONS, PAYLOADS, st.integers(0, 50), URLS, MIMES)


@given(st.lists(EVENTS, max_size=30))
def test_any_events_decode_without_raising(events: list[Event]) -> None:
    decoder = Decoder()
    for event in events:
        for decoded in (decoder.feed(event), decode_alone(event)):
            if decoded is not None:
                json.dumps(decoded.value)
                assert all(message.protocol for message in decoded.messages)
                assert decoded.layers or decoded.messages
                assert decoded.error is None


@given(st.lists(EVENT_TEXT | TEXTS, max_size=6).map("".join), st.data())
def test_an_event_stream_may_be_cut_anywhere(text: str, data: st.DataObject) -> None:
    whole, cut = SseReader(), SseReader()
    expected = [*whole.feed(text), *whole.finish()]
    found: list[ServerSentEvent] = []
    for piece in pieces(text.encode("utf-8", "replace"), data):
        found += cut.feed(piece)
    assert [*found, *cut.finish()] == expected


@given(st.data())
def test_a_delta_stream_may_be_cut_anywhere(data: st.DataObject) -> None:
    final = cut_anywhere(CHATGPT, ANSWER, data)[-1].value["state"]["message"]
    assert final["content"]["parts"] == ["Hello ünïverse"]
    assert final["end_turn"] is True


@given(st.data())
def test_an_answer_of_claude_may_be_cut_anywhere(data: st.DataObject) -> None:
    final = cut_anywhere(CLAUDE, CLAUDE_ANSWER, data)[-1].value["state"]["message"]
    assert (final["text"], final["status"]) == ("Hi thére", "complete")


@given(st.data())
def test_a_json_body_may_be_cut_anywhere(data: st.DataObject) -> None:
    value = data.draw(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3))
    (message,) = cut_anywhere("https://example.org", json.dumps(value), data, "application/json")
    assert message.value == value


def cut_anywhere(url: str, text: str, data: st.DataObject, mime: str = "text/event-stream") -> list[Message]:
    """What a response gives whose body comes in random pieces."""
    decoder = Decoder()
    offset = 0
    decoder.feed(response(url, mime))
    messages: list[Message] = []
    for piece in pieces(text.encode(), data):
        decoded = decoder.feed(chunk(piece, offset=offset))
        offset += len(piece)
        messages += decoded.messages if decoded else ()
    last = decoder.feed(finished())
    return [*messages, *(last.messages if last else ())]


def pieces(whole: bytes, data: st.DataObject) -> list[bytes]:
    """Bytes, cut at random places."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    ends = [0, *cuts, len(whole)]
    return [whole[start:end] for start, end in itertools.pairwise(ends) if start < end]


@given(PAYLOADS | st.text() | st.binary(), MIMES | st.none())
@example('a["', None)
@example("\ud800", None)
def test_leaves_never_raise(payload: str | bytes, mime: str | None) -> None:
    assert all(isinstance(leaf, str) and leaf for leaf in leaves(payload, mime))


@given(VALUES.filter(lambda value: isinstance(value, (dict, list))))
@examples(200)
def test_leaves_hold_every_string_of_a_value(value: Any) -> None:
    wanted = {text for text in strings(value) if text}
    assert wanted <= set(leaves(json.dumps(value)))
    assert wanted <= set(leaves(json.dumps(value).encode()))
    assert wanted <= set(leaves(gzip.compress(json.dumps(value).encode())))
    assert wanted <= set(leaves(json.dumps({"inner": json.dumps(value)})))


def strings(value: Any) -> list[str]:
    """The strings of a JSON value, keys left out."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in strings(one)]
