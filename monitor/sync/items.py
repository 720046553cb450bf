"""The words in which it is said who has what: items, who shows and who lacks them, and what stands wrongly.

They hold no rule of their own: `replicas` says when one begins and ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from monitor.model import Channel
from monitor.sites.text import letters
from monitor.sync.evidence import Needle

GRACE_S = 0.5  # a tab behind by less is on its way, not stale


@dataclass(slots=True)
class Item:
    """One part of a subject's state.

    row: of a count, or a word for a state: the items that say what it is about.
    names: the ids in the payload that brought a number which is all that is new in the text: what the number is about.
    numbers: likewise, the new numbers. former, since: what was there (its letters), and when it had come to stand so.
    core: the letters of that part of the text which replaced another, where it replaced one.
    own: the letters of what it says besides the words that all rows like it say, where it says some.
    at: when it was first known anywhere. changed: when its newest version was. text, letters: of the newest version.
    accepted: shown to the user at all; a generic item is accepted once a payload explains it.
    removed: since when it is known to be gone, though a tab may show it still, and by which event.
    repeats: the item that it says once more in one tab, which was sent that twice; empty for all others.
    """

    id: str
    at: float
    tab: str
    seq: int
    text: str = ""
    letters: str = ""
    core: str = ""
    own: str = ""
    row: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    former: str = ""
    since: float = 0.0
    author: str = ""
    parent: str | None = None
    hidden: bool = False
    done: bool = True
    accepted: bool = True
    version: int = 0
    changed: float = 0.0
    grown: float = 0.0
    withdrawn: bool = False
    went: float = 0.0  # when it was last withdrawn
    removed: float | None = None
    removed_seq: int = 0
    repeats: str = ""
    gone: bool = False  # its newest version is that it is there no more
    write: int | None = None

    @property
    def needle(self) -> Needle:
        """What payloads are searched for: what it says, or, once it is gone, its name."""
        if self.gone:
            return Needle(self.id, letters(self.id))
        return Needle(self.text, self.letters, self.core, self.own, self.numbers)


@dataclass(slots=True)
class Receipt:
    """An item's content reached a tab. either: it may have been that of an earlier item that says the same."""

    at: float
    seq: int
    channel: Channel
    connection: str
    version: int = 0
    either: bool = False


@dataclass(slots=True)
class Showing:
    """A tab displays an item, in this version, since then. length: characters of it, where that is known."""

    at: float
    seq: int
    version: int = 0
    letters: str = ""
    length: int = 0
    slot: int = 0  # the element that says it, where that is known


@dataclass(slots=True)
class Wait:
    """A tab lacked an item. until: when it was shown; ended: when the wait stopped counting for another reason."""

    tab: str
    item: str
    version: int
    since: float
    until: float | None = None
    until_seq: int = 0
    began: float = 0.0  # when the document that showed it did, if it began with the tab's turning here
    began_seq: int = 0
    ended: float | None = None
    withdrawn: bool = False
    receipt: Receipt | None = None
    cause: object = None  # what brought the item, once that is told for good
    spared: bool = False  # the tab need not show the item at all
    place: str = ""  # for a tab that may show but a part of a list: `outside` that, `unknown`, or too `young` to tell
    placed: float = 0.0  # when that was looked at last
    carried: bool = False  # it outlived a document of its tab
    after: float = 0.0  # it does not count from before this: its tab was elsewhere
    later: str = ""  # what the tab showed in the end, where that had taken the item's place
    parting: bool = False  # it showed an item that was gone, rather than lack one
    why: str = ""  # the explanation, once the cause is told for good
    why_of: object = None  # what it speaks of, which what comes later may change

    @property
    def open(self) -> bool:
        """Whether the tab still lacks the item."""
        return self.until is None and self.ended is None


@dataclass(slots=True)
class Misplaced:
    """A tab shows what it should not (`extra`), or at another place than the tab `by` (`reordered`), until it ended.

    witness: the events that show it. how: what made the order that it does not follow, in words.
    """

    tab: str
    what: Literal["extra", "reordered"]
    items: tuple[str, ...]
    since: float
    by: str = ""
    witness: tuple[int, ...] = ()
    how: str = ""
    until: float | None = None


@dataclass(slots=True)
class Replica:
    """One tab's view of one subject. began: when its document did (or it turned to the subject within one)."""

    tab: str
    began: float
    began_seq: int = 0
    fresh: bool = True  # a document began, rather than an address within one
    active: bool = True
    painted: bool = False
    painted_at: float = 0.0
    left: float = 0.0  # when its tab closed, or turned to another subject
    shown: dict[str, Showing] = field(default_factory=dict)
    before: dict[str, Showing] = field(default_factory=dict)  # what its last document, or subject, showed to the end
    received: dict[str, Receipt] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)  # shown in this document once, and let go of
    sequence: tuple[str, ...] = ()  # the items as they stand on the page
    arranged: float = 0.0  # when they came to stand so, apart from coming and going
    arranged_seq: int = 0
    went: dict[str, Showing] = field(default_factory=dict)  # what it let go of with its last change that did
    went_at: float = 0.0
    touched: set[str] = field(default_factory=set)  # shown or let go of since somebody looked

    def has_newest(self, item: Item) -> bool:
        """Whether the tab shows the item's newest version."""
        showing = self.shown.get(item.id)
        return showing is not None and showing.version >= item.version
