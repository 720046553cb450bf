"""Life lines stand as far apart as the labels between them need."""

from __future__ import annotations

from monitor.report.layout import LONGEST, label_of, parties_of, places
from monitor.report.model import Party, Step


def step(source: Party, to: Party, label: str) -> Step:
    return Step(at=0.0, source=source, to=to, label=label, seq=1)


def test_each_gap_is_as_wide_as_its_longest_label() -> None:
    steps = [step("tab", "other", "x" * 9), step("server", "other", "x" * 30), step("other", "server", "x" * 5)]
    assert parties_of(steps) == ["tab", "other", "server"]
    assert places(steps, len, 12) == {"tab": 0, "other": 12, "server": 42}


def test_a_label_over_several_gaps_widens_them_alike() -> None:
    steps = [step("tab", "server", "x" * 40), step("other", "server", "x" * 14)]
    assert places(steps, len, 10) == {"tab": 0, "other": 18, "server": 40}


def test_only_what_is_too_long_for_any_drawing_is_cut() -> None:
    assert label_of(step("tab", "server", "x" * LONGEST)) == "x" * LONGEST
    assert label_of(step("tab", "server", "x" * 99)) == "x" * (LONGEST - 1) + "…"
