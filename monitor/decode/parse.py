"""Text to JSON value, within limits: the only place that parses JSON.

`UNSET` says *not JSON*, since None is a value. Nothing here raises.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

import msgspec
from msgspec import UNSET

from monitor.decode.limits import MAX_CONTAINERS, MAX_DEPTH, MAX_PAYLOAD

__all__ = ["PREFIXES", "UNSET", "json_value", "nested", "too_deep"]

_CONTAINERS = frozenset((dict, list))
_decode = msgspec.json.Decoder().decode
PREFIXES: Final = (")]}'", "for(;;);", "for (;;);", "while(1);", "while (1);")
"""What sites put before a JSON body so that no script element can load it."""
_HALF = re.compile("[\ud800-\udfff]")
_HALF_WRITTEN = re.compile(r"\\u[dD][89a-fA-F]")


def json_value(text: str) -> Any:
    """The value of a JSON text, UNSET where it is none, is too large, has too many parts or nests too deep.

    Prefixes that keep scripts from loading a body (`)]}'`, `for(;;);`) are skipped; half surrogate pairs, which a page
    may well send, become U+FFFD.
    """
    if len(text) > MAX_PAYLOAD or (len(text) > MAX_CONTAINERS and text.count("[") + text.count("{") > MAX_CONTAINERS):
        return UNSET
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        value = _mended(text)
    return UNSET if value is UNSET or too_deep(value, text) else value


def nested(text: str) -> Any:
    """The value of a string that holds a whole JSON object or array, else UNSET."""
    if len(text) > 1 and text[0] in "{[" and text[-1] in "}]":
        return json_value(text)
    return UNSET


def too_deep(value: Any, text: str | None = None) -> bool:
    """Whether a value nests deeper than MAX_DEPTH; its `text` answers in most cases without a walk."""
    if text is not None and text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for node in level:
            inner = node.values() if type(node) is dict else node if type(node) is list else ()
            if not _CONTAINERS.isdisjoint(map(type, inner)):
                below += [one for one in inner if type(one) in _CONTAINERS]
        if not below:
            return False
        level = below
    return True


def _mended(text: str) -> Any:
    """One more try, with what is known to stand in the way taken out."""
    mended = text.lstrip("\ufeff \t\r\n")
    for prefix in PREFIXES:
        if mended.startswith(prefix):
            mended = mended[len(prefix) :]
            break
    mended = mended.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    try:
        if mended != text:
            with suppress(msgspec.DecodeError):
                return _decode(mended)
        return _decode(_whole_pairs(mended)) if _HALF_WRITTEN.search(mended) else UNSET
    except (ValueError, RecursionError):
        return UNSET


def _whole_pairs(text: str) -> str:
    """A JSON text without half surrogate pairs, which json reads and msgspec refuses. Raises ValueError."""
    return _HALF.sub("\ufffd", json.dumps(json.loads(text), ensure_ascii=False, allow_nan=False))
