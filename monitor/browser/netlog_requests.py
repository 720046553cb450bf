"""Requests in a NetLog as events: one source of the log is one connection, from its birth to its end; pure.

The log has no bodies of requests and, where the cache answered, no status. What it does not say stays unsaid.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import msgspec

from monitor.browser.netlog_socket import headers
from monitor.model import Chunk, Event, Failed, Finished, Request, Response

MANY = 20_000


class Known(msgspec.Struct):
    """What is known of a request: `asked` once it is told as an event."""

    name: str
    url: str
    method: str = "GET"
    resource: str = "other"
    initiator: str | None = None
    headers: dict[str, str] = {}
    asked: bool = False
    redirected: bool = False
    offset: int = 0
    size: int = 0


class Requests:
    """All requests of a log. `names` counts connection names."""

    def __init__(self, names: Iterator[int]) -> None:
        self._names = names
        self._known: dict[int, Known] = {}
        self.handlers = {
            "URL_REQUEST_START_JOB": self._started,
            "HTTP_TRANSACTION_SEND_REQUEST_HEADERS": self._asked,
            "HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS": self._asked,
            "HTTP_TRANSACTION_QUIC_SEND_REQUEST_HEADERS": self._asked,
            "HTTP_TRANSACTION_READ_RESPONSE_HEADERS": self._answered,
            "URL_REQUEST_REDIRECTED": self._redirected,
            "URL_REQUEST_JOB_FILTERED_BYTES_READ": self._read,
        }
        self._early: dict[int, dict[str, str]] = {}

    def began(self, source: int, url: str) -> None:
        """REQUEST_ALIVE begins."""
        if len(self._known) >= MANY:
            self._known.pop(next(iter(self._known)))
        early = self._early.pop(source, {})
        self._known[source] = Known(f"r{next(self._names)}", url, headers=early)

    def take(self, name: str, source: int, params: dict[str, Any], stamp: dict[str, Any]) -> list[Event]:
        """One event of the log about a request; `stamp` are the times of ours."""
        one = self._known.get(source)
        handler = self.handlers.get(name)
        return handler(one, params, stamp) if one is not None and handler is not None else []

    def ended(self, source: int, error: str | None, stamp: dict[str, Any]) -> list[Event]:
        """REQUEST_ALIVE ends; error: its name, None where all went well."""
        one = self._known.pop(source, None)
        if one is None:
            return []
        found = self._ask(one, stamp)
        if error is not None:
            canceled = error == "ERR_ABORTED"
            return [*found, Failed(**stamp, connection=one.name, error=f"net::{error}", canceled=canceled)]
        return [*found, Finished(**stamp, connection=one.name, size=one.size, body="chunks" if one.offset else "none")]

    def _started(self, one: Known, params: dict[str, Any], stamp: dict[str, Any]) -> list[Event]:
        one.method = str(params.get("method", one.method))
        one.url = str(params.get("url", one.url))
        one.initiator = one.initiator or _origin(params.get("initiator"))
        if params.get("request_type") == "main frame":
            one.resource = "document"
        return []

    def announced(self, source: int, params: dict[str, Any]) -> None:
        """CORS_REQUEST: the page's own headers, told before the request is born."""
        if len(self._early) >= MANY:
            self._early.pop(next(iter(self._early)))
        asked = params.get("request_headers")
        lines = asked.get("headers") if isinstance(asked, dict) else None
        if isinstance(lines, list):
            self._early[source] = headers([str(line) for line in lines])

    def _asked(self, one: Known, params: dict[str, Any], stamp: dict[str, Any]) -> list[Event]:
        one.headers = headers(lines_of(params))
        return self._ask(one, stamp)

    def _ask(self, one: Known, stamp: dict[str, Any]) -> list[Event]:
        """The request, once for each time it is sent."""
        if one.asked:
            return []
        one.asked = True
        stream = "text/event-stream" in (one.headers.get("Accept") or one.headers.get("accept") or "")
        asked = Request(
            **stamp, connection=one.name, method=one.method, url=one.url, headers=one.headers,
            resource="eventsource" if stream else one.resource, redirected=one.redirected, initiator=one.initiator,
        )  # fmt: skip
        return [asked]

    def _answered(self, one: Known, params: dict[str, Any], stamp: dict[str, Any]) -> list[Event]:
        first, *lines = lines_of(params) or [""]
        words = first.split(" ")
        if len(words) < 2 or not words[1].isdigit():
            return []
        found = headers(lines)
        mime = next((value for name, value in found.items() if name.lower() == "content-type"), "")
        answer = Response(
            **stamp, connection=one.name, url=one.url, status=int(words[1]), headers=found,
            mime=mime.partition(";")[0].strip().lower(), protocol=words[0].lower() or None,
        )  # fmt: skip
        return [*self._ask(one, stamp), answer]

    def _redirected(self, one: Known, params: dict[str, Any], stamp: dict[str, Any]) -> list[Event]:
        found = self._ask(one, stamp)
        one.url = str(params.get("location", one.url))
        one.asked, one.redirected = False, True
        return found

    def _read(self, one: Known, params: dict[str, Any], stamp: dict[str, Any]) -> list[Event]:
        size = params.get("byte_count")
        size = size if isinstance(size, int) and size > 0 else 0
        data = bytes_of(params)
        one.size += size
        if not data:
            return self._ask(one, stamp)
        try:
            content: dict[str, Any] = {"text": data.decode("utf-8")}
        except UnicodeDecodeError:
            content = {"data": data}
        chunk = Chunk(**stamp, connection=one.name, size=len(data), offset=one.offset, **content)
        one.offset += len(data)
        return [*self._ask(one, stamp), chunk]


def lines_of(params: dict[str, Any]) -> list[str]:
    """The header lines that an event of the log carries."""
    lines = params.get("headers")
    return [str(line) for line in lines] if isinstance(lines, list) else []


def bytes_of(params: dict[str, Any]) -> bytes:
    """The bytes that an event of the log carries; ValueError where they are no base64."""
    return base64.b64decode(str(params.get("bytes", "")), validate=True)


def _origin(value: object) -> str | None:
    return value if isinstance(value, str) and "://" in value else None
