"""Changing a JSON tree at a JSON Pointer: the operations of delta streams.

A container that is missing on the way is made, since a stream may have been joined in its middle. What does not fit is
an `Unfit`, and leaves the tree as it was (of a patch, what came before it is done). Values are copied in, so that what
was sent and what is built never share.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from monitor.decode.limits import MAX_DEPTH, MAX_TEXT

_MAX_STEPS = 32
_MAX_ITEMS = 100_000


class Unfit(ValueError):
    """An operation that the tree does not allow, in words."""


def change(tree: Any, path: str, operation: Any, value: Any) -> Any:
    """The tree after one operation; changed in place where it can be."""
    if operation == "patch":
        return _patch(tree, path, value)
    if not isinstance(operation, str) or operation not in _OPERATIONS:
        raise Unfit(f"operation {str(operation)[:40]!r} is not known")
    steps = _steps(path)
    if not steps:
        holder = {"": tree} if tree is not None else {}
        _OPERATIONS[operation](holder, "", value)
        return holder.get("")
    root = tree if isinstance(tree, (dict, list)) else {}
    node = _walk(root, steps)
    _OPERATIONS[operation](node, _key(node, steps[-1], operation), value)
    return root


def copied(value: Any, depth: int = 0) -> Any:
    """A copy that shares no container."""
    if depth > MAX_DEPTH:
        raise Unfit("the value nests too deep")
    if isinstance(value, dict):
        return {key: copied(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [copied(one, depth + 1) for one in value]
    return value


def _patch(tree: Any, path: str, value: Any) -> Any:
    if not isinstance(value, list):
        raise Unfit("a patch without a list of changes")
    for one in value[:_MAX_ITEMS]:
        if not isinstance(one, dict) or one.get("o") == "patch":
            raise Unfit("a patch holds something other than changes")
        below = one.get("p", "")
        if not isinstance(below, str):
            raise Unfit("a change without a path")
        tree = change(tree, path + below, one.get("o", "add"), one.get("v"))
    return tree


def _steps(path: str) -> list[str]:
    if not path:
        return []
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.removeprefix("/").split("/", _MAX_STEPS)]
    if len(steps) > _MAX_STEPS:
        raise Unfit("the path is too long")
    return steps


def _walk(node: Any, steps: list[str]) -> Any:
    """The container that the last step points into, made on the way where it is missing."""
    for step, following in pairwise(steps):
        key = _key(node, step, "add")
        below = node.get(key) if isinstance(node, dict) else node[key] if key < len(node) else None
        if below is None:
            below = [] if following.isdigit() else {}
            _set(node, key, below)
        if not isinstance(below, (dict, list)):
            raise Unfit(f"the path goes through {step[:40]!r}, which holds no others")
        node = below
    return node


def _key(node: Any, step: str, operation: str) -> Any:
    """A step as the key of a dict or the index of a list."""
    if isinstance(node, dict):
        return step
    if step == "-":
        return len(node)
    if not (step.isascii() and step.isdigit()) or len(step) > 6 or int(step) > len(node):
        raise Unfit(f"there is no place {step[:40]!r}")
    return int(step)


def _set(node: Any, key: Any, value: Any) -> None:
    if isinstance(node, list) and key >= len(node):
        if len(node) >= _MAX_ITEMS:
            raise Unfit("the list is too long")
        node.append(value)
    else:
        node[key] = value


def _get(node: Any, key: Any) -> Any:
    return node.get(key) if isinstance(node, dict) else node[key] if key < len(node) else None


def _add(node: Any, key: Any, value: Any) -> None:
    if isinstance(node, list) and key < len(node):
        if len(node) >= _MAX_ITEMS:
            raise Unfit("the list is too long")
        node.insert(key, copied(value))
    else:
        _set(node, key, copied(value))


def _replace(node: Any, key: Any, value: Any) -> None:
    _set(node, key, copied(value))


def _remove(node: Any, key: Any, value: Any) -> None:
    if isinstance(node, dict):
        node.pop(key, None)
    elif key < len(node):
        del node[key]


def _append(node: Any, key: Any, value: Any) -> None:
    old = _get(node, key)
    if old is None or isinstance(old, str):
        if isinstance(value, str):
            if len(old or "") + len(value) > MAX_TEXT:
                raise Unfit("the text has grown too long")
            _set(node, key, (old or "") + value)
        elif old is None:
            _set(node, key, copied(value))
        else:
            raise Unfit("something other than text cannot be appended to text")
    elif isinstance(old, list):
        new = copied(value) if isinstance(value, list) else [copied(value)]
        if len(old) + len(new) > _MAX_ITEMS:
            raise Unfit("the list is too long")
        old.extend(new)
    elif isinstance(old, dict) and isinstance(value, dict):
        old.update(copied(value))
    else:
        raise Unfit("nothing can be appended there")


def _truncate(node: Any, key: Any, value: Any) -> None:
    old = _get(node, key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0 or not isinstance(old, (str, list)):
        raise Unfit("nothing to truncate there")
    _set(node, key, old[:value])


_OPERATIONS: dict[str, Callable[[Any, Any, Any], None]] = {
    "add": _add,
    "replace": _replace,
    "remove": _remove,
    "append": _append,
    "truncate": _truncate,
}
