"""Every string that a payload carries, whatever its format: what page contents are searched for in.

Values, not keys. Whatever holds strings is opened: JSON, JSON inside strings, server-sent events, NDJSON, forms, HTML,
base64, gzip, zlib and zstd, MessagePack, CBOR; other binary gives its printable runs. A string that was opened is given
itself too while it is short, since a page may well show it as it is. Bounded in leaves, characters and depth; nothing
raises.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

from monitor.decode import binary, markup
from monitor.decode.cbor import likely_cbor
from monitor.decode.compression import inflate
from monitor.decode.forms import MULTIPART, URLENCODED, pairs
from monitor.decode.limits import MAX_PAYLOAD
from monitor.decode.parse import PREFIXES, UNSET, json_value, nested
from monitor.decode.peel import msgpack_value, utf8
from monitor.decode.sse import MIME, SseReader, looks_like_sse
from monitor.model import Event, payload

MAX_LEAVES = 20_000
MAX_CHARS = 2_000_000
_DEPTH = 8
_SHORT = 4096
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_FRAMED = re.compile(r"[a-zA-Z]?\d{0,10}(?:/[\w/-]{1,100},)?\d{0,10}(?=[\[{\"])")
"""What Engine.IO, Socket.IO, SockJS and their like put before their JSON."""
_CUT = re.compile(r'[{,]\s{0,8}"[^"\\]{1,200}"\s{0,8}:|"\s{0,8},\s{0,8}"')
_LITERAL = re.compile(r'(?:(?<=[:,\[{])|(?<=[:,\[{]\s))"(?:[^"\\]|\\.)*+"(?!\s*:)')
"""A string value of JSON, and not a key."""
_HEAD = re.compile(r'([^"{}\[\]\\]+)"\s{0,8}[,}\]]')
_TAIL = re.compile(r'[:,\[{]\s?"([^"\\]+)\Z')


def leaves(payload: str | bytes, mime: str | None = None) -> list[str]:
    """All strings in a payload, in order, at most MAX_LEAVES of MAX_CHARS characters together.

    mime: what the payload was said to be, with or without parameters; its look decides where this is None or too vague.
    """
    haystack = _Haystack()
    haystack.add(payload, (mime or "").strip().lower(), 0)
    return haystack.found


def text_of(event: Event) -> str | None:
    """The strings of an event's payload a line each, None where it has no payload."""
    content = payload(event)
    return None if content is None else "\n".join(leaves(content, getattr(event, "mime", None)))


