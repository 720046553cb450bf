"""Figures measured in turns and printed beside their floor: what drifts on the machine drifts under all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from statistics import median

import msgspec
from msgspec import structs


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was measured, once a repeat. A unit that ends in `/s` is a speed: more is cheaper.

    floor: the figures of the same repeats to compare with; None where this line is a floor itself.
    """

    what: str
    unit: str
    figures: Sequence[float]
    floor: Sequence[float] | None = None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One claim: how it was measured, the lines, and what else was counted."""

    title: str
    how: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


HEAD = ("", "unit", "median", "min", "max", "× floor", "min", "max")


def rounds(cases: Iterable[str], repeats: int) -> Iterator[str]:
    """The names in turns, every second round backwards, so that no case always runs first."""
    names = list(cases)
    for number in range(repeats):
        yield from names if number % 2 == 0 else reversed(names)


def timed(cases: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Seconds that each case took, measured in turns after one round that does not count."""
    for case in cases.values():
        case()
    found: dict[str, list[float]] = {name: [] for name in cases}
    for name in rounds(cases, repeats):
        gc.collect()
        began = time.perf_counter()
        cases[name]()
        found[name].append(time.perf_counter() - began)
    return found


def ratios(line: Line) -> list[float]:
    """How many times the floor's cost the line costs, repeat by repeat."""
    if line.floor is None:
        return []
    pairs = zip(line.figures, line.floor, strict=True)
    return [floor / own if line.unit.endswith("/s") else own / floor for own, floor in pairs]


def text(table: Table) -> str:
    """The table as Markdown that is also straight on a terminal."""
    rows = [HEAD, *map(_cells, table.lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    rule = "|".join("-" * (width + 1) + ("-" if column < 2 else ":") for column, width in enumerate(widths))
    drawn = [_drawn(HEAD, widths), f"|{rule}|", *(_drawn(row, widths) for row in rows[1:])]
    return "\n".join([f"## {table.title}", "", table.how, "", *drawn, *_notes(table.notes)])


def _cells(line: Line) -> tuple[str, ...]:
    return line.what, line.unit, *_spread(line.figures), *_compared(line)


def _compared(line: Line) -> tuple[str, str, str]:
    """The ratio of the medians, and the least and the greatest ratio within one repeat."""
    if line.floor is None:
        return "1", "", ""
    medians = structs.replace(line, figures=[median(line.figures)], floor=[median(line.floor)])
    found = ratios(line)
    return _figure(ratios(medians)[0]), _figure(min(found)), _figure(max(found))


def _spread(figures: Sequence[float]) -> tuple[str, str, str]:
    return _figure(median(figures)), _figure(min(figures)), _figure(max(figures))


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _drawn(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = enumerate(zip(cells, widths, strict=True))
    return "| " + " | ".join(c.ljust(w) if number < 2 else c.rjust(w) for number, (c, w) in pairs) + " |"


def _notes(notes: Sequence[str]) -> list[str]:
    return ["", *(f"- {note}" for note in notes)] if notes else []
