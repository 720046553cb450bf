"""A Yjs update (format 1): which client wrote what from which clock on, and what is deleted.

The value is {"clients": [{"client", "clock", "length", "structs": […]}], "deleted": [{"client", "ranges": [[clock,
length], …]}]}. A struct has its `kind`, `clock`, and where they are told `parent` (the shared type's name, or the id of
the struct that it is in), `key` and `content`. A whole document looks the same, so what is listed has an end.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from monitor.decode.lib0 import Broken, Cursor

_MAX_STRUCTS = 50_000
_MAX_LISTED = 2_000
_TYPES = ("array", "map", "text", "xml-element", "xml-fragment", "xml-hook", "xml-text")
_HAS_ORIGIN, _HAS_RIGHT, _HAS_KEY = 0x80, 0x40, 0x20


def read_update(data: bytes) -> dict[str, Any]:
    """The value of an update; raises Broken where the bytes are none, or more than is read."""
    cursor = Cursor(data)
    budget = [_MAX_STRUCTS]
    clients = [_client(cursor, budget) for _ in range(cursor.count())]
    deleted = [_deletions(cursor) for _ in range(cursor.count())]
    if not cursor.done:
        raise Broken("bytes are left behind the update")
    return {"clients": clients, "deleted": deleted}


def read_state_vector(data: bytes) -> dict[str, int]:
    """Clocks by client: what a side has seen."""
    cursor = Cursor(data)
    state = {str(cursor.number()): cursor.number() for _ in range(cursor.count())}
    if not cursor.done:
        raise Broken("bytes are left behind the state vector")
    return state


def _client(cursor: Cursor, budget: list[int]) -> dict[str, Any]:
    count, client = cursor.count(), cursor.number()
    start = clock = cursor.number()
    structs: list[dict[str, Any]] = []
    for _ in range(count):
        budget[0] -= 1
        if budget[0] < 0:
            raise Broken("the update is too large to be listed")
        struct, length = _struct(cursor)
        if budget[0] >= _MAX_STRUCTS - _MAX_LISTED:
            structs.append({"kind": struct.pop("kind"), "clock": clock, **struct})
        clock += length
    found = {"client": client, "clock": start, "length": clock - start, "structs": structs}
    if len(structs) < count:
        found["more"] = count - len(structs)
    return found


def _struct(cursor: Cursor) -> tuple[dict[str, Any], int]:
    """One struct, and how many clocks it takes."""
    info = cursor.byte()
    kind = info & 0x1F
    if kind in (0, 10):
        return {"kind": "gc" if kind == 0 else "skip"}, cursor.number()
    struct: dict[str, Any] = {}
    if info & _HAS_ORIGIN:
        struct["after"] = _id(cursor)
    if info & _HAS_RIGHT:
        struct["before"] = _id(cursor)
    if not info & (_HAS_ORIGIN | _HAS_RIGHT):
        struct["parent"] = cursor.text() if _flag(cursor) else _id(cursor)
        if info & _HAS_KEY:
            struct["key"] = cursor.text()
    if kind not in _CONTENTS:
        raise Broken("a struct of no known kind")
    name, read = _CONTENTS[kind]
    content, length = read(cursor)
    return {"kind": name, **struct, **({} if content is None else {"content": content})}, length


def _flag(cursor: Cursor) -> bool:
    flag = cursor.number()
    if flag > 1:
        raise Broken("a flag that is neither 0 nor 1")
    return flag == 1


def _id(cursor: Cursor) -> str:
    return f"{cursor.number()}:{cursor.number()}"


def _deletions(cursor: Cursor) -> dict[str, Any]:
    client = cursor.number()
    return {"client": client, "ranges": [[cursor.number(), cursor.number()] for _ in range(cursor.count())]}


def _texts(cursor: Cursor) -> tuple[Any, int]:
    found = [cursor.text() for _ in range(cursor.count())]
    return found, len(found)


def _values(cursor: Cursor) -> tuple[Any, int]:
    found = [cursor.any() for _ in range(cursor.count())]
    return found, len(found)


def _text(cursor: Cursor) -> tuple[Any, int]:
    text = cursor.text()
    return text, len(text.encode("utf-16-le", "surrogatepass")) // 2


def _binary(cursor: Cursor) -> tuple[Any, int]:
    return {"base64": base64.b64encode(cursor.bytes()).decode("ascii")}, 1


def _type(cursor: Cursor) -> tuple[Any, int]:
    number = cursor.number()
    if number >= len(_TYPES):
        raise Broken("a shared type of no known kind")
    name = {"type": _TYPES[number]}
    return ({**name, "name": cursor.text()} if number in (3, 5) else name), 1


_CONTENTS: dict[int, tuple[str, Callable[[Cursor], tuple[Any, int]]]] = {
    1: ("deleted", lambda cursor: (None, cursor.number())),
    2: ("json", _texts),
    3: ("binary", _binary),
    4: ("string", _text),
    5: ("embed", lambda cursor: (cursor.json(), 1)),
    6: ("format", lambda cursor: ({cursor.text(): cursor.json()}, 1)),
    7: ("type", _type),
    8: ("any", _values),
    9: ("document", lambda cursor: ({"guid": cursor.text(), "options": cursor.any()}, 1)),
}
