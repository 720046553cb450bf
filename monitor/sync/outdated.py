"""Texts that others took the place of before a tab showed them: it lacked them until it shows what stands there now.

Who missed one step of a counter, or the first of two edits, never shows that text. But it was behind, and no more when
it shows what took the text's place, or what took the place of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from monitor.sync.items import GRACE_S, Item, Wait
from monitor.sync.page import Change
from monitor.sync.remembered import Texts
from monitor.sync.replicas import Subject

_STEPS = 200  # texts in one place, one after the other
_OWED = 200  # waits of one subject
_KNOWN = 2_000  # replaced texts of one subject


class Outdated:
    """Keeps the waits for texts that were replaced."""

    def __init__(self) -> None:
        self._owed: dict[str, list[Wait]] = defaultdict(list)
        self._next: dict[str, dict[str, str]] = defaultdict(dict)  # by subject: what took each text's place

    def replaced(self, subject: Subject, texts: Texts, tab: str, change: Change, item: Item) -> None:
        """A tab shows a text: which one's place did it take?"""
        former = texts.item(tab, change.before.key) if change.before is not None else ""
        known = self._next[subject.key]
        if former and former != item.id:
            known.pop(former, None)
            known[former] = item.id
            if len(known) > _KNOWN:
                del known[next(iter(known))]

    def hide(self, subject: Subject, tab: str, item: Item, time: float) -> None:
        """A tab lets go of a text; where none shows it any more, who lacked it for long lacks what took its place."""
        counts = item.accepted and not item.hidden and item.id in self._next[subject.key]
        waits = subject.waits.open_on(item.id) if counts else []
        subject.hide(tab, item, time, withdraw=True)
        for wait in waits if item.withdrawn else ():
            if wait.withdrawn and time - wait.since > GRACE_S:
                wait.withdrawn = False
                self._owed[subject.key] = [*self._owed[subject.key][-_OWED:], wait]

    def settle(self, subject: Subject) -> None:
        """Pages changed: who shows by now what took the place of what it lacked?"""
        for wait in self._owed.get(subject.key) or ():
            shown = subject.replicas[wait.tab].shown
            later = next((one for one in self._later(subject, wait.item) if one in shown), None)
            if later is not None and shown[later].at >= wait.since:
                _heal(subject, wait, later)
            elif later is not None:
                wait.withdrawn = True  # what it shows stands there again
        if subject.key in self._owed:
            owed = self._owed[subject.key]
            self._owed[subject.key] = [wait for wait in owed if wait.until is None and not wait.withdrawn]

    def _later(self, subject: Subject, item: str) -> Iterator[str]:
        """What stood in a text's place after it."""
        known, seen = self._next[subject.key], {item}
        while (later := known.get(item)) is not None and later not in seen and len(seen) < _STEPS:
            seen.add(later)
            yield later
            item = later


def _heal(subject: Subject, wait: Wait, later: str) -> None:
    replica = subject.replicas[wait.tab]
    sight = replica.shown[later]
    wait.until, wait.until_seq, wait.ended, wait.later = sight.at, sight.seq, None, later
    wait.began, wait.began_seq = (replica.began, replica.began_seq) if replica.fresh else (0.0, 0)
    subject.waits.healed.append(wait)
