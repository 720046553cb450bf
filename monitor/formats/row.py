"""What is kept of one type of message while it is collected, and its row as it stands."""

from __future__ import annotations

from typing import Any

import msgspec

from monitor.formats.examples import Examples
from monitor.formats.fields import fields_of
from monitor.formats.model import TypeFormat, TypeKey
from monitor.formats.places import Place
from monitor.formats.quantiles import Quantiles
from monitor.formats.rhythm import Rhythm
from monitor.formats.schema import schema_of
from monitor.formats.shape import Budget, Shape

MAX_ADDRESSES = 8
MAX_TABS = 64
_QUOTED = set(' ()":/\\')


class Sample(msgspec.Struct, frozen=True):
    """One message that is to be counted. named: its type as it was decoded, which a filter can ask for."""

    seq: int
    time: float
    tab: str | None
    size: int
    value: Any
    place: Place
    named: str | None
    kind: str


class Row:
    """One type of message in the making."""

    def __init__(self, key: TypeKey, inferred_by: str | None = None) -> None:
        self.key = key
        self.count = 0
        self.inferred_by = inferred_by
        self.rhythm = Rhythm()
        self.shape = Shape()
        self._budget = Budget()
        self._bytes = 0
        self._sizes = Quantiles()
        self._first = self._last = 0.0
        self._tabs: set[str] = set()
        self._addresses: dict[str, None] = {}
        self._examples = Examples()
        self._named: set[str | None] = set()
        self._kinds: set[str] = set()
        self._told: TypeFormat | None = None

    def add(self, sample: Sample) -> None:
        """One more message."""
        self._first = min(self._first, sample.time) if self.count else sample.time
        self._last = max(self._last, sample.time) if self.count else sample.time
        self.count += 1
        self._told = None
        self._bytes += sample.size
        self._sizes.add(sample.size)
        if sample.tab is not None and len(self._tabs) < MAX_TABS:
            self._tabs.add(sample.tab)
        if sample.place.address and len(self._addresses) < MAX_ADDRESSES:
            self._addresses[sample.place.address] = None
        if len(self._named) < 3:
            self._named.add(sample.named)
        self._kinds.add(sample.kind)
        self.rhythm.add(sample.place.series, sample.time)
        self._budget.visits = _VISITS
        self.shape.add(sample.value, self._budget)
        self._examples.add(sample.seq, sample.size, sample.value)

    def told(self) -> TypeFormat:
        """The row, but for what ties it to other types; made anew only where messages came."""
        if self._told is None:
            self._told = self._tell()
        return self._told

    def _tell(self) -> TypeFormat:
        period = self.rhythm.period()
        site, channel, way, protocol, kind = self.key
        median = self._sizes.quantile(0.5)
        return TypeFormat(
            site=site, channel=channel, dir=way, protocol=protocol, type=kind, count=self.count, bytes=self._bytes,
            min_size=int(self._sizes.low), median_size=round(median), max_size=int(self._sizes.high),
            first=self._first, last=self._last, period_s=period[0] if period else None,
            jitter_s=period[1] if period else None, tabs=tuple(sorted(self._tabs, key=lambda tab: (len(tab), tab))),
            addresses=tuple(self._addresses), schema=schema_of(self.shape), fields=fields_of(self.shape),
            examples=self._examples.told(median), inferred_by=self.inferred_by, filter=self._filter(),
        )  # fmt: skip

    def _filter(self) -> str:
        """A filter that finds its messages, and few others."""
        channel, way = self.key[1], self.key[2]
        words = [f"dir:{way}"] if way else []
        if channel not in ("fetch", "fetch-stream"):
            words.insert(0, f"channel:{channel}")
        elif len(self._kinds) == 1 and channel == "fetch":
            words.insert(0, f"kind:{next(iter(self._kinds))}")
        named = next(iter(self._named)) if len(self._named) == 1 else None
        if named is not None:
            words.append(f"type:{_word(named)}")
        if channel == "storage" and "{" not in self.key[4]:
            words.append(f"key:{_word(self.key[4])}")
        if (
            (named is None or channel == "fetch")
            and len(self._addresses) == 1
            and channel not in ("storage", "broadcast")
        ):
            words.append(f"url:{_word(next(iter(self._addresses)).replace('{id}', '*'))}")
        if channel == "fetch" and way == "out":
            words.append(f"method:{self.key[4].partition(' ')[0]}")
        return " ".join(words)


_VISITS = Budget().visits


def _word(text: str) -> str:
    """A value as the filter language takes it."""
    if not _QUOTED.intersection(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
