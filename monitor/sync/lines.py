"""The lines of an editor, as one tab shows them: which of them is which after a change, and what typing passes through.

A line is what its element says, with all that it said while it was typed. An editor uses its elements again: a line
that stands in another one now is the line that it was, and an element that says something else altogether has another.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from monitor.sites.text import made_up
from monitor.sync.page import Change, Entry

_NAMED = re.compile(r"#[^/]*")  # an element's id in a path, and its place among those like it
REST_S = 2.0  # a tab may be so far behind with what is typed
FORMS = 200
Slot = tuple[str, int]  # a frame, and the number of an element in it


@dataclass(slots=True)
class Line:
    """A line in one tab's editor. forms: what it said before, each with the moment at which it said so no longer."""

    key: str
    text: str
    since: float
    seq: int
    edited: bool = False
    forms: deque[tuple[str, float]] = field(default_factory=lambda: deque(maxlen=FORMS))
    item: str = ""


@dataclass(slots=True)
class Gone:
    """A line that one tab let go of. forms: all that it said lately."""

    tab: str
    path: str
    forms: frozenset[str]
    text: str
    at: float
    seq: int


@dataclass(slots=True)
class Editor:
    """An editor in one tab: its lines by slot, from the top, and until when it showed what it shows no more."""

    lines: dict[Slot, Line] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)


# ── which line is which ──


def editable(change: Change) -> bool:
    """Whether a change is one of what stands in an editor."""
    if change.slot[1] != "text":
        return False
    return any(entry is not None and entry.block.editable for entry in (change.before, change.after))


def editor_of(entry: Entry) -> str:
    """What the editor of a line is called in every tab: where it stands, but for ids that each document makes up."""
    path = entry.block.editor or entry.block.path
    return _NAMED.sub(lambda named: "" if made_up(named[0]) else named[0], path)


def by_editor(changes: list[Change]) -> dict[str, tuple[dict[Slot, Entry], dict[Slot, Entry]]]:
    """What each editor said before in the places that changed, and what it says there now."""
    found: dict[str, tuple[dict[Slot, Entry], dict[Slot, Entry]]] = {}
    for change in changes:
        for number, entry in enumerate((change.before, change.after)):
            if entry is not None and entry.block.editable:
                pair = found.setdefault(editor_of(entry), ({}, {}))
                pair[number][change.slot[0], change.slot[2]] = entry
    return found


def moved_lines(was: dict[Slot, Entry], now: dict[Slot, Entry]) -> dict[Slot, Slot]:
    """Lines that stand in another element now, and which they stood in: an editor uses its elements again."""
    free: dict[str, list[Slot]] = {}
    for slot, entry in was.items():
        if slot not in now or now[slot].key != entry.key:
            free.setdefault(entry.key, []).append(slot)
    found = {}
    for slot, entry in now.items():
        if (slot not in was or was[slot].key != entry.key) and free.get(entry.key):
            found[slot] = free[entry.key].pop(0)
    # What moved can have been typed in meanwhile; what is typed in its place stays there.
    taken = set(found.values())
    stays = {
        slot for slot, entry in now.items() if slot in was and slot not in taken and kept(was[slot].key, entry.key)
    }
    left = [slot for slots in free.values() for slot in slots if slot not in stays]
    for slot, entry in now.items():
        if slot in found or slot in stays:
            continue
        former = next((one for one in left if _nearly(was[one].key, entry.key)), None)
        if former is not None:
            found[slot] = former
            left.remove(former)
    return found


def _nearly(before: str, after: str) -> bool:
    """Whether a line says the same but for a few letters in one place."""
    head = _alike(before, after)
    same = head + _alike(before[head:][::-1], after[head:][::-1])
    return 4 * same >= 3 * max(len(before), len(after))


def kept(before: str, after: str) -> bool:
    """Whether a line was changed, rather than replaced by another: a part of it stays at one end."""
    head = _alike(before, after)
    return 4 * (head + _alike(before[head:][::-1], after[head:][::-1])) >= min(len(before), len(after))


# ── what typing passes through ──


def shown_until(line: Line, theirs: Editor, mine: Editor) -> float | None:
    """Until when a line said what stands in another tab's editor, or something on the way from there; None if never."""
    own = {one.key for one in mine.lines.values()}
    found = [
        until for form, until in line.forms if form not in own and any(o.key == form for o in theirs.lines.values())
    ]
    forms = [*line.forms, (line.key, line.since)]
    for other in [one for one in theirs.lines.values() if one.key not in own]:
        letters, _, cut = other.key.partition("#")
        if cut and line.key.partition("#")[0] == letters:  # beyond what is kept of it nothing can be compared
            found.append(max(line.since, other.since))
        for (before, until), (after, _) in pairwise(forms):
            if found and until <= max(found):
                continue
            if _between(letters, before.partition("#")[0], after.partition("#")[0]):
                found.append(until)
    return max(found, default=None)


def passed(line: Line, theirs: Editor) -> bool:
    """Whether another tab said the same not long before, or passed through it, and this one merely follows."""
    since, text = line.since - REST_S, line.key.partition("#")[0]
    if theirs.left.get(line.key, -inf) >= since:
        return True
    for other in theirs.lines.values():
        forms = [*((form, until) for form, until in other.forms if until >= since), (other.key, inf)]
        if any(_between(text, one.partition("#")[0], two.partition("#")[0]) for (one, _), (two, _) in pairwise(forms)):
            return True
    return False


def _between(text: str, before: str, after: str) -> bool:
    """Whether a text is one that typing passes through from one text to another."""
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    if len(text) < head + tail or not text.startswith(before[:head]):
        return False
    if tail and not text.endswith(before[-tail:]):
        return False
    middle = text[head : len(text) - tail]
    return before[head : len(before) - tail].startswith(middle) or after[head : len(after) - tail].startswith(middle)


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with together."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
