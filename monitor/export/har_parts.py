"""The parts of a HAR 1.2 entry, made of events: requests, responses, cookies, bodies, messages, pages; all pure.

What HAR demands and the capture does not know is what the specification says for unknown: -1, an empty text; the
entry's `comment` says so in words. Fields of our own, and those of DevTools, begin with an underscore.
"""

from __future__ import annotations

import base64
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from monitor.capture.rows import plain
from monitor.export.passages import stamp
from monitor.model import Event, Frame, Headers, Request, RequestBody, Response, SocketHandshake, SseMessage, payload

NOWHERE = "ws://unknown.invalid/"
"""The address of a socket whose own is not known: HAR demands one."""

_ATTRIBUTES = {"path": "path", "domain": "domain", "samesite": "sameSite"}


def entry(first: Event, page: str | None, connection: str, resource: str, began: str | None) -> dict[str, Any]:
    """What every entry has, of its first event; began: who made the page ask."""
    found: dict[str, Any] = {} if page is None else {"pageref": page}
    found |= {"startedDateTime": stamp(first.time), "_resourceType": resource, "_connectionId": connection}
    own = {"_initiator": initiator(began), "_tab": first.tab, "_target": first.target}
    return found | {name: value for name, value in own.items() if value is not None}


def times(first: Event, answer: Event | None, end: Event | None, last: float) -> dict[str, Any]:
    """Time and timings: by Chrome's clock where all stamps have it, else by the wall's."""
    known = [event for event in (first, answer, end) if event is not None]
    mono = all(event.mono is not None for event in known) and end is not None
    at = [None if event is None else event.mono if mono else event.time for event in (first, answer, end)]
    finish = at[2] if end is not None else last
    time, took = timings(at[0] or 0.0, at[1], finish)
    return {"time": time, "timings": took, "cache": {}}


def comment(notes: list[str]) -> dict[str, str]:
    """What is to be said of an entry, in sentences."""
    return {"comment": " ".join(notes)} if notes else {}


def request(event: Request, body: Request | RequestBody, version: str) -> dict[str, Any]:
    """The request of an entry. body: the event that has its body; version: as its response told it."""
    found: dict[str, Any] = {
        "method": event.method,
        "url": event.url,
        "httpVersion": version,
        "cookies": cookies(header(event.headers, "cookie")),
        "headers": headers(event.headers),
        "queryString": query(event.url),
        "headersSize": -1,
        "bodySize": body.size if payload(body) is not None else 0 if event.body_state == "absent" else -1,
    }
    if (content := payload(body)) is not None:
        found["postData"] = post_data(content, header(event.headers, "content-type"))
    return found


def post_data(content: str | bytes, mime: str) -> dict[str, Any]:
    """A request's body: its parameters too where it is a plain form; bytes as base64, marked as DevTools' HAR does."""
    found: dict[str, Any] = {"mimeType": mime}
    if isinstance(content, bytes):
        return found | {"text": base64.b64encode(content).decode("ascii"), "_encoding": "base64",
                        "comment": "The text is base64: the body is no UTF-8."}  # fmt: skip
    if mime.lower().startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(content, keep_blank_values=True)
        found["params"] = [{"name": name, "value": value} for name, value in pairs]
    return found | {"text": content}


def response(event: Response | None, moved: str) -> dict[str, Any]:
    """The response of an entry, without its content; status 0 where there was none. moved: where a redirect led."""
    known = event.headers if event else {}
    return {
        "status": event.status if event else 0,
        "statusText": "",
        "httpVersion": (event.protocol or "") if event else "",
        "cookies": set_cookies(header(known, "set-cookie")),
        "headers": headers(known),
        "content": {"size": 0, "mimeType": event.mime if event else ""},
        "redirectURL": moved,
        "headersSize": -1,
        "bodySize": -1,
    }


def handshake(url: str, asked: SocketHandshake | None, answered: SocketHandshake | None) -> tuple[Any, Any]:
    """Request and response of a socket: those of its handshake, as far as it was seen."""
    sent = (answered.request_headers if answered else {}) or (asked.request_headers if asked else {})
    got = answered.headers if answered else {}
    first = {
        "method": "GET",
        "url": url,
        "httpVersion": "http/1.1",
        "cookies": cookies(header(sent, "cookie")),
        "headers": headers(sent),
        "queryString": query(url),
        "headersSize": -1,
        "bodySize": 0,
    }
    second = {
        "status": (answered.status or 0) if answered else 0,
        "statusText": "Switching Protocols" if answered and answered.status == 101 else "",
        "httpVersion": "http/1.1",
        "cookies": set_cookies(header(got, "set-cookie")),
        "headers": headers(got),
        "content": {"size": 0, "mimeType": "x-unknown"},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }
    return first, second


