"""Deletions: which texts are gone for all, by whose doing, and until when each tab showed them still.

A text that is gone is no new version of itself: who shows it lacks nothing and shows something too much. But its going
is a write like others, which reaches the other tabs after a time and by some cause. Who let go of it first saw it
first; who is loaded again sees it with the new document; who closes or turns elsewhere shows it no more, and did not
see that.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from monitor.sync.causes import Arrival, Cause, cause_by, cause_of
from monitor.sync.evidence import Needle, Packet
from monitor.sync.going import Drop
from monitor.sync.items import Item, Wait
from monitor.sync.network import Connection, Network
from monitor.sync.replicas import Subject
from monitor.sync.writes import label_of

_KEPT = 500  # deletions of one subject
_TOGETHER_S = 0.05
_NOTHING = Needle("\0", "")  # no payload says it


@dataclass(slots=True)
class Departure:
    """Texts that went together. tab: who deleted them, or else let go of them first. at: when that was acknowledged.

    request: what deleted them; None where that was not seen. text: what the longest of them said.
    waits: of each other tab that showed one of them, for how long it did.
    """

    tab: str
    at: float
    seq: int
    request: str | None
    items: list[str] = field(default_factory=list)
    text: str = ""
    waits: dict[tuple[str, str], Wait] = field(default_factory=dict)


class Departures:
    """Keeps the deletions of all subjects, and who shows still what is gone."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._of: dict[str, deque[Departure]] = defaultdict(lambda: deque(maxlen=_KEPT))
        self._open: list[tuple[Subject, Wait]] = []

    def of(self, subject: Subject) -> list[Departure]:
        """The deletions of a subject, oldest first."""
        return list(self._of[subject.key]) if not subject.list and not subject.site else []

    def went(self, subject: Subject, item: Item, drop: Drop, by: tuple[str, Packet | Connection] | None) -> Wait | None:
        """A text is gone for all. drop: how the first tab let go of it. by: who deleted it, and by what.

        Gives the wait of that first tab, where another one deleted it.
        """
        first, time, seq = drop.tab, drop.time, drop.seq
        tab, what = by if by is not None else (first, None)
        request = what.request if isinstance(what, Connection) else label_of(what) if what is not None else None
        at, source = (_taken(what), what.seq) if what is not None else (time, seq)
        known = self._of[subject.key]
        one = next((o for o in known if o.tab == tab and o.request == request and abs(o.at - at) < _TOGETHER_S), None)
        if one is None:
            known.append(one := Departure(tab, at, source, request))
        one.items.append(item.id)
        one.text = max(one.text, item.text, key=len)
        for replica in subject.active():
            just_loaded = replica.began > at and item.id in replica.before
            if replica.tab != tab and (item.id in replica.shown or just_loaded):
                wait = Wait(replica.tab, item.id, item.version, at, parting=True)
                one.waits[replica.tab, item.id] = wait
                self._open.append((subject, wait))
        if first == tab:
            return None
        wait = one.waits[first, item.id] = Wait(first, item.id, item.version, at, time, seq, parting=True)
        return wait

    def dropped(self, subject: Subject, item: Item, tab: str, time: float, seq: int) -> Wait | None:
        """A tab let go of a text that is gone; the wait that ends with that."""
        one = next((o for o in reversed(self._of[subject.key]) if item.id in o.items), None)
        if one is None or one.tab == tab:
            return None
        wait = one.waits.setdefault((tab, item.id), Wait(tab, item.id, item.version, one.at, parting=True))
        if wait.until is None and wait.ended is None:
            wait.until, wait.until_seq = time, seq
            self._open = [(of, other) for of, other in self._open if other is not wait]
        return wait

    def caused(self, wait: Wait, packet: Packet | Connection | None) -> None:
        """What told a tab that a text is gone is known for good."""
        wait.cause = self._cause(wait, packet if isinstance(packet, Packet) else None)

    def cause(self, wait: Wait) -> Cause:
        """Why a tab let go of a text."""
        return wait.cause if isinstance(wait.cause, Cause) else self._cause(wait, None)

    def undone(self, subject: Subject, item: Item, *, by_itself: bool) -> None:
        """A text that was gone stands there again. by_itself: who let go of it first shows it; so it never was."""
        self._open = [(of, wait) for of, wait in self._open if of is not subject or wait.item != item.id]
        for one in list(self._of[subject.key]):
            for wait in [wait for (_, item_id), wait in one.waits.items() if item_id == item.id and wait.open]:
                wait.ended = wait.since
                del one.waits[wait.tab, wait.item]
            if by_itself and item.id in one.items:
                one.items.remove(item.id)
                if not one.items:
                    self._of[subject.key].remove(one)

    def settle(self) -> None:
        """Who was loaded again, closed, or turned elsewhere since?"""
        for subject, wait in self._open:
            replica = subject.replicas[wait.tab]
            if not replica.active:
                wait.ended = replica.left
            elif replica.began > wait.since and replica.painted and wait.item not in replica.shown:
                wait.until, wait.until_seq = replica.painted_at, replica.began_seq
                wait.began, wait.began_seq = (replica.began, replica.began_seq) if replica.fresh else (0.0, 0)
        if self._open:
            self._open = [(subject, wait) for subject, wait in self._open if wait.open]

    def _cause(self, wait: Wait, packet: Packet | None) -> Cause:
        arrival = Arrival(wait.tab, wait.since, wait.until or 0.0, wait.until_seq, wait.began, wait.began_seq)
        if packet is not None and packet.dir != "out" and not wait.began:
            return cause_by(packet, arrival, self._network)
        return cause_of(arrival, _NOTHING, self._network)


def _taken(what: Packet | Connection) -> float:
    """When what deletes something was acknowledged."""
    if isinstance(what, Packet):
        return what.time
    return what.answered if what.answered is not None else what.opened
