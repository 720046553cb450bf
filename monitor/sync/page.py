"""What one tab displays, kept from Shown events: the blocks of its frames, and what came and went with each change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.model import FOLDED, Block, Shown
from monitor.sites.profile import LISTED
from monitor.sites.text import letters
from monitor.sync.ticked import mark_of

_PLACE = re.compile(r"[#:][^/]*")
Slot = tuple[str, str, int]  # frame, rule, the element's number


@dataclass(slots=True)
class Entry:
    """One block on the page. at: since when it has this text. changes: how often its text was replaced.

    key: its letters and, where the text was cut, the digest of the whole, and whether it is ticked off: equal for two
    texts that say the same.
    """

    block: Block
    letters: str
    key: str
    at: float
    changes: int = 0

    @property
    def shape(self) -> str:
        """Where it stands on the page, but for its place among those like it: equal for the rows of a list."""
        return _PLACE.sub("", self.block.path)


@dataclass(slots=True)
class Change:
    """A block appeared (no `before`), changed, or went (no `after`)."""

    slot: Slot
    before: Entry | None
    after: Entry | None


@dataclass(slots=True)
class Page:
    """The blocks displayed in one tab's current document."""

    entries: dict[Slot, Entry] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)  # of the `text` rule: how many blocks say the same
    folded: Counter[str] = field(default_factory=Counter)  # likewise of what is folded up, by its letters
    drafts: Counter[str] = field(default_factory=Counter)  # of these: how many stand in an input or editor
    rules: set[str] = field(default_factory=set)
    order: dict[tuple[str, str], list[int]] = field(default_factory=dict)  # of (frame, rule): its elements, as shown
    editors: list[tuple[str, int]] = field(default_factory=list)  # what can be edited, as shown: frame and element
    main: str | None = None  # the main frame
    turns: int = 0  # how often texts came to stand elsewhere, apart from coming and going

    def clear(self) -> None:
        """The document is gone."""
        self.entries.clear()
        self.counts.clear()
        self.drafts.clear()
        self.folded.clear()
        self.rules.clear()
        self.order.clear()
        self.editors.clear()
        self.main = None

    def apply(self, event: Shown) -> list[Change]:
        """Take a Shown event into account; what changed, in the event's order, departures last."""
        frame = event.frame or event.target or ""
        changes = [
            change
            for block in event.blocks
            if (change := self._put((frame, event.rule, block.slot), block, event.time))
        ]
        gone = list(event.gone)
        if event.full:
            kept = {block.slot for block in event.blocks}
            gone += [s for f, r, s in self.entries if f == frame and r == event.rule and s not in kept]
        for number in gone:
            before = self.entries.pop((frame, event.rule, number), None)
            if before is not None:
                self._count(event.rule, before, -1)
                changes.append(Change((frame, event.rule, number), before, None))
        if event.blocks and not event.rule.startswith(LISTED):
            self.rules.add(event.rule)
        if event.main and self.main != frame:
            self.main = frame
            self.turns += 1
        stood = self.order.get((frame, event.rule), [])
        fresh = [change.slot[2] for change in changes if change.before is None]
        if event.full or gone or event.order is not None or fresh:
            self._arrange(event, frame, set(gone), fresh)
        if event.rule == "text":
            self._edit(event, frame, set(gone))
            changes = redrawn(changes, stood, self.order.get((frame, event.rule), []))
        return changes

    def in_order(self) -> list[Entry]:
        """The blocks that a profile's rule found, as they stand on the page; none where several rules did.

        How the blocks of two rules stand between each other is not told. Lists beside the subject are left out.
        """
        rules = {rule for (_, rule), slots in self.order.items() if slots and rule != "text"}
        rules = {rule for rule in rules if not rule.startswith(LISTED)}
        return [] if len(rules) > 1 else [entry for rule in rules for entry in self.of_rule(rule)]

    def standing(self) -> list[Entry]:
        """The visible texts of the main frame from the top, of those that only one block says."""
        frame = self.main or ""
        found = (self.entries.get((frame, "text", slot)) for slot in self.order.get((frame, "text"), ()))
        return [entry for entry in found if entry is not None and self.counts.get(entry.key) == 1]

    def of_rule(self, wanted: str) -> list[Entry]:
        """The blocks that one rule of a profile found, as they stand on the page."""
        return [
            entry
            for (frame, rule), slots in self.order.items()
            if rule == wanted
            for slot in slots
            if (entry := self.entries.get((frame, rule, slot))) is not None
        ]

    def _arrange(self, event: Shown, frame: str, gone: set[int], fresh: list[int]) -> None:
        """Where each element stands: below the others, where the event gives no order."""
        stood = self.order.get((frame, event.rule), [])
        if not event.full and event.order is None and not gone:  # thousands may stand there
            self.order[frame, event.rule] = [*stood, *fresh]
            return
        stay = [] if event.full else [slot for slot in stood if slot not in gone]
        known = set(stay)
        slots = stay + [block.slot for block in event.blocks if block.slot not in known]
        if event.order is not None:
            place = {slot: number for number, slot in enumerate(event.order)}
            slots.sort(key=lambda slot: place.get(slot, len(place)))
        elsewhere = event.full or (event.order is not None and stay != [slot for slot in slots if slot in known])
        self.turns += elsewhere and (frame, event.rule) == (self.main or "", "text")
        self.order[frame, event.rule] = slots

    def _edit(self, event: Shown, frame: str, gone: set[int]) -> None:
        """Where the lines of editors stand."""
        added = [(frame, block.slot) for block in event.blocks if block.editable]
        if not self.editors and not added:
            return
        kept = [(f, slot) for f, slot in self.editors if f != frame or not (event.full or slot in gone)]
        known = set(kept)
        self.editors = [*kept, *(one for one in added if one not in known)]
        if event.order is not None:
            place = {slot: number for number, slot in enumerate(event.order)}
            self.editors.sort(key=lambda one: place.get(one[1], len(place)) if one[0] == frame else -1)

    def of_rules(self) -> list[Entry]:
        """The blocks a profile's rules found; where they found none in this document, the visible text blocks."""
        named = bool(self.rules - {"text"})
        found = ((rule, entry) for (_, rule, _), entry in self.entries.items() if not rule.startswith(LISTED))
        return [entry for rule, entry in found if (rule != "text") == named]

    def _put(self, slot: Slot, block: Block, time: float) -> Change | None:
        before = self.entries.get(slot)
        reduced, mark = letters(block.text), mark_of(block.text)
        key = f"{reduced}#~{block.digest}" if reduced and block.length > len(block.text) else reduced
        key = f"{key}#{mark}" if key and mark else key
        as_was = before is not None and before.key == key and before.block.id == block.id
        if before is not None and as_was and before.block.editable == block.editable:
            self.entries[slot] = Entry(block, reduced, key, before.at, before.changes)
            return None
        at = before.at if before is not None and as_was else time
        after = Entry(block, reduced, key, at, before.changes + (not as_was) if before else 0)
        self.entries[slot] = after
        if before is not None:
            self._count(slot[1], before, -1)
        self._count(slot[1], after, +1)
        return Change(slot, before, after)

    def _count(self, rule: str, entry: Entry, by: int) -> None:
        if rule == FOLDED:
            self.folded[entry.letters] += by
            return
        for counts in (self.counts, self.drafts) if entry.block.editable else (self.counts,):
            if rule == "text" and entry.key:
                counts[entry.key] += by
                if counts[entry.key] <= 0:
                    del counts[entry.key]


