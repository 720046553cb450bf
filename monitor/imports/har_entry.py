"""One entry of a HAR as events; pure. What the entry does not tell is absent, what makes no sense is left out.

A list within an entry may be one that lies on disk (`held`), as a socket may have a million messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec

from monitor.imports.har_values import (
    address,
    headers,
    moment,
    number,
    part,
    resource,
    seconds,
    sixty_four,
    text,
    things,
)
from monitor.model import (
    Body,
    Chunk,
    Event,
    Failed,
    Finished,
    Frame,
    Request,
    Response,
    SocketClosed,
    SocketError,
    SocketHandshake,
    SocketOpened,
    SseMessage,
)

_NOWHERE = "ws://unknown.invalid/"
_BEFORE = ("blocked", "dns", "connect", "send", "wait")


class Place(msgspec.Struct, frozen=True):
    """Where an entry belongs. attached: the content that lies beside the HAR, where the entry names such a file."""

    connection: str
    tab: str | None = None
    redirected: bool = False
    attached: bytes | None = None


def events(entry: dict[str, Any], place: Place) -> Iterator[Event]:
    """The events of an entry; ValueError where it has no time or no address."""
    if is_socket(entry):
        yield from _socket(entry, place)
    else:
        yield from _exchange(entry, place)


def is_socket(entry: dict[str, Any]) -> bool:
    """Whether the entry is a WebSocket."""
    url = text(part(entry, "request").get("url")).lower()
    return "_webSocketMessages" in entry or entry.get("_resourceType") == "websocket" or url.startswith(("ws:", "wss:"))


# ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _exchange(entry: dict[str, Any], place: Place) -> Iterator[Event]:
    asked, answer = part(entry, "request"), part(entry, "response")
    started, common = moment(entry.get("startedDateTime")), _common(entry, place)
    yield _request(entry, asked, started, common, place.redirected)
    known = part(entry, "timings")
    head = started + sum(max(0.0, number(known.get(name)) or 0.0) for name in _BEFORE) / 1000
    end = max(head, started + max(0.0, number(entry.get("time")) or 0.0) / 1000)
    status = int(number(answer.get("status")) or 0)
    if status > 0:
        yield _response(asked, answer, status, head, entry, common)
    yield from _sse(entry, common)
    if answer.get("redirectURL") and 300 <= status < 400:
        return
    error = text(answer.get("_error") or answer.get("_failureText"))
    streamed = bool(things(entry.get("_chunks")))
    yield from _chunks(entry, answer, common)
    if error or (status <= 0 and "It had not ended" not in text(entry.get("comment"))):
        yield Failed(time=end, error=error or "the HAR has no response", canceled=entry.get("_canceled") is True,
                     **common)  # fmt: skip
        return
    if "It had not ended" in text(entry.get("comment")):
        return
    body = None if streamed else _body(answer, end, place.attached, common)
    size = int(number(answer.get("_transferSize")) or max(0.0, number(answer.get("bodySize")) or 0.0))
    yield Finished(time=end, size=max(0, size), body="chunks" if streamed else "later" if body else "none", **common)
    if body is not None:
        yield body


def _common(entry: dict[str, Any], place: Place) -> dict[str, Any]:
    target = text(entry.get("_target")) or None
    return {"connection": place.connection, "tab": place.tab, "target": target}


def _request(
    entry: dict[str, Any], asked: dict[str, Any], started: float, common: dict[str, Any], redirected: bool
) -> Request:
    content = _posted(part(asked, "postData"))
    state: Any = "whole" if content is not None else "absent"
    size = len(content.encode("utf-8", "replace") if isinstance(content, str) else content or b"")
    return Request(
        time=started, method=text(asked.get("method")) or "GET", url=address(asked), size=size, body_state=state,
        resource=resource(entry), headers=headers(asked.get("headers")),
        text=content if isinstance(content, str) else None, data=content if isinstance(content, bytes) else None,
        frame=text(entry.get("_frame")) or None, loader=_loader(entry),
        redirected=redirected, initiator=_initiator(entry.get("_initiator")), **common,
    )  # fmt: skip


def _loader(entry: dict[str, Any]) -> str | None:
    """The document of a request; the page of one that is a document itself names it as well."""
    is_document = resource(entry) == "document"
    return text(entry.get("_loader")) or (text(entry.get("pageref")) if is_document else "") or None


def _posted(data: dict[str, Any]) -> str | bytes | None:
    said = data.get("text")
    if isinstance(said, str) and (said or not data.get("params")):
        if data.get("_encoding") == "base64" or data.get("encoding") == "base64":
            return sixty_four(said)
        return said
    pairs = [(text(one.get("name")), text(one.get("value"))) for one in things(data.get("params"))]
    return urlencode(pairs) if pairs else None


def _response(
    asked: dict[str, Any], answer: dict[str, Any], status: int, at: float, entry: dict[str, Any], common: dict[str, Any]
) -> Response:
    mime = text(part(answer, "content").get("mimeType")).partition(";")[0].strip().lower()
    cached = bool(entry.get("_fromCache") or entry.get("_servedFromCache"))
    return Response(
        time=at, url=address(asked), status=status, headers=headers(answer.get("headers")),
        mime="" if mime == "x-unknown" else mime, protocol=text(answer.get("httpVersion")).lower() or None,
        from_cache=cached, from_service_worker=bool(answer.get("_fetchedViaServiceWorker")), **common,
    )  # fmt: skip


def _body(answer: dict[str, Any], at: float, attached: bytes | None, common: dict[str, Any]) -> Body | None:
    """The body that stands in the entry or beside it; None where there was none."""
    content = part(answer, "content")
    size = int(max(0.0, number(content.get("size")) or 0.0))
    found = _content(content) if attached is None else _as_text(attached, content)
    if found is None:
        return Body(time=at, size=size, state="absent", reason="the HAR does not have it", **common) if size else None
    length = len(found.encode("utf-8", "replace")) if isinstance(found, str) else len(found)
    why = text(content.get("comment"))
    partial = why.startswith("partial: ")
    return Body(
        time=at, size=length, text=found if isinstance(found, str) else None,
        data=found if isinstance(found, bytes) else None, state="partial" if partial else "whole",
        reason=why.removeprefix("partial: ") if partial else None, **common,
    )  # fmt: skip


def _content(content: dict[str, Any]) -> str | bytes | None:
    said = content.get("text")
    if not isinstance(said, str):
        return None
    return sixty_four(said) if text(content.get("encoding")).lower() == "base64" else said


def _as_text(data: bytes, content: dict[str, Any]) -> str | bytes:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def _chunks(entry: dict[str, Any], answer: dict[str, Any], common: dict[str, Any]) -> Iterator[Chunk]:
    """The pieces of a streamed body, if the entry tells when which bytes came."""
    told = things(entry.get("_chunks"))
    found = _content(part(answer, "content")) if told else None
    data = found.encode("utf-8", "replace") if isinstance(found, str) else found or b""
    at = 0
    fits = sum(int(number(one.get("size")) or 0) for one in told) == len(data)
    for one in told:
        size, offset = int(number(one.get("size")) or 0), int(number(one.get("offset")) or 0)
        piece = data[at : at + size] if fits else (data if at == 0 else b"")
        at += len(piece)
        yield _chunk(piece, number(one.get("time")) or 0.0, size, offset, isinstance(found, str), common)


def _chunk(piece: bytes, at: float, size: int, offset: int, as_text: bool, common: dict[str, Any]) -> Chunk:
    if as_text:
        try:
            return Chunk(time=at, size=size, offset=offset, text=piece.decode("utf-8") if piece else None, **common)
        except UnicodeDecodeError:
            pass
    return Chunk(time=at, size=size, offset=offset, data=piece or None, **common)


def _sse(entry: dict[str, Any], common: dict[str, Any]) -> Iterator[SseMessage]:
    for one in things(entry.get("_eventSourceMessages")):
        said = text(one.get("data"))
        yield SseMessage(time=seconds(one.get("time")), event=text(one.get("eventName")) or "message",
                         id=text(one.get("eventId")), text=said, size=len(said.encode("utf-8", "replace")),
                         **common)  # fmt: skip


# ── sockets ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _socket(entry: dict[str, Any], place: Place) -> Iterator[Event]:
    asked, answer = part(entry, "request"), part(entry, "response")
    started, common = moment(entry.get("startedDateTime")), _common(entry, place)
    url, said = address(asked), text(entry.get("comment"))
    unknown = url == _NOWHERE
    certainty: Any = "unknown" if unknown else "guess" if "address is a guess" in said else "certain"
    yield SocketOpened(
        time=started, url=None if unknown else url, url_is=certainty,
        late="before the recording began" in said, initiator=_initiator(entry.get("_initiator")), **common,
    )  # fmt: skip
    status = int(number(answer.get("status")) or 0)
    sent, got = headers(asked.get("headers")), headers(answer.get("headers"))
    wait = max(0.0, number(part(entry, "timings").get("wait")) or 0.0) / 1000
    if status > 0 or sent:
        protocol = next((value for name, value in got.items() if name.lower() == "sec-websocket-protocol"), None)
        yield SocketHandshake(time=started + wait, status=status if status > 0 else None, request_headers=sent,
                              headers=got, subprotocol=protocol, **common)  # fmt: skip
    last = started + wait
    for one in things(entry.get("_webSocketMessages")):
        event = _frame(one, common)
        last = max(last, event.time)
        yield event
    closed = entry.get("_webSocketClose")
    if isinstance(closed, dict):
        at = seconds(closed.get("timestamp")) if closed.get("timestamp") is not None else last
        derived = closed.get("derived") is True
        yield SocketClosed(time=at, derived=derived, because=text(closed.get("reason")) or None, **common)


def _frame(one: dict[str, Any], common: dict[str, Any]) -> Frame | SocketError:
    at, said, kind = seconds(one.get("time")), text(one.get("data")), text(one.get("type"))
    if kind == "error":
        return SocketError(time=at, message=said, **common)
    opcode = int(number(one.get("opcode")) or 1)
    data = sixty_four(said) if opcode == 2 else None
    known = not text(one.get("comment")).endswith("content is not known")
    size = len(data) if isinstance(data, bytes) else len(said.encode("utf-8", "replace"))
    if not known:
        size = int(number(text(one.get("comment")).partition(" ")[0]) or 0)
    return Frame(
        time=at, dir="out" if kind in ("send", "request") else "in", opcode=opcode, size=size,
        text=said if known and not isinstance(data, bytes) else None,
        data=data if known and isinstance(data, bytes) else None, **common,
    )  # fmt: skip


def _initiator(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    url, line = text(value.get("url")), number(value.get("lineNumber"))
    if not url:
        return text(value.get("type")) or None
    return url if line is None else f"{url}:{int(line) + 1}"
