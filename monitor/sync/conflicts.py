"""Two tabs that wrote without knowing of each other, and what became of it in the later state.

The second write is blind to the first if its tab had never shown what the first one made when it was sent. Blind writes
are a conflict where they meet: they name the same parent (siblings in a tree), one replaced what the other had written,
or the server refused one of them. Blind writes that merely stand beside each other are none.

Of two that are under way at once the first is the one that was answered first: as far as can be seen, the server had it
first.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.sync.items import Item
from monitor.sync.network import Connection
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import Conflict, Outcome
from monitor.sync.state import State
from monitor.sync.writes import REFUSED, Write

RIVALS_S = 10.0  # writes to one address this close together may contend for one place
AHEAD_S = 1.0  # a tab may be shown a write this much ahead of its request: by another tab, or by the clocks
_TELLING = 8  # fewer letters are within many texts
_NEAR = 6  # how many following writes a write is held against


def conflicts(state: State, subject: Subject) -> tuple[Conflict, ...]:
    """The conflicts on a subject, in the order of the second writes."""
    mine = [write for write in state.writes.all if write.subject == (subject.site, subject.key)]
    mine.sort(key=lambda write: write.sent)  # they are found in the order in which pages showed them
    pairs = ((one, other) for n, one in enumerate(mine) for other in mine[n + 1 : n + 1 + _NEAR])
    found = [_conflict(subject, *_in_turn(one, other)) for one, other in pairs if one.tab != other.tab]
    found += [_unseen(subject, mine, refused) for refused in state.writes.unseen()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at))


def _in_turn(one: Write, other: Write) -> tuple[Write, Write]:
    """Two writes, one sent after the other, as the server had them."""
    at_once = one.at is not None and other.at is not None and other.sent < one.at
    return (other, one) if at_once and (other.at or 0.0) < (one.at or 0.0) else (one, other)


def _conflict(subject: Subject, first: Write, second: Write) -> Conflict | None:
    if not _blind(subject, first, second.tab, second.sent):
        return None
    outcome = _outcome(subject, first, second)
    if outcome is None:
        return None
    return Conflict(tabs=(first.tab, second.tab), writes=(first.seq, second.seq), at=second.sent, outcome=outcome,
                    text=_text(first, second.tab, second.status, outcome))  # fmt: skip


def _unseen(subject: Subject, mine: list[Write], refused: Connection) -> Conflict | None:
    """A write that the server refused before any page showed it: by its address it contends with an earlier one."""
    tab = refused.tab or ""
    for first in reversed(mine):
        near = 0 <= refused.opened - first.sent <= RIVALS_S
        if near and first.tab != tab and not first.failed and first.request == refused.request:
            blind = tab in subject.replicas and _blind(subject, first, tab, refused.opened)
            text = _text(first, tab, refused.status, "rejected")
            return Conflict(tabs=(first.tab, tab), writes=(first.seq, refused.seq), at=refused.opened,
                            outcome="rejected", text=text) if blind else None  # fmt: skip
    return None


def _blind(subject: Subject, first: Write, tab: str, sent: float) -> bool:
    """Whether the second writer had not been shown, when it wrote, what the first had made."""
    since = first.sent - AHEAD_S
    seen = (subject.first_sight(tab, item.id, since) for item in _own(subject, first))
    return not any(sight is not None and sight.at < sent for sight in seen)


def _outcome(subject: Subject, first: Write, second: Write) -> Outcome | None:
    if second.status in REFUSED:
        same = {i.letters for i in _own(subject, first)} & {i.letters for i in _own(subject, second)}
        return "suppressed" if same else "rejected"
    if second.failed or first.failed:
        return None
    if _merged(subject, first, second):
        return "merged"
    if second.number in first.replaced_by:
        return "last-wins"
    if first.number in second.replaced_by:
        return "first-wins"
    ours, theirs = list(_own(subject, first)), list(_own(subject, second))
    parents = {item.parent for item in ours if item.parent} & {item.parent for item in theirs if item.parent}
    near = first.request == second.request and second.sent - first.sent <= RIVALS_S
    rivals = near and any(_at_one_place(one, other) for one in ours for other in theirs)
    if not (parents or rivals) or not ours or not theirs:
        return None
    lately = second.sent + RIVALS_S  # what goes long after is somebody's next change
    gone = [all(item.withdrawn and item.went <= lately for item in items) for items in (ours, theirs)]
    if gone == [True, False]:
        return "last-wins"
    if gone == [False, True]:
        return "first-wins"
    return "branches" if parents and gone == [False, False] else None


def _at_one_place(one: Item, other: Item) -> bool:
    """Whether two texts took the place of one, or one of them that of the other."""
    places = ({item.letters, item.former} - {""} for item in (one, other))
    return bool(set.intersection(*places)) and bool(one.former or other.former)


def _merged(subject: Subject, first: Write, second: Write) -> bool:
    """Whether a tab showed later what is new in both, in one text."""
    new = []
    for write in (first, second):
        made = min(_own(subject, write), key=lambda item: item.at, default=None)
        new.append("" if made is None else made.core or made.letters)
    one, other = new
    if min(len(one), len(other)) < _TELLING or one in other or other in one:
        return False
    later = (seen.letters for sights in subject.sights.values() for seen in sights if seen.at > second.sent)
    return any(one in said and other in said for said in later)


def _own(subject: Subject, write: Write) -> Iterator[Item]:
    """What a write carried itself, answers left out."""
    return (
        item
        for item_id in write.items
        if item_id not in write.answers and (item := subject.items.get(item_id)) is not None
    )


def _text(first: Write, tab: str, status: int | None, outcome: Outcome) -> str:
    how = {
        "branches": "both were kept, as branches of one parent",
        "merged": "both were kept, in one text",
        "last-wins": f"{tab}'s write took the place of {first.tab}'s",
        "first-wins": f"{first.tab}'s write stayed, {tab}'s did not",
        "rejected": f"the server refused {tab}'s write ({status})",
        "suppressed": f"{tab}'s write said the same again, and the server refused it ({status})",
    }[outcome]
    return f"{tab} wrote without having seen {first.tab}'s write: {how}"
