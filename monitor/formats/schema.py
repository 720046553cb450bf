"""A shape as JSON Schema 2020-12: every value that made the shape is valid by it.

`format` holds the standard formats, and other names where none is standard (`unix-time-ms`, `token`): a validator takes
those for notes. Required is what every object had; a constant or an enumeration is told only where values repeated.
"""

from __future__ import annotations

from typing import Any

from monitor.formats.looks import IDS, KEY_PATTERNS, formats_of
from monitor.formats.scalars import Numbers, Texts
from monitor.formats.shape import Lists, Objects, Shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_ENUM = 12
_MEDIA = {"json": "application/json", "event-stream": "text/event-stream", "html": "text/html"}
_TIMES = {"unix-time": 1.0, "unix-time-ms": 1e3, "unix-time-us": 1e6}
_NEVER_LISTED = ("unix-time", "unix-time-ms", "unix-time-us", "date-time", "email")
_SPAN = (1.26e9, 2.2e9)  # 2009 to 2039, seconds since the epoch


def schema_of(shape: Shape) -> dict[str, Any]:
    """The schema of a whole message."""
    return {"$schema": DIALECT, **_schema(shape)}


def _schema(shape: Shape) -> dict[str, Any]:
    if shape.opaque or not shape.count:
        return {}
    parts = list(_parts(shape))
    if not shape.nulls:
        return parts[0] if len(parts) == 1 else _any(parts)
    if not parts:
        return {"type": "null"}
    if len(parts) == 1 and type(parts[0].get("type")) is str:
        return _nullable(parts[0])
    return _any([*parts, {"type": "null"}])


def _nullable(part: dict[str, Any]) -> dict[str, Any]:
    made = {**part, "type": [part["type"], "null"]}
    if "const" in made:
        made["enum"] = [made.pop("const")]
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    return made


