"""A line of connections as it is told: its breaks, and one rule for all lines that are alike."""

from __future__ import annotations

from monitor.sync.outages import Line, Outage, view


def broken(tab: str, *waits: float) -> Line:
    line = Line(tab, "socket", "wss://example.org/live")
    line.outages.append(Outage(at=10.0, seq=7, because="code 1012", quiet=2.0, waits=list(waits), end=20.0))
    return line


def test_a_line_is_told_with_its_breaks() -> None:
    told = view(broken("A", 1.0), [])
    assert (told.tab, told.channel, told.rule) == ("A", "socket", None)
    [one] = told.outages
    assert (one.at, one.seq, one.because, one.quiet_s, one.waits, one.end) == (10.0, 7, "code 1012", 2.0, (1.0,), 20.0)


def test_the_rule_is_that_of_all_lines_that_are_alike() -> None:
    lines = [broken("A", 1.0, 2.0), broken("B", 1.0, 2.0, 4.0)]
    assert view(lines[0], lines).rule == view(lines[1], lines).rule == "exponential: 1.0 s × 2"


def test_a_page_that_draws_its_first_wait_anew_is_told_by_its_own_waits() -> None:
    lines = [Line(tab, "socket", "wss://a.example/s") for tab in ("A", "B", "C")]
    for line, first in zip(lines, (1.1, 4.3, 2.6), strict=True):
        waits = [min(10.0, first * 1.3**k) for k in range(11)]
        line.outages = [Outage(at=1.0, seq=1, because="", quiet=0.0, waits=waits)]
    assert view(lines[0], lines).rule == "exponential: 1.1 s × 1.3, at most 10 s"
    assert view(lines[1], lines).rule == "exponential: 4.3 s × 1.3, at most 10 s"
