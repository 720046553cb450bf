"""Request bodies of HTML forms: `application/x-www-form-urlencoded` and the text parts of `multipart/form-data`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from monitor.decode.parse import UNSET, nested
from monitor.decode.protocol import Item
from monitor.model import Decoded, Message

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_MAX_FIELDS = 10_000
_PAIRS = re.compile(r"[\w.\[\]%*+~-]{1,200}=[^\s&<>{}\"]*(?:&[\w.\[\]%*+~-]{1,200}=[^\s&<>{}\"]*)+")
_NAME = re.compile(r'name="([^"\r\n]*)"')


def pairs(text: str, mime: str = "") -> list[tuple[str, str]]:
    """The names and values of a form body; empty where the text is none. A file's content is left out."""
    if mime.startswith(MULTIPART) or (not mime and text.startswith("--") and "form-data" in text[:1000]):
        return _parts(text)
    if mime.startswith(URLENCODED) or (not mime and _PAIRS.fullmatch(text)):
        try:
            return parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="replace")
        except ValueError:
            return []
    return []


def read(item: Item, mime: str) -> Decoded | None:
    """A form body as one message: an object of its fields, JSON in them unpacked, repeated ones as a list."""
    fields = pairs(item.text, mime) if item.text else []
    if not fields:
        return None
    found: dict[str, list[Any]] = {}
    for name, text in fields:
        inner = nested(text)
        found.setdefault(name, []).append(text if inner is UNSET else inner)
    value = {name: values if len(values) > 1 else values[0] for name, values in found.items()}
    return Decoded(layers=item.layers + ("form",), messages=(Message(protocol="form", value=value),))


def _parts(text: str) -> list[tuple[str, str]]:
    boundary = text.split("\n", 1)[0].rstrip("\r")
    if not boundary.startswith("--") or not 2 < len(boundary) <= 74:
        return []
    found = []
    for part in text.split(boundary, _MAX_FIELDS)[1:]:
        head, gap, body = part.replace("\r\n", "\n").partition("\n\n")
        name = _NAME.search(head)
        if gap and name and "filename" not in head:
            found.append((name[1], body.removesuffix("\n")))
    return found
