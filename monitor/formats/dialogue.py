"""What the messages of one connection have to do with one another: replies by repeated ids, and fields that count up.

Only shallow fields are looked at, by name: `id`, `ref`, `ack`, … may tie a reply to its message. A counter is any whole
number that mostly goes up by one on a connection, in all messages of a direction or in those of one type.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from typing import Any

from monitor.formats.model import Reply, Sequence, TypeKey
from monitor.formats.quantiles import Quantiles

ID_NAMES = frozenset(
    {"id", "ref", "ack", "seq", "rid", "cid", "mid", "nonce", "msgid", "messageid", "reqid", "requestid", "replyto",
     "inreplyto", "responseto", "responseid", "correlationid", "invocationid", "callid", "txn", "txnid",
     "transactionid", "sequenceid", "ackid", "replyid", "inresponseto", "echo", "tag", "r", "i"}
)  # fmt: skip
_DEEPEST = 3
_MAX_FIELDS = 40
_OPEN = 256  # messages of a connection that may still be answered
_CONNECTIONS = 256
_MAX_PAIRS = 2_000
_MAX_COUNTERS = 4_000

Shallow = tuple[tuple[str, Any], ...]
"""Paths of a message, and the numbers and strings there."""


def shallow(value: Any) -> Shallow:
    """The whole numbers of a message that are not deep in it, and the strings under names of ids."""
    found = []
    for path, inner in _walk(value, "", 0):
        found.append((path, inner))
        if len(found) >= _MAX_FIELDS:
            break
    return tuple(found)


def _walk(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if type(value) is dict:
        if depth < _DEEPEST:
            for key, inner in value.items():
                if type(key) is str and (type(inner) is not str or is_id_name(key)):
                    yield from _walk(inner, f"{path}.{key}" if path else key, depth + 1)
    elif type(value) is list:
        if depth < 1:
            for index, inner in enumerate(value[:3]):
                yield from _walk(inner, f"{path}[{index}]", depth + 1)
    elif type(value) is int or (type(value) is str and 0 < len(value) <= 64):
        yield path, value


def is_id_name(name: str) -> bool:
    """Whether fields of this name tie replies to messages."""
    return "".join(char for char in name.lower() if char.isalnum()) in ID_NAMES


def _ties(path: str) -> bool:
    return path.endswith("]") or is_id_name(path.rpartition(".")[2])


class _Open:
    """A message that may be answered."""

    __slots__ = ("answered", "key", "path", "time")

    def __init__(self, key: TypeKey, path: str, time: float) -> None:
        self.key = key
        self.path = path
        self.time = time
        self.answered: set[TypeKey] = set()


class Replies:
    """Which types answer which."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str], OrderedDict[Any, _Open]] = OrderedDict()
        self._pairs: dict[tuple[TypeKey, str, TypeKey, str], Quantiles] = {}

    def note(self, key: TypeKey, connection: str, time: float, fields: Shallow) -> None:
        """A message with these fields, on a connection that speaks both ways."""
        way = key[2]
        if way not in ("in", "out"):
            return
        asked = self._open.get((connection, "out" if way == "in" else "in"))
        mine = self._waiting(connection, way)
        for path, value in fields:
            if not _ties(path):
                continue
            found = asked.get((type(value), value)) if asked else None
            if found is not None and found.time <= time and key not in found.answered and len(found.answered) < 8:
                found.answered.add(key)
                self.answered(found.key, found.path, key, path, time - found.time)
            mine[(type(value), value)] = _Open(key, path, time)
            if len(mine) > _OPEN:
                mine.popitem(last=False)

    def answered(self, asked: TypeKey, by: str, reply: TypeKey, its: str, after: float) -> None:
        """A message was answered after that time; `by` is empty where the connection alone tells."""
        pair = (asked, by, reply, its)
        if pair not in self._pairs and len(self._pairs) >= _MAX_PAIRS:
            return
        self._pairs.setdefault(pair, Quantiles()).add(max(0.0, after))

    def _waiting(self, connection: str, way: str) -> OrderedDict[Any, _Open]:
        found = self._open.pop((connection, way), None)
        if found is None:
            found = OrderedDict()
            if len(self._open) >= 2 * _CONNECTIONS:
                self._open.popitem(last=False)
        self._open[connection, way] = found
        return found

    def of(self, key: TypeKey, counts: dict[TypeKey, int]) -> tuple[Reply, ...]:
        """What a type answers, and what answers it, where that holds for half of the messages of one of the two."""
        found: dict[tuple[str, TypeKey], Reply] = {}
        for (asked, by, reply, its), times in self._pairs.items():
            if key not in (asked, reply):
                continue
            least = min(counts.get(asked, 0), counts.get(reply, 0))
            if by and (times.count < 2 or times.count * 2 < least):
                continue
            answers = key == reply
            other = asked if answers else reply
            made = Reply(
                role="answers" if answers else "answered-by", to=other, count=times.count,
                by=(its if answers else by) or "connection", its=(by if answers else its),
                median_s=times.quantile(0.5), p95_s=times.quantile(0.95),
            )  # fmt: skip
            before = found.get((made.role, other))
            if before is None or before.count < made.count:
                found[made.role, other] = made
        return tuple(sorted(found.values(), key=lambda one: (one.role, -one.count, one.to[4])))


