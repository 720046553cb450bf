"""Events to rows and back: `from_row(to_row(event)) == event` for every struct of the model.

Frames and chunks, which come by the ten thousand, take a path of their own without JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, get_type_hints

import msgspec

from monitor.errors import CaptureError
from monitor.model import KINDS, Chunk, Event, Frame, Gap

Row = tuple[Any, ...]

_COMMON = frozenset({"seq", "time", "mono", "tab", "target"})
_COLUMNED = ("dir", "connection", "url", "size", "opcode")
_PLACE = {"dir": 7, "connection": 8, "url": 9, "size": 10, "opcode": 11}
_INT64 = 1 << 63
_SURROGATES = re.compile("[\ud800-\udfff]")


class _Shape:
    """Where the fields of one event type go: into columns, into the payload, into the rest."""

    def __init__(self, kind: str, struct: type[Event]) -> None:
        fields = {field.name: field for field in msgspec.structs.fields(struct)}
        hints = get_type_hints(struct, include_extras=True)
        self.kind = kind
        self.struct = struct
        self.channel: str | None = struct.channel
        self.dir: str | None = None if "dir" in fields else getattr(struct, "dir", None)
        self.columns = tuple(name for name in _COLUMNED if name in fields)
        self.places = tuple((name, _PLACE[name]) for name in self.columns)
        self.text = "text" in fields
        self.bytes = "data" in fields
        taken = _COMMON | set(self.columns) | {"text", "data"}
        self.rest = tuple((name, _default(field)) for name, field in fields.items() if name not in taken)
        optional = [(name, hints[name] | msgspec.UnsetType, msgspec.UNSET) for name in fields]
        self.partial = msgspec.defstruct(f"{struct.__name__}Rest", optional, kw_only=True)
        self.decoder = msgspec.json.Decoder(self.partial)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


_SHAPES = {kind: _Shape(kind, struct) for kind, struct in KINDS.items()}
_encode = msgspec.json.Encoder().encode


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_row(event: Event, seq: int = 0) -> Row:
    """The event as a row of `schema.COLUMNS`.

    SQLite cannot hold everything a row may contain (lone surrogates, integers beyond 64 bits): then binding it raises,
    and `safe_row` is what to store.
    """
    if type(event) is Frame and (event.text is None or event.data is None):
        content = event.text if event.data is None else event.data
        return (seq, event.time, event.mono, event.tab, event.target, "frame", "socket", event.dir, event.connection,
                None, event.size, event.opcode, None, content)  # fmt: skip
    if type(event) is Chunk and (event.text is None or event.data is None):
        content = event.text if event.data is None else event.data
        rest = f'{{"offset":{event.offset}}}' if event.offset else None
        return (seq, event.time, event.mono, event.tab, event.target, "chunk", "fetch-stream", "in", event.connection,
                None, event.size, None, rest, content)  # fmt: skip
    return _general_row(event, seq)


def frame_cells(events: Sequence[Event], seq: int) -> list[Any] | None:
    """What `schema.INSERT_FRAMES` binds for these, numbered from `seq`; None if one of them is not a plain frame."""
    cells: list[Any] = []
    for event in events:
        if type(event) is not Frame or (event.text is None) == (event.data is None):
            return None
        content = event.text if event.data is None else event.data
        cells += (seq, event.time, event.mono, event.tab, event.target, event.dir, event.connection, event.size,
                  event.opcode, content)  # fmt: skip
        seq += 1
    return cells


def _general_row(event: Event, seq: int) -> Row:
    shape = _SHAPES[event.kind]
    rest = rest_of(event)
    column = dict.fromkeys(_COLUMNED) | {name: getattr(event, name) for name in shape.columns}
    return (seq, event.time, event.mono, event.tab, event.target, shape.kind, shape.channel, column["dir"] or shape.dir,
            column["connection"], column["url"], column["size"], column["opcode"],
            _encode(rest).decode() if rest else None, _content(event))  # fmt: skip


def _content(event: Event) -> str | bytes | None:
    data: bytes | None = getattr(event, "data", None)
    return data if data is not None else getattr(event, "text", None)


def rest_of(event: Event) -> dict[str, Any]:
    """The fields that have no column and differ from their default."""
    rest = {name: value for name, default in _SHAPES[event.kind].rest if (value := getattr(event, name)) != default}
    if getattr(event, "data", None) is not None and getattr(event, "text", None) is not None:
        rest["text"] = event.text  # type: ignore[attr-defined]
    return rest


def safe_row(event: Event, seq: int = 0) -> Row:
    """A row that SQLite always takes: the whole event in `data`, the columns as near to it as they can be."""
    whole = msgspec.to_builtins(event)
    del whole["kind"]
    shape = _SHAPES[event.kind]
    column = dict.fromkeys(_COLUMNED) | {name: getattr(event, name) for name in shape.columns}
    cells = (seq, event.time if event.time == event.time else 0.0, event.mono, event.tab, event.target, shape.kind,
             shape.channel, column["dir"] or shape.dir, column["connection"], column["url"], column["size"],
             column["opcode"], json.dumps(whole), _content(event))  # fmt: skip
    return tuple(_storable(cell) for cell in cells)


def _storable(cell: Any) -> Any:
    if isinstance(cell, str):
        return plain(cell)
    if isinstance(cell, int):
        return max(-_INT64, min(cell, _INT64 - 1))
    return cell


def plain(text: str) -> str:
    """The text with U+FFFD for each lone surrogate: what the columns show, and what searches compare."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def from_row(row: Row) -> Event:
    """The event of a row of `schema.COLUMNS`; CaptureError where the row makes no sense."""
    if row[12] is None and row[5] == "frame":
        content = row[13]
        text, data = (None, content) if isinstance(content, bytes) else (content, None)
        return Frame(seq=row[0], time=row[1], mono=row[2], tab=row[3], target=row[4], dir=row[7], connection=row[8],
                     size=row[10], opcode=row[11], text=text, data=data)  # fmt: skip
    try:
        return _general_event(row)
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        raise CaptureError(f"event {row[0]} of the capture cannot be read: {error}") from error