class _Haystack:
    """What was found so far, and how much more may be."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._room = MAX_CHARS

    @property
    def _full(self) -> bool:
        return self._room <= 0 or len(self.found) >= MAX_LEAVES

    def add(self, content: str | bytes, mime: str, depth: int) -> None:
        """Open a payload."""
        if self._full or not content:
            return
        if isinstance(content, str):
            self._text(content[:MAX_PAYLOAD], mime, depth)
        else:
            self._bytes(content[:MAX_PAYLOAD], mime, depth)

    def _leaf(self, text: str) -> None:
        if text and not self._full:
            text = text[: self._room]
            self._room -= len(text)
            self.found.append(text)

    # ── text ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _text(self, text: str, mime: str, depth: int) -> None:
        value = _json(text)
        if value is not UNSET:
            self._walk(value, depth)
        elif mime.startswith(MIME) or looks_like_sse(text):
            self._events(text, depth)
        elif fields := pairs(text, mime if mime.startswith((URLENCODED, MULTIPART)) else ""):
            for _, one in fields:
                self._string(one, depth + 1)
        elif "html" in mime or "xml" in mime or markup.looks_like_html(text):
            self._html(text, depth)
        elif not self._lines(text, depth) and not self._fragment(text, depth):
            self._leaf(text)

    def _events(self, text: str, depth: int) -> None:
        reader = SseReader()
        for event in (*reader.feed(text), *reader.finish()):
            if self._full:
                return
            self._string(event.data, depth + 1)

    def _html(self, text: str, depth: int) -> None:
        for one in markup.texts(text):
            if self._full:
                return
            self._leaf(one)
        for script in markup.scripts(text):
            value = _json(script)
            if value is not UNSET:
                self._walk(value, depth + 1)

    def _lines(self, text: str, depth: int) -> bool:
        """JSON a line or a record, with lengths or other lines between; whether there was any."""
        if "{" not in text and "[" not in text:
            return False
        rows = [row for part in text.split("\x1e") for row in part.split("\n")]
        values = [_json(row) for row in rows[:MAX_LEAVES]]
        if len(rows) == 1 or all(value is UNSET for value in values):
            return False
        for row, value in zip(rows, values, strict=False):
            if value is not UNSET:
                self._walk(value, depth)
            else:
                self._leaf(row.strip())
        return True

    def _fragment(self, text: str, depth: int) -> bool:
        """The strings of JSON that was cut, the cut ones too; whether it was such and nothing of it is left out."""
        if not _CUT.search(text):
            return False
        head, tail = _HEAD.match(text), _TAIL.search(text)
        if head:
            self._leaf(head[1])
        for match in _LITERAL.finditer(text):
            if self._full:
                break
            value = json_value(match[0])
            if isinstance(value, str):
                self._string(value, depth + 1)
        if tail:
            self._leaf(tail[1])
        return len(text) > _SHORT or text.lstrip()[:1] in ("{", "[")

    # ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _walk(self, value: Any, depth: int) -> None:
        """The leaves of a JSON value, in order, without recursion."""
        stack = [value]
        while stack and not self._full:
            node = stack.pop()
            if isinstance(node, str):
                self._string(node, depth + 1)
            elif isinstance(node, dict):
                stack += _telling(reversed(node.values()))
            elif isinstance(node, list):
                stack += _telling(reversed(node))
            elif isinstance(node, (int, float)) and not isinstance(node, bool):
                self._leaf(_number(node))
            elif isinstance(node, bytes):
                self.add(node, "", depth + 1)

    def _string(self, text: str, depth: int) -> None:
        """A string, and what is packed in it."""
        size = len(self.found)
        if depth < _DEPTH and len(text) <= _SHORT:
            self._leaf(text)
            size += 1
        if depth < _DEPTH and len(text) > 3:
            self._unpack(text, depth)
        if depth >= _DEPTH or (len(text) > _SHORT and len(self.found) == size):
            self._leaf(text)

    def _unpack(self, text: str, depth: int) -> None:
        value = _json(text)
        if value is not UNSET:
            self._walk(value, depth)
        elif looks_like_sse(text) and "\n" in text:
            self._events(text, depth)
        elif markup.looks_like_html(text):
            self._html(text, depth)
        elif len(text) >= 16 and _BASE64.fullmatch(text):
            inner = _from_base64(text)
            if inner:
                self.add(inner, "", depth + 1)

    # ── bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _bytes(self, data: bytes, mime: str, depth: int) -> None:
        if depth >= _DEPTH:
            return
        inflated = inflate(data)
        if inflated is not None:
            self.add(inflated[1], mime, depth + 1)
            return
        text = utf8(data)
        if text is not None:
            self._text(text, mime, depth)
            return
        value = msgpack_value(data)
        if value is UNSET:
            value = likely_cbor(data)
        if value is not UNSET:
            self._walk(value, depth)
            return
        for run in binary.texts(data, MAX_LEAVES):
            if self._full:
                return
            self._string(run, depth + 1)


def _json(text: str) -> Any:
    """The JSON container a text is, also behind the prefixes that carriers put there; else UNSET."""
    body = text.strip("\ufeff \t\r\n\0\x1e")
    if body[-1:] not in ("}", "]", '"'):
        return UNSET
    if body[0] in "{[":
        return nested(body)
    if body.startswith(PREFIXES):
        return json_value(body)
    framed = _FRAMED.match(body)
    if framed and (framed.end() or body[0] == '"'):
        value = json_value(body[framed.end() :])
        if isinstance(value, (dict, list)) or (isinstance(value, str) and nested(value.strip()) is not UNSET):
            return value
    return UNSET


def _telling(values: Iterable[Any]) -> list[Any]:
    """The values that may hold a text: there can be millions of nulls in one payload."""
    return [one for one in values if one is not None and one is not False and one is not True]


def _number(value: int | float) -> str:
    try:
        return str(value)
    except ValueError:  # more digits than Python prints
        return ""


def _from_base64(text: str) -> bytes | None:
    """The bytes of base64 that hold text, perhaps compressed; None where they hold something else."""
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    if inflate(data) is not None:
        return data
    written = utf8(data)
    return data if written and all(ch.isprintable() or ch in "\t\r\n" for ch in written[:4096]) else None
