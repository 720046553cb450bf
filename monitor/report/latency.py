"""How long messages are on their way and until they are shown, and what the server's clock says, within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.report.model import UNKNOWN, Claim
from monitor.report.words import brief, listed, many, often
from monitor.sites.address import host_of
from monitor.sync.channel_views import ClockView, DisplayView, LatencyView, Range
from monitor.sync.snapshot import Snapshot

_ROWS = 2
ENOUGH = 20  # of fewer messages, 95 of 100 are all


class Delays:
    """What one site's rows are made from."""

    def __init__(self, site: str, found: Snapshot) -> None:
        self.latencies = tuple(one for one in found.latencies if one.site == site)
        self.displays = tuple(one for one in found.displays if one.site == site)
        hosts = {one.host for one in self.latencies} | {host_of(tab.url) for tab in found.tabs if tab.site == site}
        self.clocks = tuple(one for one in found.clocks if one.host in hosts)

    @property
    def stamped(self) -> list[LatencyView]:
        """The types with a stamp: those that come by themselves first, of these what came most."""
        return sorted((one for one in self.latencies if one.believed), key=_by_itself)


def latency(found: Delays) -> Claim:
    """From stamp to arrival, and from arrival to the page: medians, and what 95 of 100 keep within."""
    stamped, displays = found.stamped[:_ROWS], sorted(found.displays, key=_by_itself)[:_ROWS]
    parts = [*map(_arrived, stamped), *map(_shown, displays)]
    if not parts:
        return Claim(text=UNKNOWN, known=False)
    if not found.stamped:
        parts.insert(0, "no message has a stamp that moves with its arrival")
    events = [seq for one in stamped for seq in one.events[:2]]
    events += [seq for one in displays for seq in one.events[:1]]
    return Claim(text="; ".join(parts), events=tuple(dict.fromkeys(events)))


def _by_itself(one: LatencyView | DisplayView) -> tuple[bool, int]:
    return one.channel == "fetch", -one.count


def _arrived(one: LatencyView) -> str:
    took = within(one.median) + (f", p95 {_tail(one)}" if one.count >= ENOUGH else "")
    if one.median.high_s is None:
        took = f"half of them more than {brief(one.over_fastest_s)} above the fastest, the clock being unknown"
    return f"stamped to arrived: {took} (`{one.field}` of {one.count} `{one.type}` by {one.channel})"


def _shown(one: DisplayView) -> str:
    told = f"{brief(one.median_s)}, p95 {brief(one.p95_s)}" if one.count >= ENOUGH else brief(one.median_s)
    times = f"median of {one.count}" if one.count > 1 else "once"
    return f"arrived by {one.channel} to shown: {told} ({times})"


def _tail(one: LatencyView) -> str:
    """What 95 of 100 keep within, in the form of the median: where that may be nothing, as the most that it can be."""
    if within(one.median).startswith("at most") and one.p95.high_s is not None:
        return f"at most {brief(one.p95.high_s)}"
    return within(one.p95)


def clock(found: Delays) -> Claim:
    """How far the servers' clocks are from the browser's."""
    known = [one for one in found.clocks if one.low_s is not None or one.high_s is not None]
    if not known:
        return Claim(text=UNKNOWN, known=False)
    text = "; ".join(f"{one.host} {apart(one)} ({grounds(one)})" for one in known[:_ROWS])
    return Claim(text=text, events=tuple(seq for one in known[:_ROWS] for seq in one.events))


def apart(one: ClockView) -> str:
    """`2.5 s ahead ± 6 ms`, or the one bound there is."""
    offset = Range(low_s=one.low_s, high_s=one.high_s)
    if offset.middle is None or offset.error is None:
        bound = one.low_s if one.low_s is not None else one.high_s or 0.0
        return f"{'at least' if one.low_s is not None else 'at most'} {bound:+.3f} s"
    if abs(offset.middle) <= offset.error:
        return f"as the browser's, ± {brief(max(abs(one.low_s or 0.0), abs(one.high_s or 0.0)))}"
    return f"{brief(abs(offset.middle))} {'ahead' if offset.middle > 0 else 'behind'}, ± {brief(offset.error)}"


def grounds(one: ClockView) -> str:
    """What bounds a clock, in words."""
    parts = [many(one.dates, "Date header")] if one.dates else []
    parts += [many(one.stamps, "stamped message")] if one.stamps else []
    parts += [many(one.echoes, "echo", "echoes")] if one.echoes else []
    told = listed(parts) or "nothing"
    return told + (f"; it was set {often(one.jumps)}, this is since the last" if one.jumps else "")


def within(found: Range) -> str:
    """`43 ms ± 12 ms`; `at most 13 ms` where it may be nothing; `at least 3 ms` where nothing bounds it from above."""
    if found.middle is None or found.error is None:
        return f"at least {brief(found.low_s or 0.0)}"
    if found.error >= 0.9 * found.middle:
        return f"at most {brief(found.high_s or 0.0)}"
    return f"{brief(found.middle)} ± {brief(found.error)}"


def on_the_way(one: LatencyView | None) -> Iterator[str]:
    """`From its stamp (ts) to its arrival: median 43 ms ± 12 ms, 95 % within 90 ms ± 12 ms.`; nothing if unknown."""
    if one is None:
        return
    if one.median.high_s is None:
        yield (
            f"From its stamp ({one.field}) to its arrival: half of them took more than {brief(one.over_fastest_s)}"
            " longer than the fastest; what that took is unknown, as the server's clock is."
        )
        return
    yield (
        f"From its stamp ({one.field}) to its arrival: median {within(one.median)}, 95 % within {within(one.p95)}"
        f" ({one.count} ×)."
    )


HEAD = ("Stamped", "Field", "Messages", "Median", "p95", "Why it is the stamp")


def rows(latencies: Iterable[LatencyView]) -> Iterator[tuple[list[str], Claim]]:
    """The types with a stamp as the rows of a table, then those without: the first cells, and why it is the stamp."""
    for one in sorted(latencies, key=lambda one: (not one.believed, -one.count)):
        cells = [f"`{one.type}` by {one.channel}", f"`{one.field}` ({one.form})"]
        if not one.believed:
            yield [*cells, str(one.count), "", ""], Claim(text=f"it is not: {one.why}", known=False)
            continue
        old = f", {one.old} older left out" if one.old else ""
        tail = _tail(one) if one.count >= ENOUGH else "–"
        yield [*cells, f"{one.count}{old}", within(one.median), tail], Claim(text=one.why, events=one.events)
