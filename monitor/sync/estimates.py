"""What is told of a server's clock and of the latencies of its messages: bounds, in which the truth lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, inf

from msgspec.structs import replace

from monitor.sync.channel_views import ClockView, LatencyView, Range
from monitor.sync.clocks import PHI, Clock, Interval, agree
from monitor.sync.stamps import ENOUGH, Belief, Sample, Series

POINTS = 20
_ALIKE_S = 0.002

KindKey = tuple[str, str, str, str, str]
"""Site, host, channel, protocol, type."""


class Host:
    """One server: its clock by the Date of its answers, and the types of messages that come from it.

    exchanges: answers with a Date, since the clock was set. Where most contradict the others, none is to be trusted.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.dates = Clock()
        self.exchanges = self.echoes = 0
        self.kinds: dict[KindKey, dict[str, Series]] = {}
        self.version = 0
        self.told: tuple[int, ClockView | None, tuple[LatencyView, ...]] = (-1, None, ())

    def restart(self) -> None:
        """Its clock was set: the stamps begin anew."""
        self.exchanges = self.dates.count
        for fields in self.kinds.values():
            for series in fields.values():
                series.restart(self.dates.since)


def told(host: Host) -> tuple[ClockView | None, tuple[LatencyView, ...]]:
    """The clock of a host, None where nothing is known of it, and the latencies of its types of messages."""
    at = max([host.dates.at, *(one.clock.at for fields in host.kinds.values() for one in fields.values())])
    dates = host.dates.interval(at) if host.dates.count * 2 > host.exchanges else Interval()
    judged = list(_judged(host, dates))
    believed = [(series, belief) for _, series, belief in judged if belief.believed]
    sources = [dates, *(_own(series, belief, at) for series, belief in believed)]
    offset, agreeing = agree(sources)
    shared = [believed[number - 1][0] for number in agreeing if number]
    views = tuple(
        _latency(key, series, belief, offset if series in shared else _own(series, belief, at), at)
        for key, series, belief in judged
    )
    if dates == Interval() and not believed:
        return None, views
    clocks = [host.dates, *(series.clock for series, _ in believed)]
    bounding = [
        clocks[number]
        for number in agreeing
        if sources[number].low == offset.low or sources[number].high == offset.high
    ]
    return _clock(host, dates, offset, at, shared, bounding), views


def _judged(host: Host, dates: Interval) -> Iterator[tuple[KindKey, Series, Belief]]:
    """Of each type of messages the field that is its stamp, or that comes nearest to being one."""
    for key, fields in host.kinds.items():
        beliefs = [(one, one.belief(max(host.dates.since, one.clock.since), dates)) for one in fields.values()]
        chosen = _stamp(beliefs, dates)
        if chosen is not None:
            yield (key, *chosen)


def _clock(
    host: Host, dates: Interval, offset: Interval, at: float, shared: Sequence[Series], bounding: Sequence[Clock]
) -> ClockView:
    """A host's clock. shared: the stamps that agree; bounding: what sets the ends of the interval."""
    return ClockView(
        host=host.name, low_s=_finite(offset.low), high_s=_finite(offset.high), since=host.dates.since,
        jumps=host.dates.jumps, dates=host.dates.count if dates.known and offset.meets(dates) else 0,
        stamps=sum(series.count for series in shared), echoes=host.echoes, at=at,
        events=tuple(dict.fromkeys(seq for clock in bounding for seq in clock.events))[:5],
    )  # fmt: skip


def _own(series: Series, belief: Belief, at: float) -> Interval:
    """The stamps of another clock than the host's others: what they bound by themselves."""
    return series.clock.interval(at).moved(belief.shift)


