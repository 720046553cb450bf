"""STOMP 1.0–1.2: a command, headers, a blank line, a body, a NUL; a newline between frames is a heart-beat.

The type is the command (`heart-beat` for a newline), the value {"headers", "body"}: the body as JSON where it is, else
as text. A message may hold several frames, and a frame may go on in the next message.
https://stomp.github.io/stomp-specification-1.2.html
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.limits import MAX_FIELDS, MAX_LINE
from monitor.decode.parse import UNSET, nested
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "stomp"
_SUBPROTOCOL = re.compile(r"v1[0-2]\.stomp")
_COMMANDS = (
    "CONNECT|STOMP|CONNECTED|SEND|SUBSCRIBE|UNSUBSCRIBE|ACK|NACK|BEGIN|COMMIT|ABORT|DISCONNECT|MESSAGE|RECEIPT|ERROR"
)
_HEAD = re.compile(rf"({_COMMANDS})\r?\n((?:[^\r\n:\0]+:[^\r\n\0]*\r?\n)*+)\r?\n")
_OPENS = re.compile(rf"(?:{_COMMANDS})\r?\n")
_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\c": ":", "\\\\": "\\"}
_ESCAPE = re.compile(r"\\[nrc\\]")
_MAX_FRAMES = 1000
HEART_BEAT = "heart-beat"


class StompSession(Session):
    """One connection: of each direction, the frame that is not whole."""

    def __init__(self) -> None:
        self._rest: dict[Any, str] = {}

    def read(self, item: Item) -> Decoded | None:
        """Read the frames of one message."""
        text = _text(item)
        if text is None:
            return None
        rest = self._rest.pop(item.dir, "")
        if not rest and text.strip("\r\n") == "":
            return _decoded([Message(protocol=NAME, type=HEART_BEAT)])
        if not rest and not _OPENS.match(text.lstrip("\r\n")):
            return None
        messages, left = frames(rest + text)
        if 0 < len(left) <= MAX_LINE:
            self._rest[item.dir] = left
        return _decoded(messages)

    def lost(self, reason: str) -> None:
        """Messages are missing: a frame that is not whole never will be."""
        self._rest.clear()


class Stomp(Protocol):
    """By subprotocol, or by a frame."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A command, its headers and the blank line; a command alone would be a word."""
        if _SUBPROTOCOL.fullmatch(facts.subprotocol):
            return 95
        if facts.channel != "socket" or item.value is not UNSET:
            return 0
        text = (_text(item) or "").lstrip("\r\n")
        head = _HEAD.match(text) if text[:1].isupper() else None
        return 85 if head and (head[2] or head[1] in ("CONNECT", "STOMP", "DISCONNECT")) else 0

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return StompSession()


def frames(text: str) -> tuple[list[Message], str]:
    """The frames that are whole, and the rest."""
    found: list[Message] = []
    while len(found) < _MAX_FRAMES:
        text = text.lstrip("\r\n")
        head = _HEAD.match(text)
        if head is None:
            break
        headers = _headers(head[2], head[1])
        cut = _body(text, head.end(), headers)
        if cut is None:
            break
        body, end = cut
        inner = nested(body)
        value = {"headers": headers, "body": (body or None) if inner is UNSET else inner}
        found.append(Message(protocol=NAME, type=head[1], value=value))
        text = text[end:]
    return found, text


def _body(text: str, start: int, headers: dict[str, str]) -> tuple[str, int] | None:
    """The body and where the frame ends, None where it does not."""
    told = headers.get("content-length", "")
    if told.isascii() and told.isdigit() and len(told) < 9:
        size = int(told)
        data = text[start : start + size + 1].encode("utf-8", "replace")
        if len(data) > size and data[size : size + 1] == b"\0":
            body = data[:size].decode("utf-8", "replace")
            return body, start + len(body) + 1
    end = text.find("\0", start)
    return (text[start:end], end + 1) if end >= 0 else None


def _headers(lines: str, command: str) -> dict[str, str]:
    """The headers; of repeated ones the first counts. CONNECT and CONNECTED do not escape."""
    found: dict[str, str] = {}
    for line in lines.split("\n", MAX_FIELDS)[:MAX_FIELDS]:
        name, colon, value = line.removesuffix("\r").partition(":")
        if not colon:
            continue
        if command not in ("CONNECT", "CONNECTED") and "\\" in line:
            name, value = (_ESCAPE.sub(lambda one: _ESCAPES[one[0]], part) for part in (name, value))
        found.setdefault(name, value)
    return found


def _text(item: Item) -> str | None:
    """The text of a message, of a binary one too: a frame's NUL makes it look binary."""
    if item.text is not None:
        return item.text
    if item.data is None:
        return None
    return item.data.decode("utf-8", "replace") if item.data.endswith((b"\0", b"\n")) else None


def _decoded(messages: list[Message]) -> Decoded:
    return Decoded(layers=(NAME,), messages=tuple(messages))


PROTOCOL = Stomp()
