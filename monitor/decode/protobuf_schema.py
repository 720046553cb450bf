"""Protobuf with a schema that the user gave: a FileDescriptorSet, and the message type that fits a payload best.

A payload fits a type when every field on the wire is one of the type's, of a wire type that it may have; among those
that fit, the type wins whose fields are used most. The schema is the process's: `use` sets it before anything is read.
Values are the JSON form of protobuf with the names of the .proto file.

The runtime is Google's own `protobuf`, an extra (`pip install 'syncmon[proto]'`): it parses in bounded depth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.decode.protobuf import BYTES, FIXED32, FIXED64, VARINT, Field, fields
from monitor.errors import UsageError

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor, FieldDescriptor

_WIRES = {1: FIXED64, 2: FIXED32, 6: FIXED64, 7: FIXED32, 9: BYTES, 11: BYTES, 12: BYTES, 15: FIXED32, 16: FIXED64}
_MAX_TYPES = 2_000
_MAX_DEPTH = 8
MISSING = "a schema needs the package protobuf: pip install 'syncmon[proto]'"


class Fit(msgspec.Struct, frozen=True):
    """A payload as one message type. also: the names of types that fit as well."""

    type: str
    value: Any
    also: tuple[str, ...] = ()


class Schema:
    """The message types of a FileDescriptorSet.

    message: the only type to read payloads as, with or without its package. Raises UsageError where the set is none, or
    has no such type.
    """

    def __init__(self, packed: bytes, message: str | None = None) -> None:
        self._types = {one.full_name: one for one in _messages(_pool(packed))}
        self._methods = dict(_methods(packed))
        self.message = self._named(message) if message else None

    def _named(self, name: str) -> str:
        found = [one for one in self._types if one == name or one.endswith(f".{name}")]
        if len(found) != 1:
            known = ", ".join(sorted(found or self._types)[:12]) or "none"
            raise UsageError(f"the schema has {len(found) or 'no'} messages named {name}: name one of {known}")
        return found[0]

    def method(self, path: str) -> tuple[str, str] | None:
        """The message types that a method takes and gives, by its path such as `chat.v1.Notes/List`."""
        return self._methods.get(path)

    def read(self, data: bytes, kind: str | None = None) -> Fit | None:
        """A payload as the type named, as the schema's only one, or as the one that fits best; None where none fits."""
        found = fields(data)
        if found is None or (not found and kind is None):
            return None
        if kind in self._types or self.message:
            chosen = self._types[kind or self.message or ""] if kind in self._types else self._types[self.message or ""]
            fits = [(chosen, 1)] if kind in self._types or _weight(chosen, found, 0) is not None else []
        else:
            weighed = ((one, _weight(one, found, 0)) for one in self._types.values())
            fits = [(one, weight) for one, weight in weighed if weight is not None]
        most = max((weight for _, weight in fits), default=0)
        best = [one for one, weight in fits if weight == most]
        for one in best:
            value = _value(one, data)
            if value is not None:
                return Fit(one.full_name, value, tuple(other.full_name for other in best if other is not one)[:5])
        return None


_current: Schema | None = None


def use(schema: Schema | None) -> None:
    """Read protobuf with this schema from now on."""
    global _current
    _current = schema


def current() -> Schema | None:
    """The schema in use."""
    return _current


def _weight(kind: Descriptor, found: tuple[Field, ...], depth: int) -> int | None:
    """How many fields, inner ones too, are ones of the type; None where one on the wire is not."""
    weight = 0
    for field in found:
        known = kind.fields_by_number.get(field.number)
        if known is None or not _may_be(known, field.wire):
            return None
        weight += 1
        if known.message_type is not None and depth < _MAX_DEPTH and isinstance(field.value, bytes):
            inner = fields(field.value)
            below = None if inner is None else _weight(known.message_type, inner, depth + 1)
            if below is None:
                return None
            weight += below
        elif known.type == 9 and isinstance(field.value, bytes) and not _is_text(field.value):
            return None
    return weight


def _may_be(known: FieldDescriptor, wire: int) -> bool:
    """Whether a field of this type may stand on the wire like that; repeated numbers may be packed."""
    own = _WIRES.get(known.type, VARINT)
    return wire == own or (wire == BYTES and own != BYTES and known.is_repeated)


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _value(kind: Descriptor, data: bytes) -> dict[str, Any] | None:
    """The payload in JSON form, None where the runtime refuses it."""
    from google.protobuf import json_format, message, message_factory

    one = message_factory.GetMessageClass(kind)()
    try:
        one.ParseFromString(data)
        return json_format.MessageToDict(one, preserving_proto_field_name=True)
    except (message.DecodeError, json_format.Error, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return None


def _files(packed: bytes) -> Any:
    try:
        from google.protobuf import descriptor_pb2, message
    except ImportError as error:
        raise UsageError(MISSING) from error
    try:
        found = descriptor_pb2.FileDescriptorSet.FromString(packed)
    except message.DecodeError as error:
        raise UsageError("no FileDescriptorSet: make one with protoc --include_imports -o FILE") from error
    if not found.file:
        raise UsageError("a FileDescriptorSet without a file: make one with protoc --include_imports -o FILE")
    return found.file


def _pool(packed: bytes) -> list[Any]:
    """The files of the set as descriptors, what each imports before it."""
    from google.protobuf import descriptor_pool

    files, pool = {file.name: file for file in _files(packed)}, descriptor_pool.DescriptorPool()
    added: set[str] = set()

    def add(name: str) -> None:
        if name in added or name not in files:
            return
        added.add(name)
        for needed in files[name].dependency:
            add(needed)
        pool.Add(files[name])

    try:
        for name in files:
            add(name)
        return [pool.FindFileByName(name) for name in files]
    except (TypeError, KeyError, RecursionError) as error:
        reason = str(error)[:200].strip("'\"")
        raise UsageError(f"the FileDescriptorSet is not whole: {reason} (protoc --include_imports)") from error


def _messages(files: list[Any]) -> Iterator[Descriptor]:
    level = [one for file in files for one in file.message_types_by_name.values()]
    count = 0
    while level and count < _MAX_TYPES:
        for one in level:
            count += 1
            if not one.GetOptions().map_entry and not one.full_name.startswith("google.protobuf."):
                yield one
        level = [inner for one in level for inner in one.nested_types]


def _methods(packed: bytes) -> Iterator[tuple[str, tuple[str, str]]]:
    for file in _files(packed):
        package = f"{file.package}." if file.package else ""
        for service in file.service:
            for method in service.method:
                kinds = method.input_type.lstrip("."), method.output_type.lstrip(".")
                yield f"{package}{service.name}/{method.name}", kinds