def message(event: Frame) -> dict[str, Any]:
    """A WebSocket message, as DevTools writes it: time in seconds since the epoch, bytes as base64."""
    content = payload(event)
    data = base64.b64encode(content).decode("ascii") if isinstance(content, bytes) else content or ""
    found = {"type": "receive" if event.dir == "in" else "send", "time": event.time, "opcode": event.opcode}
    if content is None:
        return found | {"data": data, "comment": f"{event.size} bytes whose content is not known"}
    return found | {"data": data}


def sse_message(event: SseMessage) -> dict[str, Any]:
    """A message of an EventSource, as DevTools writes it."""
    return {"time": event.time, "eventName": event.event, "eventId": event.id, "data": event.text}


def content(mime: str, pieces: list[str | bytes]) -> dict[str, Any]:
    """The content of a response from the pieces of its body: text if all of them are, else base64."""
    if all(isinstance(piece, str) for piece in pieces):
        text = "".join(str(piece) for piece in pieces)
        return {"size": len(text.encode("utf-8", "replace")), "mimeType": mime, "text": text}
    data = b"".join(plain(piece).encode() if isinstance(piece, str) else piece for piece in pieces)
    return {
        "size": len(data), "mimeType": mime, "text": base64.b64encode(data).decode("ascii"), "encoding": "base64"
    }  # fmt: skip


def timings(asked: float, answered: float | None, ended: float | None) -> tuple[float, dict[str, float]]:
    """The whole time of an exchange and its parts, ms. Arguments are seconds of one clock; None where it never came."""
    wait = _ms(asked, answered if answered is not None else ended)
    receive = _ms(answered, ended)
    parts = {"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": wait, "receive": receive}
    return round(wait + receive, 3), parts


def _ms(start: float | None, end: float | None) -> float:
    return 0.0 if start is None or end is None else round(max(0.0, end - start) * 1000, 3)


def initiator(place: str | None) -> dict[str, Any] | None:
    """`https://x/app.js:12` as DevTools' `_initiator`; a bare word is its type."""
    if not place:
        return None
    url, _, line = place.rpartition(":")
    if "://" in url and line.isdecimal():
        return {"type": "script", "url": url, "lineNumber": int(line) - 1}
    return {"type": "other", "url": place} if "://" in place else {"type": place}


def page(name: str, started: float, title: str, dom: float | None, load: float | None) -> dict[str, Any]:
    """A page: one load of a tab, with the milliseconds to its milestones."""
    since = {"onContentLoad": dom, "onLoad": load}
    times = {key: -1 if at is None else _ms(started, at) for key, at in since.items()}
    return {"startedDateTime": stamp(started), "id": name, "title": title, "pageTimings": times}


# ── headers, cookies, addresses ───────────────────────────────────────────────────────────────────────────────────────


def header(known: Headers, name: str) -> str:
    """The value of a header, "" where there is none."""
    return next((value for key, value in known.items() if key.lower() == name), "")


def headers(known: Headers) -> list[dict[str, str]]:
    """Headers by name and value; those that Chrome joined with line ends are apart again."""
    return [{"name": key, "value": line} for key, value in known.items() for line in value.split("\n")]


def query(url: str) -> list[dict[str, str]]:
    """The parameters of an address."""
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []
    return [{"name": name, "value": value} for name, value in pairs]


def cookies(line: str) -> list[dict[str, Any]]:
    """The cookies of a Cookie header."""
    pairs = (part.partition("=") for part in line.split(";") if part.strip())
    return [{"name": name.strip(), "value": value.strip()} for name, _, value in pairs]


def set_cookies(lines: str) -> list[dict[str, Any]]:
    """The cookies of Set-Cookie headers, one a line."""
    return [_set_cookie(line) for line in lines.split("\n") if line.strip()]


def _set_cookie(line: str) -> dict[str, Any]:
    first, *attributes = line.split(";")
    name, _, value = first.partition("=")
    found: dict[str, Any] = {"name": name.strip(), "value": value.strip()}
    for attribute in attributes:
        key, _, said = (part.strip() for part in attribute.partition("="))
        if key.lower() in _ATTRIBUTES:
            found[_ATTRIBUTES[key.lower()]] = said
        elif key.lower() == "expires" and (moment := _moment(said)):
            found["expires"] = moment
        elif key.lower() in ("httponly", "secure"):
            found["httpOnly" if key.lower() == "httponly" else "secure"] = True
    return found


def _moment(said: str) -> str | None:
    try:
        return parsedate_to_datetime(said).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
