"""A shape as a list of fields: what a person reads of a type, parents before what is in them.

Items of a list stand under `[]`, or `[0]`, `[1]` where the places differ; what a map holds under the kind of its keys,
`{uuid}`. Kinds of objects that a tag tells apart stand as `[type=text]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.formats.model import Field
from monitor.formats.schema import as_map, is_tuple, kinds_of, number_format, values_of, variants_of
from monitor.formats.shape import Objects, Shape

MAX_FIELDS = 400


def fields_of(shape: Shape) -> tuple[Field, ...]:
    """The fields of a message; a message that is no object or list is one field without a name."""
    found: list[Field] = []
    if shape.count and (not (shape.objects or shape.lists or shape.variants) or len(kinds_of(shape)) > 1):
        found.append(_field(shape, "", "", 0, shape.count))
    for field in _below(shape, "", 0):
        found.append(field)
        if len(found) >= MAX_FIELDS:
            break
    return tuple(found)


def _below(shape: Shape, path: str, depth: int) -> Iterator[Field]:
    """The fields within the objects and lists of a place."""
    if shape.opaque or depth > 24:
        return
    if shape.objects is not None or shape.variants:
        kinds = variants_of(shape)
        for tag, objects in kinds:
            yield from _in_object(objects, path if tag is None else f"{path}[{shape.tag}={tag}]", depth)
    if shape.lists is not None:
        yield from _in_list(shape, path, depth)


def _in_object(objects: Objects, path: str, depth: int) -> Iterator[Field]:
    names, kind, rest = as_map(objects)
    for name, shape in names.items():
        inner = _join(path, name)
        yield _field(shape, inner, name, depth, objects.count)
        yield from _below(shape, inner, depth + 1)
    if rest is not None:
        name = f"{{{kind}}}"
        inner = _join(path, name)
        yield _field(rest, inner, name, depth, rest.count)
        yield from _below(rest, inner, depth + 1)


def _in_list(shape: Shape, path: str, depth: int) -> Iterator[Field]:
    lists = shape.lists
    assert lists is not None
    if is_tuple(lists):
        for index, place in enumerate(lists.places or ()):
            name = f"[{index}]"
            yield _field(place, path + name, name, depth, lists.count)
            yield from _below(place, path + name, depth + 1)
        return
    items = lists.all_items()
    if not items.count:
        return
    if kinds_of(items) != ("object",):
        yield _field(items, f"{path}[]", "[]", depth, items.count)
    yield from _below(items, f"{path}[]", depth)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _field(shape: Shape, path: str, name: str, depth: int, of: int) -> Field:
    numbers, texts = shape.numbers, shape.texts
    values: tuple[Any, ...] = values_of(texts) if texts is not None else ()
    name_of_format = texts.format if texts is not None else number_format(numbers) if numbers is not None else None
    if name_of_format is not None and values:
        name_of_format = None
    return Field(
        path=path,
        name=name,
        depth=depth,
        types=kinds_of(shape) if not shape.opaque else (),
        presence=min(1.0, shape.count / of) if of else 0.0,
        count=shape.count,
        format=name_of_format,
        values=values,
        minimum=float(numbers.low) if numbers and abs(numbers.low) < 1e300 else None,
        maximum=float(numbers.high) if numbers and abs(numbers.high) < 1e300 else None,
        example=_example(shape),
    )


def _example(shape: Shape) -> Any:
    """A value as it was: the most frequent string, or a number."""
    texts = shape.texts
    if texts is not None:
        if texts.values:
            return max(texts.values, key=lambda value: (texts.values or {})[value])
        return texts.first if texts.first is not None else ""
    if shape.numbers is not None:
        return shape.numbers.high
    return shape.trues >= shape.falses if shape.trues or shape.falses else None


def scalars(shape: Shape, path: str = "", depth: int = 0) -> Iterator[tuple[str, Shape]]:
    """Every place that holds strings, with its path: where links between messages are looked for."""
    if shape.opaque or depth > 12:
        return
    if shape.texts is not None:
        yield path, shape
    if shape.objects is not None or shape.variants:
        for tag, objects in variants_of(shape):
            start = path if tag is None else f"{path}[{shape.tag}={tag}]"
            names, kind, rest = as_map(objects)
            for name, inner in names.items():
                yield from scalars(inner, _join(start, name), depth + 1)
            if rest is not None:
                yield from scalars(rest, _join(start, f"{{{kind}}}"), depth + 1)
    if shape.lists is not None:
        yield from scalars(shape.lists.all_items(), f"{path}[]", depth + 1)