class _Counter:
    """The steps of one field."""

    __slots__ = ("back", "first", "gaps", "last", "latest", "ones", "repeats", "steps")

    def __init__(self, first: int) -> None:
        self.first = self.latest = first
        self.last: OrderedDict[str, int] = OrderedDict()
        self.steps = self.ones = self.gaps = self.repeats = self.back = 0

    def add(self, connection: str, number: int) -> None:
        before = self.last.pop(connection, None)
        self.last[connection] = self.latest = number
        if before is None:
            if len(self.last) > _CONNECTIONS:
                self.last.popitem(last=False)
            return
        step = number - before
        self.steps += 1
        self.ones += step == 1
        self.repeats += step == 0
        self.back += step < 0
        self.gaps += max(0, step - 1)

    @property
    def counts(self) -> bool:
        """Whether it mostly goes up by one, and never back."""
        return self.steps >= 3 and self.ones >= 0.6 * self.steps and self.back * 50 <= self.steps


class Counters:
    """Which fields count up."""

    def __init__(self) -> None:
        self._fields: dict[tuple[Hashable, str], _Counter] = {}

    def note(self, key: TypeKey, connection: str, fields: Shallow) -> None:
        """A message with these fields."""
        for path, value in fields:
            if type(value) is int:
                self._add((key, path), connection, value)
                self._add((key[:4], path), connection, value)

    def _add(self, field: tuple[Hashable, str], connection: str, number: int) -> None:
        found = self._fields.get(field)
        if found is None:
            if len(self._fields) >= _MAX_COUNTERS:
                return
            found = self._fields[field] = _Counter(number)
        found.add(connection, number)

    def of(self, key: TypeKey) -> tuple[Sequence, ...]:
        """The fields of a type that count up, by themselves or together with those of other types."""
        found: dict[str, Sequence] = {}
        for (scope, path), field in self._fields.items():
            if scope == key[:4] and (key, path) in self._fields and field.counts:
                found[path] = _told(path, field, shared=True)
        for (scope, path), field in self._fields.items():
            if scope == key and field.counts and (path not in found or field.gaps == 0):
                found[path] = _told(path, field, shared=False)
        return tuple(found[path] for path in sorted(found))


def _told(path: str, field: _Counter, *, shared: bool) -> Sequence:
    return Sequence(path=path, first=field.first, last=field.latest, steps=field.steps, gaps=field.gaps,
                    repeats=field.repeats, shared=shared)  # fmt: skip
