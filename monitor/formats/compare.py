"""Two reports of formats, and two messages, side by side: what is new, what is gone, what changed.

A short capture sees less than a long one, so what may only be a lack of messages is no change: a field that was always
there and now is not always there needs a few messages on both sides, and so does a rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from monitor.formats.looks import formats_of
from monitor.formats.model import Field, FormatsReport, TypeFormat
from monitor.formats.tell import kinds, meaning, rhythm

What = Literal["new", "gone", "changed"]
ENOUGH = 3
MANY = 8
MAX_DIFFERENCES = 2_000
_GUESSED = frozenset({"id", "token", "nanoid", "hex", "base64"})  # one more string may be of another one of them


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field that is new, gone or changed, in words before and after."""

    path: str
    what: What
    before: str = ""
    after: str = ""


class TypeChange(msgspec.Struct, frozen=True, kw_only=True):
    """One type that is new, gone or changed. rhythm: before and after, where it changed; rate: it is only a rate."""

    what: What
    before: TypeFormat | None = None
    after: TypeFormat | None = None
    fields: tuple[FieldChange, ...] = ()
    rhythm: tuple[str, str] | None = None
    rate: bool = False

    @property
    def row(self) -> TypeFormat:
        """The newer of the two rows."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def counts(self) -> bool:
        """Whether the format is another one, and not only how often it came."""
        return self.what != "changed" or bool(self.fields) or (self.rhythm is not None and not self.rate)


def compare(before: FormatsReport, after: FormatsReport) -> tuple[TypeChange, ...]:
    """The types that are new, gone or changed, in the order of the reports."""
    old, new = ({one.key: one for one in report.types} for report in (before, after))
    found: list[TypeChange] = []
    for key in sorted({**old, **new}, key=lambda key: (key[0], key[1], key[2] or "", key[3], key[4])):
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            found.append(TypeChange(what="new" if was is None else "gone", before=was, after=now))
        elif (change := _changed(was, now)) is not None:
            found.append(change)
    return tuple(found)


def _changed(was: TypeFormat, now: TypeFormat) -> TypeChange | None:
    fields = tuple(_fields(was, now))
    beats, rate = _rhythm(was, now)
    if not fields and beats is None:
        return None
    return TypeChange(what="changed", before=was, after=now, fields=fields, rhythm=beats, rate=rate)


def _fields(was: TypeFormat, now: TypeFormat) -> Iterator[FieldChange]:
    """The fields that differ; within one that is new or gone nothing more is told."""
    old, new = ({field.path: field for field in one.fields} for one in (was, now))
    told: list[str] = []
    for path in {**old, **new}:
        if any(path.startswith((f"{other}.", f"{other}[")) for other in told):
            continue
        before, after = old.get(path), new.get(path)
        if before is None or after is None:
            told.append(path)
            yield FieldChange(
                path=path, what="new" if before is None else "gone", before=_words(before), after=_words(after)
            )
        elif _differs(before, after, enough=min(was.count, now.count) >= ENOUGH):
            yield FieldChange(path=path, what="changed", before=_words(before), after=_words(after))


def _differs(before: Field, after: Field, *, enough: bool) -> bool:
    """Whether a field's types, format, values or presence are others."""
    if set(before.types) != set(after.types) or ((before.presence == 1) != (after.presence == 1) and enough):
        return True
    if before.values and after.values:
        return set(before.values) != set(after.values)
    return before.format != after.format and not (_fits(before, after) or _fits(after, before))


def _fits(one: Field, other: Field) -> bool:
    """Whether a field's format, if it is certain of it, is that of the other one too."""
    if one.format in _GUESSED or (one.format is None and other.format in _GUESSED):
        return True
    return bool(other.values) and all(type(value) is str and one.format in formats_of(value) for value in other.values)


def _words(field: Field | None) -> str:
    """`string or null, uuid, sometimes`."""
    if field is None:
        return ""
    held = meaning(field) if field.values or field.format is not None else ""
    return ", ".join(part for part in (kinds(field), held, "" if field.presence == 1 else "sometimes") if part)


def _rhythm(was: TypeFormat, now: TypeFormat) -> tuple[tuple[str, str] | None, bool]:
    """The rhythm before and after where it changed, and whether it is only a rate."""
    words = rhythm(was) or "no rhythm", rhythm(now) or "no rhythm"
    if was.period_s is not None and now.period_s is not None:
        return (words if abs(was.period_s - now.period_s) > 0.2 * was.period_s else None), False
    if min(was.count, now.count) < MANY:
        return None, False
    if (was.period_s is None) != (now.period_s is None):
        return words, False
    if not was.rate or not now.rate or 0.5 <= now.rate / was.rate <= 2:
        return None, False
    return words, True


# ── two messages ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One place in which two values differ. What one does not have is UNSET there."""

    path: str
    before: Any = msgspec.UNSET
    after: Any = msgspec.UNSET

    @property
    def what(self) -> What:
        """Whether it is new, gone or changed."""
        return "new" if self.before is msgspec.UNSET else "gone" if self.after is msgspec.UNSET else "changed"


def differences(before: Any, after: Any) -> tuple[Difference, ...]:
    """The places in which two JSON-like values differ, from the outside in, no more than `MAX_DIFFERENCES`."""
    found = []
    for difference in _between(before, after, "", 0):
        found.append(difference)
        if len(found) >= MAX_DIFFERENCES:
            break
    return tuple(found)


def _between(before: Any, after: Any, path: str, depth: int) -> Iterator[Difference]:
    if type(before) is dict and type(after) is dict and depth < 60:
        for key in {**before, **after}:
            inner = f"{path}.{key}" if path else str(key)
            yield from _between(before.get(key, msgspec.UNSET), after.get(key, msgspec.UNSET), inner, depth + 1)
    elif type(before) is list and type(after) is list and depth < 60:
        for index in range(max(len(before), len(after))):
            one, other = (value[index] if index < len(value) else msgspec.UNSET for value in (before, after))
            yield from _between(one, other, f"{path}[{index}]", depth + 1)
    elif type(before) is not type(after) or before != after:
        yield Difference(path=path, before=before, after=after)