def said_before(key: str, lost: set[str]) -> str | None:
    """What a page says no more, by the text of one place: of several that say the same, the last one."""
    return (
        key
        if key in lost
        else max((one for one in lost if one.startswith(f"{key}#") and one[-1].isdigit()), default=None)
    )


def redrawn(changes: list[Change], before: list[int], after: list[int]) -> list[Change]:
    """The same changes, with each element that was made anew as a change of the one that stood in its place.

    before, after: the elements from the top. One stands in another's place if the elements that stay, or say the same,
    stand around both, and as many of the same kind went from there as came.
    """
    came = {one.slot[2]: one for one in changes if one.before is None and one.after and not one.after.block.editable}
    went = {one.slot[2]: one for one in changes if one.after is None and one.before and not one.before.block.editable}
    kinds = {one.after.shape for one in came.values() if one.after} & {
        o.before.shape for o in went.values() if o.before
    }
    if not kinds or not before:
        return changes
    again = _again(before, after, came, went)
    for now, was in again.items():
        _stood(went[was].before, came[now].after)
    marks = [again.get(slot) if slot in came else slot for slot in after]
    old = _gaps(before, [None if slot in went and slot not in marks else slot for slot in before])
    new = _gaps(after, marks)
    pairs: dict[int, Change] = {}
    for place, slots in new.items():
        gone = [went[slot] for slot in old.get(place, ())]
        fresh = [came[slot] for slot in slots if slot in came]
        if [one.before.shape for one in gone if one.before] == [one.after.shape for one in fresh if one.after]:
            pairs |= {id(one): other for other, one in zip(gone, fresh, strict=True)}
    for one in came.values():
        if id(one) in pairs:
            _stood(pairs[id(one)].before, one.after)
    taken = {id(was) for was in pairs.values()}
    return [
        Change(one.slot, pairs[id(one)].before, one.after) if id(one) in pairs else one
        for one in changes
        if id(one) not in taken
    ]


