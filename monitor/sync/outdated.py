"""Texts that others took the place of before a tab showed them: it lacked them until it shows what stands there now.

Who missed one step of a counter, or the first of two edits, never shows that text. But it was behind, and no more when
it shows what took the text's place, or what took the place of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from monitor.sync.items import Item, Wait
from monitor.sync.replicas import GRACE_S, Subject

_STEPS = 200  # texts in one place, one after the other
_OWED = 200  # waits of one subject


class Outdated:
    """Keeps the waits for texts that were replaced."""

    def __init__(self) -> None:
        self._owed: dict[str, list[Wait]] = defaultdict(list)

    def waits(self, subject: Subject, item: Item) -> list[Wait]:
        """Who lacks a text, which counts, just before a tab lets go of it."""
        if not item.accepted or item.hidden:
            return []
        return [wait for (_, item_id), wait in subject.open.items() if item_id == item.id]

    def hid(self, subject: Subject, item: Item, waits: Iterable[Wait], instead: Mapping[str, str], time: float) -> None:
        """The last tab let go of a text: who lacked it for long, and does not show what took its place, lacks that."""
        waits = [wait for wait in waits if item.withdrawn and wait.withdrawn and time - wait.since > GRACE_S]
        if not waits or item.id not in instead.values():
            return
        for wait in waits:
            wait.withdrawn = False
            shown = subject.replicas[wait.tab].shown
            later = next((one for one in reversed(shown) if item.id in _former(one, instead)), None)
            if later is not None:
                _heal(subject, wait, later, shown[later].at, shown[later].seq)
            else:
                self._owed[subject.key] = [*self._owed[subject.key][-_OWED:], wait]

    def shown(
        self, subject: Subject, tab: str, items: Iterable[Item], instead: Mapping[str, str], time: float, seq: int
    ) -> None:
        """A tab shows texts: what it never did show, and they took the place of, it lacks no more."""
        owed = [wait for wait in self._owed.get(subject.key, ()) if wait.tab == tab and wait.until is None]
        for item in items if owed else ():
            former = _former(item.id, instead)
            for wait in [wait for wait in owed if wait.item in former and wait.until is None]:
                _heal(subject, wait, item.id, time, seq)
                self._owed[subject.key].remove(wait)


def _former(item_id: str, instead: Mapping[str, str]) -> set[str]:
    """The texts that stood in the place of one before it."""
    found: set[str] = set()
    while (before := instead.get(item_id)) is not None and before not in found and len(found) < _STEPS:
        found.add(before)
        item_id = before
    return found


def _heal(subject: Subject, wait: Wait, later: str, time: float, seq: int) -> None:
    replica = subject.replicas[wait.tab]
    wait.until, wait.until_seq, wait.ended, wait.later = time, seq, None, later
    wait.began, wait.began_seq = (replica.began, replica.began_seq) if replica.fresh else (0.0, 0)
    subject.closed.append(wait)
