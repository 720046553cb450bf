"""Facts of sites with a profile, put to use: who wrote, what a new conversation is called, whose an answer is."""

from __future__ import annotations

from monitor.decode import decode_alone
from monitor.model import Body, Decoded, Event, Push, Request, RequestBody
from monitor.sites.profile import Profile
from monitor.sites.reader import Carrier, Fact, account_of, read_listed, read_message, read_write, write_listed
from monitor.sync.arrangement import REST_S, remove
from monitor.sync.causes import Word
from monitor.sync.evidence import Packet
from monitor.sync.items import Item
from monitor.sync.lists import Lists
from monitor.sync.network import Connection
from monitor.sync.profiled import ProfiledReading
from monitor.sync.replicas import Subject
from monitor.sync.state import State
from monitor.sync.tabs import Tab
from monitor.sync.writes import Write

_HUMAN = ("user", "human")
_MACHINE = ("assistant", "tool", "system", "model", "bot")


class Facts:
    """Tells subjects and writes what the decoded traffic of profiled sites says."""

    def __init__(self, state: State, reading: ProfiledReading, lists: Lists) -> None:
        self._state = state
        self._lists = lists
        self._reading = reading
        self._unnamed: dict[str, tuple[Write, Fact, Packet]] = {}  # by connection: writes to a conversation yet to be
        self._removing: dict[str, tuple[Write, Subject, Fact]] = {}  # by connection: what is gone once it is answered

    def asked(self, profile: Profile, event: Event, decoded: Decoded | None, connection: Connection, tab: Tab) -> None:
        """A request or socket of a tab, with a payload or without: whose the pages are, and what it asks to change."""
        if profile.account:
            carrier = Carrier(channel="fetch", url=connection.url or "", method=connection.method)
            value = decoded.value if decoded is not None and isinstance(event, Body) else None
            tab.account = account_of(profile, carrier, value) or tab.account
        if isinstance(event, (Request, RequestBody)):
            self._change(profile, decoded, connection, tab)
        if isinstance(event, Request) and decoded is None:  # a removal needs no body
            carrier = Carrier(channel="fetch", url=connection.url or "", method=connection.method)
            fact = read_write(profile, carrier, ())
            if fact is not None and fact.removed and (key := fact.subject or tab.subject) is not None:
                self._remove(profile, key, fact, connection, tab)

    def feed(
        self, profile: Profile, event: Event, decoded: Decoded, packet: Packet, connection: Connection | None, tab: Tab
    ) -> None:
        """An event of a tab on the profile's site, its payload and what that decodes to."""
        carrier = Carrier(
            channel=self._state.network.channel_of(packet),
            url=(connection.url if connection else "") or "",
            method=connection.method if connection else None,
        )
        if isinstance(event, (Request, RequestBody)):
            fact = read_write(profile, carrier, decoded.messages)
            if fact is not None and connection is not None:
                self._wrote(profile, fact, packet, connection, tab)
        elif packet.dir != "out":
            for message in decoded.messages:
                for fact in read_message(profile, carrier, message):
                    self._read(profile, fact, packet, tab)
                for listing in profile.lists:
                    if named := read_listed(listing, carrier, message):
                        self._lists.told(profile, listing, named, packet, connection, tab)

    def answered(self, connection: Connection, time: float) -> None:
        """A request was answered: what it asked to remove is gone, or is not."""
        write, subject, fact = self._removing.pop(connection.key, (None, None, None))
        if write is None or subject is None or fact is None or write.failed:
            return
        for stated in fact.items:
            item = self._reading.remove(subject, stated, time, connection.seq)
            if item is not None and not write.items:
                write.items, write.version, write.said, write.removed = [item.id], item.version, item.text, True

    def arrived(self, profile: Profile, tab: Tab) -> None:
        """A tab is on the profile's site now: what it asked ahead of that may say whose pages they are."""
        mine = (one for one in self._state.network.connections.values() if one.tab == tab.label and profile.account)
        for one in mine:
            carrier = Carrier(channel="fetch", url=one.url or "", method=one.method)
            tab.account = account_of(profile, carrier) or tab.account

    def pushed(self, profile: Profile, event: Push) -> None:
        """A push came for the site's service worker: what it names, it names to no tab in particular."""
        decoded = decode_alone(event)
        for message in decoded.messages if decoded else ():
            for fact in read_message(profile, Carrier(channel="push", url=event.origin), message):
                if fact.subject and fact.kind == "read":
                    packet = Packet(event.seq, event.time, None, "push", "in", "", event.text or "")
                    subject = self._state.subject(profile.name, fact.subject)
                    self._reading.learn(subject, fact, packet, "")
                    self._compare(subject, packet)
                elif fact.subject:
                    word = Word(None, event.time, event.seq, "push", fact.what)
                    self._state.heard((profile.name, fact.subject), word)

    def _change(self, profile: Profile, decoded: Decoded | None, connection: Connection, tab: Tab) -> None:
        """What a request, with a body or without, changes in the lists beside the site's pages."""
        carrier = Carrier(channel="fetch", url=connection.url or "", method=connection.method)
        for listing in profile.lists:
            if named := write_listed(listing, carrier, decoded.messages if decoded is not None else ()):
                self._lists.wrote(profile, listing, named, connection, tab)

    def _wrote(self, profile: Profile, fact: Fact, packet: Packet, connection: Connection, tab: Tab) -> None:
        key = fact.subject or tab.subject
        if fact.removed:
            if key is not None:
                self._remove(profile, key, fact, connection, tab)
            return
        write = self._state.writes.of_request(connection, tab.label)
        if key is None:  # a new conversation: the answer will name it
            self._unnamed[connection.key] = (write, fact, packet)
        else:
            self._assign(write, self._state.subject(profile.name, key), fact, packet)

    def _remove(self, profile: Profile, key: str, fact: Fact, connection: Connection, tab: Tab) -> None:
        """A request asks to remove something: it is gone once that is answered."""
        write, subject = self._state.writes.of_request(connection, tab.label), self._state.subject(profile.name, key)
        write.subject = (subject.site, subject.key)
        self._removing[connection.key] = (write, subject, fact)

    def _assign(self, write: Write, subject: Subject, fact: Fact, packet: Packet) -> None:
        write.subject = (subject.site, subject.key)
        before = {item.id: item.version for item in subject.items.values()}
        for item in self._reading.learn(subject, fact, packet, write.tab):
            write.said = write.said or item.text
            if item.write is None:
                item.write = write.number
                write.items.append(item.id)
            elif not write.items and item.version > before.get(item.id, item.version):
                write.items, write.version = [item.id], item.version
        self._compare(subject, packet)

    def _read(self, profile: Profile, fact: Fact, packet: Packet, tab: Tab) -> None:
        unnamed = self._unnamed.get(packet.connection)
        key = fact.subject or tab.subject
        if key is None:
            return
        if fact.kind == "signal":
            word = Word(tab.label, packet.time, packet.seq, self._state.network.channel_of(packet), fact.what)
            self._state.heard((profile.name, key), word)
            return
        subject = self._state.subject(profile.name, key)
        if unnamed is not None:
            del self._unnamed[packet.connection]
            self._lists.created(profile, key, unnamed[0])
            self._assign(unnamed[0], subject, unnamed[1], unnamed[2])
        if fact.removed:
            for stated in fact.items:
                self._reading.remove(subject, stated, packet.time, packet.seq)
            self._compare(subject, packet)
            return
        known = set(subject.items)
        items = self._reading.learn(subject, fact, packet, tab.label)
        if fact.whole:
            self._left_out(subject, {item.id for item in items}, packet)
        # What comes on a write's own response is its answer, also where another tab was told of it first.
        own = self._state.writes.by_connection(packet.connection) is not None
        fresh = [item for item in items if own or item.id not in known]
        self._answer(subject, fresh, packet, tab, whole=fact.whole and not own)
        self._compare(subject, packet)

    def _left_out(self, subject: Subject, named: set[str], packet: Packet) -> None:
        """An answer that names all items leaves some out, which had come to rest when it was asked for: gone."""
        connection = self._state.network.connections.get(packet.connection)
        asked = (connection.opened if connection is not None else packet.time) - REST_S
        for item in subject.items.values():
            rests = item.done and max(item.at, item.grown) < asked and not item.id.startswith("text:")
            if item.id not in named and rests:
                remove(item, packet.time, packet.seq)

    def _answer(self, subject: Subject, fresh: list[Item], packet: Packet, tab: Tab, *, whole: bool) -> None:
        """New items that a write called forth belong to it: they came on its response, or to its tab soon after.

        What came otherwise must be a machine's, or name what was written as its parent: it may be a third one's. Of a
        list of all items, those belong to it that follow from what was written: the others may be as old as can be.
        """
        writes, key = self._state.writes, (subject.site, subject.key)
        own = writes.by_connection(packet.connection)
        write = own or writes.latest(tab.label, key, packet.time)
        for item in fresh:
            if write is None or item.write is not None or item.author in _HUMAN:
                continue
            if whole and item.parent is not None and not _follows(subject, item, write):
                continue
            if own is not None or item.author in _MACHINE or item.parent in write.items:
                item.write = write.number
                write.items.append(item.id)
                write.answers.add(item.id)

    def _compare(self, subject: Subject, packet: Packet) -> None:
        """Items became known: which tabs display them already?"""
        for replica in list(subject.active()):
            tab = self._state.tabs[replica.tab]
            if tab.painted:
                self._reading.shown(subject, tab, self._state.pages[replica.tab], packet.time, packet.seq)
        self._state.note_closings(subject)


def _follows(subject: Subject, item: Item, write: Write) -> bool:
    """Whether what was written is above an item in the tree."""
    above: Item | None = item
    for _ in range(len(subject.items)):
        if above is None or above.parent is None:
            return False
        if above.parent in write.items:
            return True
        above = subject.items.get(above.parent)
    return False
