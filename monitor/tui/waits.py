"""The waits of all writes, told apart by the channel that ended them; those not ended are counted, never averaged."""

from __future__ import annotations

from bisect import bisect_left

import msgspec

from monitor.sync.snapshot import Snapshot

EDGES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
WAITING = "still waiting"


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """The waits that one channel ended, in seconds.

    bins: how many were at most each of `EDGES`, and how many longer. measured: false for those still open, of which
    only the longest so far is known.
    """

    via: str
    count: int
    median: float | None = None
    p90: float | None = None
    longest: float | None = None
    bins: tuple[int, ...] = ()
    measured: bool = True


def by_channel(snapshot: Snapshot) -> list[Waits]:
    """One row a channel, the most frequent first; then those still waiting."""
    ended: dict[str, list[float]] = {}
    open_waits: list[float] = []
    for one in snapshot.subjects:
        for write in one.writes:
            for seen in write.seen:
                if seen.after_s is not None and not seen.censored:
                    ended.setdefault(seen.via or "unknown", []).append(seen.after_s)
                else:
                    open_waits.append(write.waiting_s)
    rows = [_waits(via, sorted(values)) for via, values in ended.items()]
    rows.sort(key=lambda row: -row.count)
    if open_waits:
        rows.append(Waits(via=WAITING, count=len(open_waits), longest=max(open_waits), measured=False))
    return rows


def quantile(values: list[float], share: float) -> float:
    """The value below which that share of the sorted values lies (nearest rank)."""
    return values[max(0, min(len(values) - 1, round(share * len(values) + 0.5) - 1))]


def _waits(via: str, values: list[float]) -> Waits:
    bins = [0] * (len(EDGES) + 1)
    for value in values:
        bins[bisect_left(EDGES, value)] += 1
    return Waits(via=via, count=len(values), median=quantile(values, 0.5), p90=quantile(values, 0.9),
                 longest=values[-1], bins=tuple(bins))  # fmt: skip