def _stamp(beliefs: Sequence[tuple[Series, Belief]], dates: Interval) -> tuple[Series, Belief] | None:
    """The field of a type that was stamped last, of those believed; else the one that came most, with why it is not.

    One that is ahead of the host's clock is of another clock, such as a sender's; where the clock is not known, the
    nearest to the browser's is the likeliest. Of several that are alike, noise decides only between those that are
    called a time.
    """
    believed = [one for one in beliefs if one[1].believed]
    if dates.high < inf:
        believed = [one for one in believed if one[1].middle + dates.high >= 0] or believed
    if believed:
        away = [belief.middle if dates.high < inf else abs(belief.middle) for _, belief in believed]
        near = [one for one, far in zip(believed, away, strict=True) if far <= min(away) + _ALIKE_S]
        return min(near, key=_rank)
    seen = [one for one in beliefs if one[0].count >= ENOUGH]
    return max(seen, key=lambda one: one[0].count) if seen else None


def _rank(one: tuple[Series, Belief]) -> tuple[float, bool, float, int, int]:
    series, belief = one
    return series.step, not series.is_called_time, belief.spread, series.path.count("."), len(series.path)


def _latency(key: KindKey, series: Series, belief: Belief, offset: Interval, at: float) -> LatencyView:
    site, host, channel, protocol, name = key
    view = LatencyView(
        site=site, host=host, channel=channel, protocol=protocol, type=name, field=series.path, form=series.form,
        step_s=series.step, count=len(belief.samples), old=belief.old, believed=belief.believed, why=belief.why,
        zone_s=-belief.shift,
    )  # fmt: skip
    if not belief.believed:
        return view
    lows, highs = _bounds(series, belief, offset, at)
    fastest = min(one.distance for one in belief.samples)
    over = sorted(one.distance - fastest for one in belief.samples)
    slow = sorted(belief.samples, key=lambda one: one.distance)
    return replace(
        view, why=_words(series, belief), offset=Range(low_s=_finite(offset.low), high_s=_finite(offset.high)),
        median=_range(lows, highs, 0.5), p95=_range(lows, highs, 0.95), over_fastest_s=quantile(over, 0.5),
        curve=tuple(_middle(lows, highs, (number + 0.5) / POINTS) for number in range(POINTS)) if offset.known else (),
        events=tuple(dict.fromkeys((_at(slow, 0.5).seq, _at(slow, 0.95).seq, slow[0].seq))),
    )  # fmt: skip


def _bounds(series: Series, belief: Belief, offset: Interval, at: float) -> tuple[list[float], list[float]]:
    """The least and the greatest latency of each message, each sorted: their quantiles hold the true ones."""
    lows, highs = [], []
    for one in belief.samples:
        away = one.distance - belief.shift
        low, high = bounds(away, series.step, offset.wider(PHI * abs(at - one.arrived)))
        lows.append(low)
        highs.append(high)
    return sorted(lows), sorted(highs)


def bounds(away: float, step: float, offset: Interval) -> tuple[float, float]:
    """The latency of a message whose arrival is `away` from its stamp by two clocks: it is never below zero."""
    return max(0.0, away + offset.low - step), max(0.0, away + offset.high + step / 2)


def quantile(rising: Sequence[float], share: float) -> float:
    """The least of sorted values that `share` of them are not above."""
    return rising[max(0, ceil(share * len(rising)) - 1)]


def _at(rising: Sequence[Sample], share: float) -> Sample:
    return rising[max(0, ceil(share * len(rising)) - 1)]


def _range(lows: Sequence[float], highs: Sequence[float], share: float) -> Range:
    return Range(low_s=quantile(lows, share), high_s=_finite(quantile(highs, share)))


def _middle(lows: Sequence[float], highs: Sequence[float], share: float) -> float:
    return (quantile(lows, share) + quantile(highs, share)) / 2


def _finite(value: float) -> float | None:
    return value if -inf < value < inf else None


def _words(series: Series, belief: Belief) -> str:
    """Why a field is believed to be the stamp."""
    arrived = [one.arrived for one in belief.samples]
    span = max(arrived) - min(arrived)
    words = f"newer in each of {len(arrived)} messages over {span:.0f} s, its distance to the arrival steady"
    words += f" (four fifths within {max(1, ceil(belief.spread * 1000))} ms of the median)"
    if belief.shift:
        words += f"; written in a time zone {-belief.shift / 3600:+g} h off"
    return words