def _general_event(row: Row) -> Event:
    shape = _SHAPES.get(row[5])
    common = {"seq": row[0], "time": row[1], "mono": row[2], "tab": row[3], "target": row[4]}
    if shape is None:
        return Gap(**common, reason=f"an event of the unknown kind {row[5]}")
    fields = common | {name: row[place] for name, place in shape.places if row[place] is not None}
    if shape.bytes and isinstance(row[13], bytes):
        fields["data"] = row[13]
    elif shape.text and row[13] is not None:
        fields["text"] = row[13]
    if row[12] is not None:
        fields |= _rest(shape, row[12])
    return shape.struct(**fields)


def _rest(shape: _Shape, text: str) -> dict[str, Any]:
    try:
        partial = shape.decoder.decode(text)
    except msgspec.DecodeError:  # lone surrogates, which only the standard library reads
        partial = msgspec.convert(json.loads(text), shape.partial)
    return {name: value for name, value in msgspec.structs.asdict(partial).items() if value is not msgspec.UNSET}


# ── searching ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_NAMED = frozenset({"headers", "request_headers", "meta", "args"})  # dicts whose keys are content, not our words


def words_in(rest: Any, keys: bool = False) -> Iterator[str]:
    """Every string in the plain form of `rest_of`, and the keys of headers and the like."""
    if isinstance(rest, str):
        yield plain(rest)
    elif isinstance(rest, dict):
        for key, value in rest.items():
            if keys:
                yield plain(key)
            yield from words_in(value, keys or key in _NAMED)
    elif isinstance(rest, list | tuple):
        for value in rest:
            yield from words_in(value, keys)
