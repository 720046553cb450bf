"""How entries of lists change: what a list came to show otherwise, and which part of an entry's text was replaced."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.sync.items import Item
from monitor.sync.replicas import Subject


@dataclass(slots=True)
class Change:
    """A list in a tab came to show an entry otherwise. before: what it said, after: what it says."""

    subject: Subject
    tab: str
    id: str
    before: str | None
    after: str | None
    time: float
    seq: int
    together: tuple[str, ...]  # the texts of what came, or went, with it
    loading: bool
    lagged: bool = False  # another tab showed what was before
    tried: float = 0.0  # when it was last judged


@dataclass(slots=True)
class Amendment:
    """One change of what an entry says: the letters of what it said instead of the new ones."""

    olds: set[str]
    new: str


class Amendments:
    """What was replaced in each entry, in order: so the version that a text is can be told."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str, str], list[Amendment]] = {}  # by subject and entry

    def add(self, subject: Subject, item: Item, old: str, new: str) -> bool:
        """What replaced a part of an entry, and all that this part was before; whether that is news."""
        amended = self._of.setdefault((subject.site, subject.key, item.id), [])
        if any(one.new == new for one in amended) and not any(new in one.olds for one in amended):
            return False
        one = Amendment({old}, new)
        for earlier in amended:
            if earlier.new in one.olds:
                one.olds |= earlier.olds
                earlier.olds = set()
        one.olds.discard(new)
        while len(amended) < item.version:
            amended.append(Amendment(set(), ""))
        amended.append(one)
        return True

    def version(self, subject: Subject, item: Item, letters: str) -> int:
        """The version that an entry shows: that before the first change which it does not have."""
        if item.gone:
            return item.version - 1
        for number, one in enumerate(self._of.get((subject.site, subject.key, item.id), ())):
            if one.new not in letters and any(old in letters for old in one.olds):
                return number
        return item.version
