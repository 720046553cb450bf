"""The words of a filter, each in two forms that agree: an SQL condition and a Python predicate.

An SQL form that is not exact holds for every event that matches, and for others too: then the Python form decides.
Every SQL form is 0 or 1, never NULL, so that NOT means the same in both. A second SQL form is for events whose payload
means what is written in it, whatever came before: there, words about decoded content can say something too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

import msgspec

from monitor.capture.expressions import CALL
from monitor.capture.patterns import Pattern, Range, Regex, Wild, as_text, clock, fold, holds
from monitor.capture.rows import plain, rest_of, words_in
from monitor.capture.talks import Talk, talk
from monitor.model import Decoded, Event, payload

_COLUMNED = frozenset({"time", "mono", "tab", "target", "dir", "connection", "url", "size", "opcode", "data"})


class Candidate(NamedTuple):
    """What is judged: an event, what its payload turned out to be, and its address."""

    event: Event
    decoded: Decoded | None
    url: str | None


class Where(NamedTuple):
    """An SQL condition. talks: the questions about addresses that must be answered before it is asked."""

    sql: str
    values: list[Any]
    exact: bool = True
    talks: tuple[Talk, ...] = ()


ANYTHING = Where("1", [], False)


class Term(Protocol):
    """One condition on an event."""

    @property
    def decoding(self) -> bool: ...

    def where(self) -> Where: ...

    def as_written(self) -> Where: ...

    def matches(self, it: Candidate) -> bool: ...


# ── connectives ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Every:
    """All of the terms hold; true where there are none."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self.decoding = any(term.decoding for term in self.terms)

    def where(self) -> Where:
        return _joined(" AND ", [term.where() for term in self.terms]) if self.terms else Where("1", [])

    def as_written(self) -> Where:
        return _joined(" AND ", [term.as_written() for term in self.terms]) if self.terms else Where("1", [])

    def matches(self, it: Candidate) -> bool:
        return all(term.matches(it) for term in self.terms)


class Some:
    """At least one of the terms holds; false where there are none."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self.decoding = any(term.decoding for term in self.terms)

    def where(self) -> Where:
        return _joined(" OR ", [term.where() for term in self.terms]) if self.terms else Where("0", [])

    def as_written(self) -> Where:
        return _joined(" OR ", [term.as_written() for term in self.terms]) if self.terms else Where("0", [])

    def matches(self, it: Candidate) -> bool:
        return any(term.matches(it) for term in self.terms)


class Not:
    """The term does not hold."""

    def __init__(self, term: Term) -> None:
        self.term = term
        self.decoding = term.decoding

    def where(self) -> Where:
        inner = self.term.where()
        return inner._replace(sql=f"NOT ({inner.sql})") if inner.exact else ANYTHING

    def as_written(self) -> Where:
        return self.where()

    def matches(self, it: Candidate) -> bool:
        return not self.term.matches(it)


def _joined(word: str, parts: list[Where]) -> Where:
    sql = word.join(f"({part.sql})" for part in parts)
    values = [value for part in parts for value in part.values]
    return Where(sql, values, all(part.exact for part in parts), tuple(one for part in parts for one in part.talks))


# ── SQL that asks our functions as seldom as it can ───────────────────────────────────────────────────────────────────

_ODD = "length({0}) <> length(CAST({0} AS BLOB))"  # not ASCII only, or with a NUL in it


def _content(needle: str) -> Where:
    """Whether payload or other fields hold a folded text: SQLite decides on ASCII, we on what folds in other ways."""
    if not needle.isascii() or not needle.isprintable() or '"' in needle or "\\" in needle:
        return Where("syncmon_found(?, events.payload, events.data)", [needle])
    like = "%" + "".join("\\" + letter if letter in "%_" else letter for letter in needle) + "%"
    odd = _ODD.format("events.payload"), _ODD.format("events.data")
    # Of AND and OR, SQLite leaves out what need not be known only where it decides on a way to go, as WHEN does.
    sql = (
        "CASE WHEN events.payload LIKE ? ESCAPE '\\' THEN 1"
        f" WHEN (typeof(events.payload) = 'blob' OR {odd[0]}) AND syncmon_found(?, events.payload, NULL) THEN 1"
        f" WHEN events.data LIKE ? ESCAPE '\\' OR instr(events.data, '\\') > 0 OR {odd[1]}"
        " THEN syncmon_found(?, events.payload, events.data) ELSE 0 END"
    )
    return Where(sql, [like, needle] * 2)


def _talks(asked: Talk) -> Where:
    """Whether the address holds something."""
    return Where(asked.where(), [], talks=(asked,))


# ── words about the event ─────────────────────────────────────────────────────────────────────────────────────────────


class _Plain:
    decoding = False

    def where(self) -> Where:
        return ANYTHING

    def as_written(self) -> Where:
        return self.where()


class Same(_Plain):
    """A column is exactly this text."""

    def __init__(self, column: str, value: str) -> None:
        self.column, self.value = column, value

    def where(self) -> Where:
        return Where(f"IFNULL(events.{self.column} = ?, 0)", [self.value])

    def matches(self, it: Candidate) -> bool:
        value = getattr(it.event, self.column, None)
        return value is not None and plain(value) == self.value


class Alike(_Plain):
    """A column matches a pattern as a whole."""

    def __init__(self, column: str, pattern: Pattern) -> None:
        self.column, self.pattern = column, pattern

    def where(self) -> Where:
        if isinstance(self.pattern, Wild):
            return Where(f"syncmon_whole(?, events.{self.column})", ["*".join(self.pattern.parts)])
        return ANYTHING

    def matches(self, it: Candidate) -> bool:
        value = getattr(it.event, self.column, None)
        return value is not None and self.pattern.whole(value)


class Address(_Plain):
    """The event's address, or its connection's, contains the pattern."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern

    def where(self) -> Where:
        return _talks(talk("within", self.pattern.key, self.pattern.within))

    def matches(self, it: Candidate) -> bool:
        return it.url is not None and self.pattern.within(it.url)


