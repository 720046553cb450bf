"""Strategies: any event the model can express, with hostile texts, and whole captures of related ones."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from monitor.model import EVENT_TYPES, Block, Event

HOSTILE = st.text(st.characters() | st.sampled_from('\0\x1b\u202e\ud800\udfffé𝄞*"\\kKKſß'), max_size=12)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | HOSTILE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=5,
)


def of(hint: Any) -> st.SearchStrategy[Any]:
    """A strategy for a type annotation of the model."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in SIMPLE:
        return SIMPLE[hint]
    if origin is Literal:
        return st.sampled_from(args)
    if origin in (Union, types.UnionType):
        return st.one_of([of(arg) for arg in args])
    if origin is dict:
        return JSON.map(lambda v: {"v": v}) if args[1] is Any else st.dictionaries(of(args[0]), of(args[1]), max_size=3)
    if origin is tuple:
        return st.lists(of(args[0]), max_size=3).map(tuple)
    return struct(hint)


def struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Any instance of a struct; fields with defaults may be left out."""
    hints = get_type_hints(kind)
    fields = {field.name: of(hints[field.name]) for field in msgspec.structs.fields(kind) if field.name != "seq"}
    required = {field.name: fields[field.name] for field in msgspec.structs.fields(kind) if field.required}
    optional = {name: strategy for name, strategy in fields.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda values: kind(**values))


SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: HOSTILE,
    int: st.integers(),
    float: FINITE,
    bool: st.booleans(),
    bytes: st.binary(max_size=12),
    type(None): st.none(),
}
SIMPLE[Block] = struct(Block)

ANY_EVENT: st.SearchStrategy[Event] = st.one_of([struct(kind) for kind in EVENT_TYPES])

# Events that have to do with each other: few tabs, few connections, telling texts.
_FEW = {
    "tab": st.sampled_from([None, "A", "B"]),
    "connection": st.sampled_from(["w1", "w2", "r1"]),
    "url": st.sampled_from(["wss://ws.chatgpt.com/celsius/WS", "https://é.example/api/x?y=1", "https://x/*"]),
    "text": st.sampled_from(["hello World", "hé\u212ao", '{"type":"turn","n":5}', "", "a*b", "x\0y", "\ud800z"]),
    "size": st.integers(0, 3000),
    "time": st.floats(0, 200_000),
    "status": st.sampled_from([200, 404, 500]),
}


def related(kind: type[Event]) -> st.SearchStrategy[Event]:
    """An event of this kind whose fields often equal those of others."""
    hints = get_type_hints(kind)
    chosen: dict[str, st.SearchStrategy[Any]] = {}
    for field in msgspec.structs.fields(kind):
        if field.name in _FEW:
            chosen[field.name] = _FEW[field.name]
        elif field.required:
            chosen[field.name] = of(hints[field.name])
    return st.fixed_dictionaries(chosen).map(lambda values: kind(**values))


RELATED = st.lists(st.one_of([related(kind) for kind in EVENT_TYPES] + [ANY_EVENT]), max_size=25)