def _any(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One of several; types that nothing more is said of are a list of types."""
    flat = [one for part in parts for one in part.get("anyOf", [part])]
    if all(set(part) == {"type"} for part in flat):
        return {"type": [part["type"] for part in flat]}
    return {"anyOf": flat}


def _parts(shape: Shape) -> list[dict[str, Any]]:
    """The schemas by JSON type, without that of null."""
    found: list[dict[str, Any]] = []
    if shape.trues or shape.falses:
        found.append({"type": "boolean"})
    if shape.numbers is not None:
        found.append(_number(shape.numbers))
    if shape.texts is not None:
        found.append(_text(shape.texts))
    if shape.lists is not None:
        found.append(_list(shape.lists))
    if shape.objects is not None or shape.variants:
        found.append(_objects(shape))
    return found


# ── scalars ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def number_format(numbers: Numbers) -> str | None:
    """What unit of time the numbers are, where they are moments."""
    for name, unit in _TIMES.items():
        if _SPAN[0] * unit <= numbers.low and numbers.high <= _SPAN[1] * unit:
            return name
    return None


def _number(numbers: Numbers) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "number" if numbers.fractions else "integer"}
    if (name := number_format(numbers)) is not None:
        return {**made, "format": name}
    if numbers.low == numbers.high and numbers.whole + numbers.fractions >= 5:
        return {**made, "const": numbers.low}
    return {**made, "minimum": numbers.low, "maximum": numbers.high}


def values_of(texts: Texts) -> tuple[str, ...]:
    """The strings of a place, the most frequent first, where they are few and repeat; else none."""
    values = texts.values
    if not values or len(values) > MAX_ENUM or texts.count < max(3, 2 * len(values)):
        return ()
    if texts.format in _NEVER_LISTED or any(not IDS.isdisjoint(formats_of(value)) for value in values):
        return ()
    return tuple(sorted(values, key=lambda value: (-values[value], value)))


def _text(texts: Texts) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "string"}
    values, name = values_of(texts), texts.format
    if values:
        return {**made, "const": values[0]} if len(values) == 1 else {**made, "enum": list(values)}
    if name is None or texts.empty:
        return made
    if name in _MEDIA:
        return {**made, "contentMediaType": _MEDIA[name]}
    return {**made, "contentEncoding": "base64"} if name == "base64" else {**made, "format": name}


# ── containers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_tuple(lists: Lists) -> bool:
    """Whether the places of the lists differ: `["event", {…}]`."""
    if not lists.places or lists.longest < 2 or lists.count < 2 or lists.items.count or lists.shortest < 1:
        return False
    kinds = [kinds_of(shape) for shape in lists.places]
    return len(set(kinds)) > 1 and all(len(kind) == 1 or kind[-1:] == ("null",) for kind in kinds)


def kinds_of(shape: Shape) -> tuple[str, ...]:
    """The JSON types of the values, the most frequent first, null last."""
    numbers, texts = shape.numbers, shape.texts
    counts = {
        "object": sum(one.count for one in shape.variants.values()) + (shape.objects.count if shape.objects else 0),
        "array": shape.lists.count if shape.lists else 0,
        "string": texts.count if texts else 0,
        "number" if numbers and numbers.fractions else "integer": numbers.whole + numbers.fractions if numbers else 0,
        "boolean": shape.trues + shape.falses,
    }
    found = sorted((kind for kind, count in counts.items() if count), key=lambda kind: -counts[kind])
    return (*found, *(["null"] if shape.nulls else []))


def _list(lists: Lists) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "array"}
    if is_tuple(lists):
        assert lists.places is not None
        return {**made, "prefixItems": [_schema(shape) for shape in lists.places], "minItems": lists.shortest,
                "items": False}  # fmt: skip
    items = lists.all_items()
    if items.count and not items.opaque:
        made["items"] = _schema(items)
    elif not items.count and not items.opaque:
        made["maxItems"] = 0
    return made


def _objects(shape: Shape) -> dict[str, Any]:
    """The objects of a place: one schema, or one for each kind that a tag tells."""
    kinds = variants_of(shape)
    if len(kinds) == 1:
        return _object(kinds[0][1])
    found = []
    for tag, objects in kinds:
        made = _object(objects)
        if tag is not None and shape.tag:
            made["properties"][shape.tag] = {"const": tag}
        found.append(made)
    return {"anyOf": found}


def variants_of(shape: Shape) -> list[tuple[str | None, Objects]]:
    """The kinds of objects of a place with their tags; one without a tag where they are all alike."""
    rest = [] if shape.objects is None else [shape.objects]
    groups = list(shape.variants.values())
    if len(groups) + len(rest) > 1 and len({frozenset(one.names) for one in groups + rest}) > 1:
        return [*shape.variants.items(), *((None, one) for one in rest)]
    if len(groups) + len(rest) == 1:
        return [(None, (groups + rest)[0])]
    whole = Objects()
    for one in groups + rest:
        whole.merge(one)
    return [(None, whole)]


def as_map(objects: Objects) -> tuple[dict[str, Shape], str | None, Shape | None]:
    """The fields of objects, and the keys' kind and values of what is a map in them: `*` for any key."""
    names, maps = objects.names, objects.maps
    if not maps and _is_crowd(names):
        whole = Shape(collected=True)
        for shape in names.values():
            whole.merge(shape)
        return {}, "*", whole
    if not maps:
        return names, None, None
    if len(maps) == 1:
        [(kind, shape)] = maps.items()
        return names, kind, shape
    whole = Shape(collected=True)
    for shape in maps.values():
        whole.merge(shape)
    return names, "*", whole


def _is_crowd(names: dict[str, Shape]) -> bool:
    """Whether many names stand before objects that are all alike: then the names are data."""
    if len(names) < 12:
        return False
    fields = [frozenset(shape.objects.names) for shape in names.values() if shape.objects is not None]
    return len(fields) == len(names) and len(set(fields)) == 1 and len(fields[0]) > 1


def _object(objects: Objects) -> dict[str, Any]:
    names, kind, rest = as_map(objects)
    made: dict[str, Any] = {"type": "object"}
    if names or rest is None:
        made["properties"] = {name: _schema(shape) for name, shape in names.items()}
    required = [name for name, shape in names.items() if shape.count == objects.count]
    if required:
        made["required"] = required
    if rest is not None:
        pattern = KEY_PATTERNS.get(kind or "")
        if pattern is not None:
            made["patternProperties"] = {pattern: _schema(rest)}
        else:
            made["additionalProperties"] = _schema(rest)
    made.setdefault("properties", {})
    if not made["properties"] and rest is not None:
        del made["properties"]
    return made