class Text(_Plain):
    """The payload, the address or another field of the event contains the pattern."""

    def __init__(self, pattern: Pattern, needle: str | None = None) -> None:
        self.pattern = pattern
        self.needle = needle

    def where(self) -> Where:
        if self.needle is None:
            return self._narrowed()
        needle = self.needle
        about = _talks(talk("found", needle, lambda url: needle in fold(url)))
        return _joined(" OR ", [_content(needle), about])

    def _narrowed(self) -> Where:
        """A regular expression, by a text that every match of it holds, or by itself."""
        if not isinstance(self.pattern, Regex):
            return ANYTHING
        if self.pattern.literal is not None:
            return Text(self.pattern, fold(self.pattern.literal)).where()._replace(exact=False)
        content = Where(CALL, [self.pattern.source, int(self.pattern.ignore_case)], exact=False)
        return _joined(" OR ", [content, _talks(talk("within", self.pattern.key, self.pattern.within))])

    def matches(self, it: Candidate) -> bool:
        content = payload(it.event)
        if content is not None and self.pattern.within(as_text(content)):
            return True
        if it.url is not None and self.pattern.within(it.url):
            return True
        rest = rest_of(it.event)
        return bool(rest) and any(self.pattern.within(word) for word in words_in(msgspec.to_builtins(rest)))


class Number(_Plain):
    """A numeric column lies in a range."""

    def __init__(self, column: str, numbers: Range) -> None:
        self.column, self.numbers = column, numbers

    def where(self) -> Where:
        sql, values = self.numbers.inside(f"events.{self.column}")
        return Where(f"IFNULL({sql}, 0)", list(values))

    def matches(self, it: Candidate) -> bool:
        value = getattr(it.event, self.column, None)
        return value is not None and value in self.numbers


class Clock(_Plain):
    """The event's time of day, local, lies in a range of seconds since midnight."""

    def __init__(self, numbers: Range) -> None:
        self.numbers = numbers

    def where(self) -> Where:
        sql, values = self.numbers.inside("syncmon_clock(events.time)")
        return Where(sql, list(values))

    def matches(self, it: Candidate) -> bool:
        return clock(it.event.time) in self.numbers


class Field(_Plain):
    """A field that only some kinds of event have, such as `status` or `method`."""

    def __init__(self, name: str, kinds: Iterable[str], pattern: Pattern, numbers: Range | None) -> None:
        self.name, self.kinds, self.pattern, self.numbers = name, tuple(kinds), pattern, numbers

    def where(self) -> Where:
        return Where(f"events.kind IN ({','.join('?' * len(self.kinds))})", list(self.kinds), exact=False)

    def matches(self, it: Candidate) -> bool:
        value = getattr(it.event, self.name, None)
        if isinstance(value, dict | tuple | list):
            return any(self.pattern.within(word) for word in words_in(msgspec.to_builtins(value), keys=True))
        return value is not None and holds(value, self.pattern, self.numbers)


# ── SQL's side ────────────────────────────────────────────────────────────────────────────────────────────────────────


def found(needle: str, content: str | bytes | None, data: str | None) -> int:
    """`Text` in SQL: whether a folded needle is in a payload or in the words of a `data` column."""
    if content is not None and needle in fold(as_text(content)):
        return 1
    if data is None:
        return 0
    rest = {name: value for name, value in json.loads(data).items() if name not in _COLUMNED}
    if isinstance(content, str):
        rest.pop("text", None)
    return int(any(needle in fold(word) for word in words_in(rest)))


def whole(source: str, text: str | None) -> int:
    """`Alike` in SQL."""
    return int(text is not None and Wild(source).whole(text))
