"""JSON Patch (RFC 6902) as a message: a list of `{"op", "path", "value"}`.

The type is the operation where all are the same, else `patch`; a server-sent event's own name comes first.
"""

from __future__ import annotations

from typing import Any

from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "json-patch"
_NEEDS = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from", "remove": "op"}
_MIME = "application/json-patch+json"


class JsonPatch(Stateless):
    """By what every operation must have."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A list of operations and nothing else; its own type makes it surer."""
        if not is_patch(item.value):
            return 0
        return 90 if facts.mime.startswith(_MIME) else 70

    def read(self, item: Item) -> Decoded | None:
        """Read one patch."""
        if not is_patch(item.value):
            return None
        ops = {one["op"] for one in item.value}
        kind = ops.pop() if len(ops) == 1 else "patch"
        name = item.name if item.name and item.name != "message" else kind
        message = Message(protocol=NAME, type=name, value=item.value)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))


def is_patch(value: Any) -> bool:
    """Whether a value is a list of operations of RFC 6902, at least one."""
    return type(value) is list and bool(value) and all(_is_operation(one) for one in value)


def _is_operation(value: Any) -> bool:
    if type(value) is not dict or not value.keys() <= {"op", "path", "value", "from"}:
        return False
    op, path = value.get("op"), value.get("path")
    known = type(op) is str and op in _NEEDS and _NEEDS[op] in value
    return known and type(path) is str and (path == "" or path.startswith("/"))


PROTOCOL = JsonPatch()
