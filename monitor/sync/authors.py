"""Which write made a text of a generic page: the payload that left a tab with it, or the answer it came on."""

from __future__ import annotations

from monitor.sync.evidence import Packet, counts, find
from monitor.sync.items import Item
from monitor.sync.network import Connection
from monitor.sync.outgoing import LINK_S, NEAR_S, RANK, TOGETHER_S, Outgoing, distance, made_former, rank
from monitor.sync.questions import only_queries
from monitor.sync.replicas import Subject
from monitor.sync.state import State
from monitor.sync.writes import ACK_S, Write, label_of

AFTER_S = 0.3  # clocks of page and network differ so much
_LONG_S = 3600.0  # what was written so long ago may be shown now
_WHOLE = 4  # letters of what may be looked for in all that left the tabs
CALL_S = 2.0  # what counts something is told so soon after what it counts
USED_S = 1.0  # a click is followed so soon by what it sends
SLOW_S = 120.0  # but a request may be answered this late
_WRITES = ("POST", "PUT", "PATCH")


class Authors:
    """Links accepted texts and writes, whichever comes first."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._outgoing = Outgoing(state.network)

    def find(self, subject: Subject, item: Item) -> None:
        """The write that made a text that was just accepted, if one was seen."""
        number = item.letters.isdigit()  # in many payloads
        if number and item.write is None:
            self._accompanies(subject, item)
        if item.write is not None:
            return
        labels = [item.tab, *(label for label in subject.replicas if label != item.tab), None]
        leaving = [
            (packet, label or self._used(subject, packet.time) or item.tab)  # a service worker writes for that tab
            for label in labels
            for packet in self._state.network.logs[label].leaving(item.at - SLOW_S, item.at + LINK_S)
            if label is not None or self._state.network.concerns(packet, item.tab)
            if self._outgoing.could_write(packet) and self._outgoing.near(packet, item.at)
            if not number or abs(packet.time - item.at) <= CALL_S
        ]
        leaving.sort(key=lambda pair: (rank(pair[0]), *distance(pair[0], item.at)))
        needle = item.needle
        for packet, label in leaving if item.names else ():
            if abs(packet.time - item.at) <= CALL_S and self._outgoing.calls(packet, item):
                self._wrote(subject, item, packet, label)
                return
        leaving = [(packet, label) for packet, label in leaving if not made_former(packet, item)]
        for packet, label in leaving:
            if packet.haystack.holds(needle) and not self._taken(subject, item, packet):
                self._wrote(subject, item, packet, label)
                return
        for packet, label in leaving if item.numbers else ():
            if abs(packet.time - item.at) <= CALL_S and counts(packet, item.numbers):
                self._wrote(subject, item, packet, label)
                return
        for packet, label in leaving:
            soon = packet.dir == "out" and abs(packet.time - item.at) <= CALL_S
            if soon and self._outgoing.behind_a_name(packet, item) and not self._taken(subject, item, packet):
                self._wrote(subject, item, packet, label)
                return
        if (earlier := self._earlier(subject, item)) is not None:
            self._wrote(subject, item, *earlier)
            return
        self._answered(subject, item)
        if item.write is None:
            self._accompanies(subject, item)

    def _earlier(self, subject: Subject, item: Item, but: Write | None = None) -> tuple[Packet, str] | None:
        """What wrote a text, other than some write, however long ago: pages may show it late, where they keep it back.

        Only one that says it whole; and none where the page was told of it but now, by what was written since.
        """
        if len(item.letters) < _WHOLE or item.letters.isdigit():
            return None
        came = self._state.network.logs[item.tab].between(item.at - LINK_S, item.at + AFTER_S)
        if any(
            packet.dir != "out" and packet.haystack.holds(item.needle) for packet in came if self._fresh(packet, item)
        ):
            return None
        for label in [item.tab, *(label for label in subject.replicas if label != item.tab)]:
            for packet in reversed(self._state.network.logs[label].leaving(item.at - _LONG_S, item.at)):
                own = packet.dir == "out" and (but is None or but.connection != packet.connection)
                whole = own and packet.haystack.holds_whole(item.needle) and packet.haystack.mostly(item.needle)
                if whole and self._outgoing.could_write(packet) and not self._taken(subject, item, packet):
                    return packet, label
        return None

    def _fresh(self, packet: Packet, item: Item) -> bool:
        """Whether a page was told something but now, and did not merely load it."""
        return packet.time > item.at - NEAR_S and item.at > self._state.tabs[item.tab].settled

    def _used(self, subject: Subject, time: float) -> str:
        """The tab whose user did something just before a moment; empty where none did, or several."""
        tabs = self._state.tabs
        known = [label for label in subject.replicas if label in tabs]
        used = [label for label in known if tabs[label].looked_between(time - USED_S, time)]
        return used[0] if len(used) == 1 else ""

    def called(self, subject: Subject, item: Item, by: Connection | Packet, tab: str) -> None:
        """A request, or a frame, named what a text is about, and so made it."""
        if isinstance(by, Packet):
            self._wrote(subject, item, by, tab)
        else:
            self._made(subject, item, self._state.writes.of_request(by, tab), tab, by.opened, RANK["fetch"])

    def answered_later(self, subject: Subject, packet: Packet) -> None:
        """A piece of the answer to a write came: does it complete a text that the page showed ahead of it?"""
        if self._state.writes.by_connection(packet.connection) is None:
            return
        for item in reversed(subject.items.values()):
            if item.at < packet.time - LINK_S:
                return
            if item.accepted and item.write is None:
                self._answered(subject, item)

    def refused(self, write: Write) -> None:
        """The server did not take a write: what the page showed of it counts for nobody else."""
        subject = self._state.subjects.get(write.subject) if write.subject else None
        for item in (subject.items.get(item_id) for item_id in write.items) if subject else ():
            if item is not None:
                item.accepted = False

    def _taken(self, subject: Subject, item: Item, packet: Packet) -> bool:
        """Whether a payload has written this very text before: the same again is a write of its own."""
        write = self._state.writes.by_connection(packet.connection) or self._state.writes.by_packet(packet.seq)
        others = (subject.items.get(item_id) for item_id in write.items) if write is not None else ()
        return any(other is not None and other is not item and other.letters == item.letters for other in others)

    def found_later(self, subject: Subject, packet: Packet) -> None:
        """A payload left a tab: did it write a text that the page showed ahead of it?"""
        if not self._outgoing.could_write(packet):
            return
        for item in reversed(subject.items.values()):
            if item.at < packet.time - LINK_S:
                break
            known = self._state.writes.all[item.write] if item.write is not None else None
            better = known is None or rank(packet) < known.rank
            better = better and not self._taken(subject, item, packet)
            better = better and not (item.letters.isdigit() and packet.time - item.at > CALL_S)
            if item.accepted and better and packet.haystack.holds(item.needle):
                self._wrote(subject, item, packet, packet.tab or self._used(subject, packet.time) or item.tab)

    def echoed(self, subject: Subject, packet: Packet) -> None:
        """A frame reached a tab: does it acknowledge what the tab sent on that socket?"""
        if packet.channel != "socket":
            return
        for write in self._state.writes.recent_on(packet.connection, packet.time):
            for item in (subject.items.get(item_id) for item_id in write.items):
                if item is not None and packet.haystack.holds(item.needle):
                    self._state.writes.echo(write, packet.time)

    def _acknowledged(self, write: Write, item: Item) -> None:
        """The frame that acknowledges a write may have come before anything was known of it."""
        for packet in self._state.network.logs[write.tab].between(write.sent, min(self._state.now, write.sent + ACK_S)):
            back = packet.channel == "socket" and packet.dir == "in" and packet.connection == write.connection
            if back and packet.haystack.holds(item.needle):
                self._state.writes.echo(write, packet.time)
                return

    def _accompanies(self, subject: Subject, item: Item) -> None:
        """What appears with a written text belongs to its write: the author's name beside the message."""
        for other in reversed(subject.items.values()):
            if other.at < item.at - TOGETHER_S:
                return
            if other.tab == item.tab and other.write is not None and abs(other.at - item.at) <= TOGETHER_S:
                self._join(subject, self._state.writes.all[other.write], item)
                return

    def _join(self, subject: Subject, write: Write, item: Item) -> None:
        """An item stands beside what a write carried: who shows that lacks nothing."""
        item.write = write.number
        if item.id not in write.items:
            write.items.append(item.id)
        write.answers.add(item.id)
        write.beside.add(item.id)
        for label in subject.replicas:
            self.has(subject, label, write)

    def has(self, subject: Subject, tab: str, write: Write) -> None:
        """Let go of what a tab lacks beside a write, where it shows all that the write carried."""
        replica = subject.replicas[tab]
        if all(item_id in replica.shown for item_id in write.items if item_id not in write.beside):
            for item_id in write.beside:
                wait = subject.waits.open.get((tab, item_id))
                if wait is not None:
                    subject.waits.spare(wait, self._state.now)

    def _wrote(self, subject: Subject, item: Item, packet: Packet, tab: str) -> None:
        writes, connection = self._state.writes, self._state.network.connections.get(packet.connection)
        if packet.channel == "fetch" and connection is not None:
            write = writes.of_request(connection, tab)
        else:
            write = writes.of_packet(packet, tab, label_of(packet))
        self._made(subject, item, write, tab, packet.time, rank(packet))

    def _made(self, subject: Subject, item: Item, write: Write, tab: str, time: float, rank: int) -> None:
        """A write made a text."""
        writes = self._state.writes
        if item.write is not None and item.id in (former := writes.all[item.write].items):
            former.remove(item.id)
            before = writes.all[item.write]
            if before.tab != tab and item.version and item.changed >= write.sent - TOGETHER_S:
                before.replaced_by.append(write.number)
        write.subject, write.rank = (subject.site, subject.key), rank
        for label in subject.replicas:
            if label != tab and (label, item.id) not in subject.waits.newest:
                self._state.note_early(subject, item, label, time)
        item.write = write.number
        if item.id not in write.items:
            write.items.append(item.id)
        self._acknowledged(write, item)
        for other in reversed(subject.items.values()):
            if other.at < item.at - TOGETHER_S:
                break
            together = other.tab == item.tab and abs(other.at - item.at) <= TOGETHER_S
            if together and other.accepted and other.write is None and self._earlier(subject, other, write) is None:
                self._join(subject, write, other)

    def _answered(self, subject: Subject, item: Item) -> None:
        """A text that came on the response of a write belongs to it, as an answer does."""
        writes = self._state.writes
        for label in [item.tab, *(label for label in subject.replicas if label != item.tab)]:
            used = self._state.tabs[label].looked_between(item.at - SLOW_S, item.at)
            if not used and not writes.requested(item.at - LINK_S):
                continue
            came = self._state.network.logs[label].between(item.at - LINK_S, item.grown + LINK_S)
            answers = [p for p in came if p.dir == "in" and self._answers_write(p, label)]
            near = [packet for packet in answers if packet.time >= item.at - NEAR_S]
            packet = find(item.needle, near) or (find(item.needle, answers) if self._alone(subject, item) else None)
            if packet is not None:
                connection = self._state.network.connections.get(packet.connection)
                known = writes.by_connection(packet.connection)
                write = known or (writes.of_request(connection, label) if connection is not None else None)
                if write is None:
                    continue
                write.subject = write.subject or (subject.site, subject.key)
                if self._together(subject, write, item):
                    self._join(subject, write, item)
                else:
                    write.items.append(item.id)
                    write.answers.add(item.id)
                item.write = write.number
                return

    def _answers_write(self, packet: Packet, label: str) -> bool:
        """Whether a payload answers a write: one that is known, or a request that a user's click made, and streams."""
        if self._state.writes.by_connection(packet.connection) is not None:
            return True
        connection = self._state.network.connections.get(packet.connection)
        if connection is None or connection.channel != "fetch-stream" or connection.method not in _WRITES:
            return False
        clicked = self._state.tabs[label].looked_between(connection.opened - USED_S, connection.opened)
        asked = self._state.network.logs[label].leaving(connection.opened - NEAR_S, connection.opened + NEAR_S)
        return clicked and not any(p.connection == packet.connection and only_queries(p) for p in asked)

    def _together(self, subject: Subject, write: Write, item: Item) -> bool:
        """Whether a text came to stand on a page at once with what the write carried."""
        carried = (item_id for item_id in write.items if item_id not in write.answers)
        sights = (subject.first_sight(item.tab, item_id) for item_id in carried)
        return any(seen is not None and abs(seen.at - item.at) <= TOGETHER_S for seen in sights)

    def _alone(self, subject: Subject, item: Item) -> bool:
        """Whether no other text says the same: a name beside each of many messages came with the newest."""
        return all(other is item or other.letters != item.letters for other in subject.items.values())
