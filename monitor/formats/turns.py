"""What answers what by turns alone, with no id: a `pong` that comes just after each `ping`.

A type answers another where on their connections nearly each message of the one is followed at once by one of the
other, and nearly each of the other follows one: as often, and much sooner than the next time.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from monitor.formats.model import Reply, TypeKey
from monitor.formats.quantiles import Quantiles

SOON_S = 2.0  # an answer comes within this
_LEAST = 4  # pairs that show it
_NEARLY = 0.9  # of the messages of both
_SOONER = 5  # times sooner than the next
_CONNECTIONS = 256
_MAX_PAIRS = 2_000


@dataclass(slots=True)
class _Pair:
    """first, last: when the first and the last of the messages that were answered came."""

    first: float
    last: float
    times: Quantiles = field(default_factory=Quantiles)

    @property
    def answers(self) -> bool:
        """Whether the answers come much sooner than the next message."""
        apart = (self.last - self.first) / max(1, self.times.count - 1)
        return self.times.count >= _LEAST and self.times.quantile(0.5) * _SOONER < apart


class Turns:
    """The pairs of types of which one comes just after the other, the other way."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, str], tuple[TypeKey, float, set[TypeKey]]] = OrderedDict()
        self._pairs: dict[tuple[TypeKey, TypeKey], _Pair] = {}

    def note(self, key: TypeKey, connection: str, time: float) -> None:
        """A message on a connection that speaks both ways."""
        way = key[2]
        if way not in ("in", "out"):
            return
        asked = self._last.get((connection, "out" if way == "in" else "in"))
        if asked is not None and 0 <= time - asked[1] <= SOON_S and key not in asked[2]:
            asked[2].add(key)
            self._answered(asked[0], asked[1], key, time)
        self._last.pop((connection, way), None)
        self._last[connection, way] = key, time, set()
        while len(self._last) > 2 * _CONNECTIONS:
            self._last.popitem(last=False)

    def _answered(self, asked: TypeKey, at: float, reply: TypeKey, time: float) -> None:
        pair = self._pairs.get((asked, reply))
        if pair is None:
            if len(self._pairs) >= _MAX_PAIRS:
                return
            pair = self._pairs[asked, reply] = _Pair(at, at)
        pair.last = at
        pair.times.add(time - at)

    def of(self, key: TypeKey, counts: dict[TypeKey, int]) -> tuple[Reply, ...]:
        """What a type answers, and what answers it, each the one that fits best."""
        found: dict[str, Reply] = {}
        for (asked, reply), pair in self._pairs.items():
            most = max(counts.get(asked, 0), counts.get(reply, 0))
            if key not in (asked, reply) or not pair.answers or pair.times.count < _NEARLY * most:
                continue
            role, other = ("answers", asked) if key == reply else ("answered-by", reply)
            made = Reply(
                role="answers" if key == reply else "answered-by", to=other, count=pair.times.count, by="turn",
                median_s=pair.times.quantile(0.5), p95_s=pair.times.quantile(0.95),
            )  # fmt: skip
            if role not in found or made.median_s < found[role].median_s:
                found[role] = made
        return tuple(found[role] for role in sorted(found))
