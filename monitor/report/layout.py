"""How far apart the life lines of a sequence diagram stand: as far as the labels between them need, and no farther."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.report.model import Party, Step

LONGEST = 72  # a longer label is cut

PARTIES: dict[Party, str] = {
    "tab": "Tab that writes",
    "other": "Other tab",
    "server": "Server",
    "push": "Push service",
    "worker": "Service worker",
}


def name_of(party: Party, steps: Sequence[Step]) -> str:
    """What is written over a life line: one tab alone is called that."""
    alone = party == "tab" and "other" not in parties_of(steps)
    return "Tab" if alone else PARTIES[party]


def parties_of(steps: Sequence[Step]) -> list[Party]:
    """Those that take part, from left to right."""
    return [party for party in PARTIES if any(party in (step.source, step.to) for step in steps)]


def label_of(step: Step) -> str:
    """A step's label, cut where it is too long for any drawing."""
    return step.label if len(step.label) <= LONGEST else f"{step.label[: LONGEST - 1]}…"


def places(steps: Sequence[Step], need: Callable[[str], int], least: int) -> dict[Party, int]:
    """The place of each life line, the first at 0. need: the room that a label takes; least: between two lines."""
    parties = parties_of(steps)
    gaps = [least] * max(0, len(parties) - 1)
    spans = [(*sorted((parties.index(step.source), parties.index(step.to))), need(label_of(step))) for step in steps]
    for first, last, room in sorted(spans, key=lambda span: span[1] - span[0]):
        lacking = room - sum(gaps[first:last])
        if last > first and lacking > 0:
            each = -(-lacking // (last - first))
            gaps[first:last] = [gap + each for gap in gaps[first:last]]
    return {party: sum(gaps[:number]) for number, party in enumerate(parties)}