def _stood(before: Entry | None, after: Entry | None) -> None:
    """An element that was made anew says what the one in its place said: since when it does."""
    if before is not None and after is not None:
        same = before.key == after.key
        after.at, after.changes = before.at if same else after.at, before.changes + (not same)


def _again(before: list[int], after: list[int], came: dict[int, Change], went: dict[int, Change]) -> dict[int, int]:
    """The elements that came and say what one that went did, which each: what is said once is known everywhere.

    What several say, as the cells of a table do, is known by what stands around it; else the first is the first.
    """
    old = {slot: one.before.key for slot in before if (one := went.get(slot)) is not None and one.before is not None}
    new = {slot: one.after.key for slot in after if (one := came.get(slot)) is not None and one.after is not None}
    gone, fresh = Counter(old.values()), Counter(new.values())
    once = {key: slot for slot, key in old.items() if gone[key] == 1}
    again = {slot: once[key] for slot, key in new.items() if fresh[key] == 1 and key in once}
    if len(again) < len(new):
        known = set(again.values())
        there = _gaps(before, [slot if slot in known or slot not in went else None for slot in before])
        here = _gaps(after, [again.get(slot, None if slot in came else slot) for slot in after])
        _alike(again, old, new, ((there.get(place, []), slots) for place, slots in here.items()))
        _alike(again, old, new, [(before, after)])
    return again


def _alike(
    again: dict[int, int], old: dict[int, str], new: dict[int, str], parts: Iterable[tuple[list[int], list[int]]]
) -> None:
    """Add to those known to be one element: in each part, the first that says something to the first that said it."""
    taken = set(again.values())
    for was, now in parts:
        same: dict[str, list[int]] = {}
        for slot in was:
            if slot in old and slot not in taken:
                same.setdefault(old[slot], []).append(slot)
        for slot in now:
            if slot in new and slot not in again and same.get(new[slot]):
                again[slot] = same[new[slot]].pop(0)
                taken.add(again[slot])


def _gaps(slots: list[int], marks: list[int | None]) -> dict[tuple[int | None, int | None], list[int]]:
    """The elements between each two that have a mark, by their marks."""
    found: dict[tuple[int | None, int | None], list[int]] = {}
    above, between = None, list[int]()
    for slot, mark in [*zip(slots, marks, strict=True), (0, None)]:
        if mark is None and slot:
            between.append(slot)
            continue
        if between:
            found[above, mark] = between
        above, between = mark, []
    return found
