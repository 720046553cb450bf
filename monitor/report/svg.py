"""The report's drawings, as SVG: the sequence of steps, the timelines, the curve of waits, the ladder of attempts.

Every text is escaped, every colour comes from the page's style by class, so that one drawing serves light, dark and
paper. Timelines are drawn in seconds, and stretched by the page: zooming is a change of what part is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log10

from monitor.report.layout import label_of, name_of, parties_of, places
from monitor.report.model import Lane, Outage, Party, Step, Visibility
from monitor.report.words import seconds
from monitor.sync.channel_views import LatencyView

_COLUMN = 150
_LEFT = 60
_TIME = 130  # for the times at the right
_CHARACTER = 6.6  # of a label, at 12 px
_ROW = 34
_LANE = 34
_AWAY = {"hidden", "offline"}
_CURVE = 3  # of fewer waits the table says as much
_PLOT = (560, 180)
_NAME = 20  # letters of a type beside its curve


def sequence(steps: Sequence[Step], place: str = "") -> str:
    """The sequence diagram: a life line for each party, an arrow for each step, its time at the right.

    place: where the page has the lines of events, such as `e0-`; empty where it has none.
    """
    parties = parties_of(steps)
    if not parties:
        return ""
    stand = {party: place + _LEFT for party, place in places(steps, _room, _COLUMN).items()}
    width, height = stand[parties[-1]] + _TIME, 46 + _ROW * len(steps)
    parts = [f'<svg class="sequence" viewBox="0 0 {width} {height}" width="{width}" role="img" '
             'aria-label="Sequence of events">']  # fmt: skip
    for party in parties:
        x = stand[party]
        parts.append(f'<text class="party" x="{x}" y="16" text-anchor="middle">{escape(name_of(party, steps))}</text>')
        parts.append(f'<line class="life" x1="{x}" y1="26" x2="{x}" y2="{height - 4}"/>')
    parts += [_arrow(step, stand, 50 + _ROW * row, width, place) for row, step in enumerate(steps)]
    return "".join([*parts, "</svg>"])


def _room(label: str) -> int:
    return int(_CHARACTER * len(label)) + 30


def _arrow(step: Step, stand: dict[Party, int], y: int, width: int, place: str) -> str:
    start, end = stand[step.source], stand[step.to]
    when = f'<text class="at" x="{width - 4}" y="{y + 4}" text-anchor="end">{seconds(step.at)} #{step.seq}</text>'
    when = f'<a href="#{escape(place)}{step.seq}">{when}</a>' if place else when
    if start == end:
        return (
            f'<g class="step {escape(step.what)}"><title>{escape(step.label)} — event {step.seq}</title>'
            f'<circle cx="{start}" cy="{y}" r="4"/><text x="{start + 9}" y="{y + 4}">{escape(label_of(step))}</text>'
            f"{when}</g>"
        )
    way = 1 if end >= start else -1
    tip = f"{end},{y} {end - 8 * way},{y - 4} {end - 8 * way},{y + 4}"
    return (
        f'<g class="step {escape(step.what)}"><title>{escape(step.label)} — event {step.seq}</title>'
        f'<line x1="{start}" y1="{y}" x2="{end - 8 * way}" y2="{y}"/><polygon points="{tip}"/>'
        f'<text x="{(start + end) / 2}" y="{y - 6}" text-anchor="middle">{escape(label_of(step))}</text>'
        f"{when}</g>"
    )


def lanes(tabs: Sequence[Lane], duration: float) -> str:
    """The timelines, a lane a tab, in seconds from the beginning; stretches below, moments on top of them.

    What a tab was meanwhile, hidden or offline, stands out above and below what it lacked.
    """
    duration = max(duration, 0.001)
    height = _LANE * len(tabs)
    parts = [f'<svg class="lanes" viewBox="0 0 {duration:.3f} {height}" preserveAspectRatio="none" '
             f'data-duration="{duration:.3f}" role="img" aria-label="Timelines of the tabs">']  # fmt: skip
    for row, lane in enumerate(tabs):
        y = row * _LANE
        parts.append(f'<line class="base" x1="0" x2="{duration:.3f}" y1="{y + 17}" y2="{y + 17}"/>')
        for start, end, what in sorted(lane.spans, key=lambda span: span[2] not in _AWAY):
            above, high = (4, 26) if what in _AWAY else (8, 18)
            start, end = max(0.0, start), min(end, duration)
            told = escape(f"{lane.tab}: {what} for {seconds(end - start)}, from {seconds(start)}")
            wide = max(end - start, duration / 2000)
            parts.append(f'<rect class="span {escape(what)}" x="{start:.3f}" width="{wide:.3f}" y="{y + above}" '
                         f'height="{high}" data-told="{told}"/>')  # fmt: skip
        for at, what in lane.moments:
            told = escape(f"{lane.tab}: {what} at {seconds(at)}")
            parts.append(f'<line class="moment {escape(what)}" x1="{at:.3f}" x2="{at:.3f}" y1="{y + 4}" y2="{y + 30}" '
                         f'data-told="{told}"/>')  # fmt: skip
    return "".join([*parts, "</svg>"])


def arrivals(latencies: Sequence[LatencyView]) -> str:
    """The share of messages still on their way, over time since their stamp: a line for each type."""
    shown = sorted((one for one in latencies if one.curve), key=lambda one: -one.count)[:6]
    found = []
    for one in shown:
        shares = [1 - (number + 1) / len(one.curve) for number in range(len(one.curve))]
        name = one.type if len(one.type) <= _NAME else f"…{one.type[1 - _NAME :]}"
        steps = tuple(zip(one.curve, shares, strict=True))
        found.append(Visibility(channel=name, count=one.count, censored=0, median_s=None, p90_s=None, steps=steps))
    return curves(found, 0.001, "Share of messages that are on their way", 190)


def curves(
    found: Sequence[Visibility], least: float = 0.01, said: str = "Share of waits that last", beside: int = 104
) -> str:
    """The share of writes that another tab still waits for, over time (logarithmic): a line for each channel.

    least: the shortest time that is told apart, seconds. said: what it is, for who does not see it. beside: room for
    the names.
    """
    shown = [one for one in found if one.steps and one.count >= _CURVE]
    if not shown:
        return ""
    times = [max(at, least) for one in shown for at, _ in one.steps]
    low, high = min(10 * least, *times), max(100 * least, *times) * 1.3
    width, height = _PLOT

    def x(at: float) -> float:
        return 46 + (width - 46 - beside) * (log10(max(at, low)) - log10(low)) / (log10(high) - log10(low))

    def y(share: float) -> float:
        return 12 + (height - 40) * (1 - share)

    parts = [f'<svg class="plot" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(said)}">']
    parts += [
        f'<line class="grid" x1="46" x2="{width - beside}" y1="{y(share):.1f}" y2="{y(share):.1f}"/>'
        f'<text x="40" y="{y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>'
        for share in (0.0, 0.5, 1.0)
    ]
    parts += [
        f'<text x="{x(at):.1f}" y="{height - 8}" text-anchor="middle">{seconds(at)}</text>' for at in _marks(low, high)
    ]
    for number, one in enumerate(shown[:6]):
        points, before = [f"46,{y(1.0):.1f}"], 1.0
        for at, share in one.steps:
            points += [f"{x(at):.1f},{y(before):.1f}", f"{x(at):.1f},{y(share):.1f}"]
            before = share
        points.append(f"{x(high):.1f},{y(before):.1f}")
        parts.append(f'<polyline class="curve c{number}" points="{" ".join(points)}"/>')
        told = escape(f"{one.channel} ({one.count})")
        parts.append(f'<text class="c{number}" x="{width - beside + 6}" y="{20 + 16 * number}">{told}</text>')
    return "".join([*parts, "</svg>"])


def ladder(found: Sequence[Outage]) -> str:
    """The waits before each attempt to connect again, an outage a row, as bars side by side."""
    broken = [one for one in found if one.waits][:20]
    if not broken:
        return ""
    longest = max(sum(one.waits) for one in broken) or 1.0
    width, height = _PLOT[0], 24 * len(broken) + 8
    parts = [f'<svg class="ladder" viewBox="0 0 {width} {height}" role="img" aria-label="Waits between attempts">']
    for row, one in enumerate(broken):
        left, y = 90.0, 4 + 24 * row
        parts.append(f'<text x="84" y="{y + 14}" text-anchor="end">{escape(one.tab)} at {seconds(one.at)}</text>')
        for number, wait in enumerate(one.waits):
            wide = max(2.0, (width - 110) * wait / longest)
            parts.append(f'<rect x="{left:.1f}" y="{y}" width="{wide - 1:.1f}" height="18" class="wait">'
                         f"<title>attempt {number + 1} after {seconds(wait)}</title></rect>")  # fmt: skip
            if wide > 44:
                parts.append(f'<text class="in" x="{left + 4:.1f}" y="{y + 14}">{seconds(wait)}</text>')
            left += wide
    return "".join([*parts, "</svg>"])


def _marks(low: float, high: float) -> list[float]:
    """Powers of ten within a range."""
    return [at for power in range(-3, 6) if low <= (at := 10.0**power) <= high]
