"""The lists beside the pages of a site with a profile: subjects of their own, whatever address their tabs are at.

An entry is known once traffic states it; what only a page shows may be anything. The rules:

- A list is one subject for the tabs of one browser context; a tab views it while it shows an entry of it. Who folds
  its list up is no more behind in it than who closes a tab.
- Titles are versions, and so is being gone: who shows an older title, or an entry that is gone, is behind. A title
  that nothing stated is not judged, and neither is one that no tab shows in its newest form.
- A new entry is due by a list that stands where it belongs: some tab shows it, and of the entries that follow it there
  the other shows at least half. Further pages of a list that one tab has loaded are nobody else's business; neither
  is what was not made or changed since the other list was loaded, and what it showed once and let go of: lists are
  scrolled, folded and searched.
- Who shows entries in an older order than another tab does is behind, too; `recency` says where that is certain.
- A change counts from the server's answer to it. An answer that was asked for before a change does not undo it.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.sites.listing import Entry, ListRule
from monitor.sites.profile import LISTED, Profile
from monitor.sync.entries import Seen, View, belongs, same_title
from monitor.sync.evidence import Packet
from monitor.sync.items import Item, Receipt, Replica
from monitor.sync.network import Connection
from monitor.sync.page import Page
from monitor.sync.recency import order, written_in
from monitor.sync.replicas import Subject
from monitor.sync.state import State
from monitor.sync.statements import Statements, is_news
from monitor.sync.tabs import Tab
from monitor.sync.writes import Write


@dataclass(slots=True)
class Pending:
    """A change whose request is not answered."""

    subject: Subject
    named: tuple[Entry, ...]
    tab: str


class Lists:
    """Who shows what of the lists that stand beside subjects."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._views: dict[tuple[str, str], View] = {}  # by tab and the list's name
        self._stated = Statements()
        self._pending: dict[str, list[Pending]] = {}  # by connection
        self._created: dict[tuple[str, str], Write] = {}  # by site and entry
        self._contexts: dict[str, list[str]] = {}  # by site, in order of appearance
        self._owners: dict[tuple[str, str], str] = {}  # by site and account: the context that it was seen in first
        self._written: set[tuple[int, str, int]] = set()  # versions of entries whose writes are known

    # ── tabs come and go ──

    def document(self, tab: Tab, time: float, seq: int) -> None:
        """A new document began, on the site of the one before: what the tab lacked it lacks until it shows it."""
        for (label, _), view in self._views.items():
            if label == tab.label:
                view.shown.clear()
                replica = view.subject.replicas.get(label)
                if replica is not None and replica.active:
                    view.subject.enter(label, time, seq)

    def left(self, tab: str, time: float) -> None:
        """A tab closed, or turned to another site."""
        for key in [key for key in self._views if key[0] == tab]:
            self._views.pop(key).subject.leave(tab, time)

    def settled(self, tab: str, time: float) -> None:
        """A document's load is over: a list that it does not show, it does not have."""
        for (label, _), view in self._views.items():
            if label == tab and not view.shown:
                view.subject.leave(tab, time)

    # ── what pages show ──

    def shown(self, profile: Profile, tab: Tab, page: Page, rule: str, time: float, seq: int) -> None:
        """The list in a tab changed."""
        name = rule.removeprefix(LISTED)
        view = self._views.setdefault((tab.label, name), View(self._subject(profile.name, name, tab)))
        entries = page.of_rule(rule)
        ids = ((profile.subject(entry.block.id or ""), entry) for entry in entries)
        shown: dict[str, Seen] = {}
        for id_, entry in ids:
            if id_ is not None:
                shown.setdefault(id_, Seen(entry.letters, entry.at))
        self._put_up(tab, view, shown, time, seq)

    def _put_up(self, tab: Tab, view: View, shown: dict[str, Seen], time: float, seq: int) -> None:
        """The list in a tab has these entries now."""
        before, view.shown = view.shown, shown
        subject, replica = view.subject, view.subject.replicas.get(tab.label)
        if not view.shown:
            if before and replica is not None and replica.painted:
                subject.leave(tab.label, time)
            return
        if replica is None or not replica.active:
            subject.enter(tab.label, tab.began, tab.began_seq)  # what it missed while it was folded up counts
        subject.painted(tab.label, time)
        for item in subject.items.values():
            self._compare(subject, tab.label, item, view, time, seq)
        self._judge(subject, time)

    def _compare(self, subject: Subject, tab: str, item: Item, view: View, time: float, seq: int) -> None:
        """Which version of an entry a tab shows now."""
        seen, replica = view.shown.get(item.id), subject.replicas[tab]
        wait = subject.waits.open.get((tab, item.id))
        if seen is not None:
            version = self._version(subject, item, seen.letters)
            if item.id in replica.shown and replica.shown[item.id].version == version:
                return
            at = max(seen.at, replica.began) if item.id not in replica.shown else time
            subject.show(tab, item, at, seq, version=version, form=seen.letters)
            return
        if item.id in replica.shown:
            subject.hide(tab, item, time)
        if wait is None or not replica.painted:
            return
        if item.gone:
            subject.heal(wait, time, seq)
        elif wait.version and item.id in replica.lost:
            subject.waits.unmounted(wait, time)  # it lies outside the part of the list that is there

    def _version(self, subject: Subject, item: Item, letters: str) -> int:
        """The version that a title shows."""
        return self._stated.version(subject, item, letters)

    # ── what traffic says ──

    def told(
        self,
        profile: Profile,
        listing: ListRule,
        named: tuple[Entry, ...],
        packet: Packet,
        connection: Connection | None,
        tab: Tab,
    ) -> None:
        """A message that reached a tab names entries."""
        subject = self._subject(profile.name, listing.name, tab)
        asked = connection.opened if connection is not None and packet.channel == "fetch" else packet.time
        for entry in named:
            item = subject.items.get(entry.id)
            if item is None and not entry.removed:
                self._made(subject, self._stated.put(subject, entry, tab.label, packet.time, packet.seq))
            elif item is not None and asked >= item.changed:
                self._stated.restate(subject, item, entry, asked, packet)
        self._received(subject, tab.label, named, packet)
        self._settle(subject, packet.time, packet.seq)

    def wrote(
        self, profile: Profile, listing: ListRule, named: tuple[Entry, ...], connection: Connection, tab: Tab
    ) -> None:
        """A request asks for a change: it counts once it is answered."""
        subject = self._subject(profile.name, listing.name, tab)
        self._pending.setdefault(connection.key, []).append(Pending(subject, named, tab.label))
        if connection.status is not None and connection.answered is not None:
            self.answered(connection, connection.answered)

    def answered(self, connection: Connection, time: float) -> None:
        """A request was answered: the server took the change, or did not."""
        for one in self._pending.pop(connection.key, ()):
            if connection.status is not None and connection.status < 400:
                self._took(one, connection, time)
        write = self._state.writes.by_connection(connection.key)
        if write is not None and write.subject is not None and write.at is not None:
            for subject in self._subjects():
                if subject.site == write.subject[0]:
                    self._place(subject, time)

    def created(self, profile: Profile, id_: str, write: Write) -> None:
        """A write made a subject of the site, which its lists will show as an entry."""
        if not profile.lists:
            return
        self._created[profile.name, id_] = write
        for subject in self._subjects():
            item = subject.items.get(id_)
            if item is not None and subject.site == profile.name:
                self._made(subject, item)

    def _took(self, one: Pending, connection: Connection, time: float) -> None:
        subject = one.subject
        for entry in one.named:
            item = subject.items.get(entry.id)
            if item is None:
                item = self._found(subject, entry, one.tab, connection, time)
            elif self._stated.differs(subject, item, entry):
                self._stated.change(subject, item, None if entry.removed else entry, time, connection.seq)
            elif item.changed < connection.opened or (id(subject), item.id, item.version) in self._written:
                continue  # nothing new; else a tab was told of the change ahead of the answer to it
            write = self._state.writes.of_list(connection, one.tab, time)
            write.removed, write.said = item.gone, item.text
            self._wrote(write, subject, item, item.version)
        self._settle(subject, time, connection.seq)

    def _found(self, subject: Subject, entry: Entry, tab: str, connection: Connection, time: float) -> Item:
        """An entry that is first heard of as it changes: what pages showed of it until now is its earlier version."""
        before = next(
            (seen for label, view in self._of_subject(subject) if (seen := view.shown.get(entry.id)) is not None
             and seen.at < connection.opened and (entry.removed or not same_title(seen.letters, entry.letters))), None,
        )  # fmt: skip
        first = Entry(id=entry.id, text=before.letters, letters=before.letters) if before is not None else entry
        item = self._stated.put(subject, first, tab, time, connection.seq)
        if before is not None:
            self._stated.change(subject, item, None if entry.removed else entry, time, connection.seq)
        return item

    def _made(self, subject: Subject, item: Item) -> None:
        """The write that made what an entry stands for made the entry."""
        made = self._created.get((subject.site, item.id))
        if made is not None and made.at is not None and item.write is None:
            self._wrote(self._state.writes.of_list(made, made.tab, made.at), subject, item, 0)

    def _wrote(self, write: Write, subject: Subject, item: Item, version: int) -> None:
        write.subject, write.items, write.version = (subject.site, subject.key), [item.id], version
        write.removed, write.said = item.gone, item.text
        item.write = write.number if version == 0 else item.write
        self._written.add((id(subject), item.id, version))

    def _received(self, subject: Subject, tab: str, named: tuple[Entry, ...], packet: Packet) -> None:
        """What a message brought to its tab, so that it is known whether the page could have shown it."""
        for item in (subject.items.get(entry.id) for entry in named):
            if item is not None and not item.gone and tab in subject.replicas:
                receipt = Receipt(packet.time, packet.seq, packet.channel, packet.connection, item.version)
                subject.receive(tab, item, receipt)

    # ── who is behind ──

    def _settle(self, subject: Subject, time: float, seq: int) -> None:
        """Traffic changed what is known: which tabs show it already, and which are behind?"""
        for label, view in self._of_subject(subject):
            if view.shown and label in subject.replicas:
                for item in subject.items.values():
                    self._compare(subject, label, item, view, time, seq)
        self._judge(subject, time)

    def _judge(self, subject: Subject, time: float) -> None:
        views = [(subject.replicas[label], view) for label, view in self._of_subject(subject) if view.shown]
        views = [(replica, view) for replica, view in views if replica.active and replica.painted]
        for item in subject.items.values() if len(views) > 1 else ():
            for replica, view in views:
                since = self._behind(subject, item, replica, view, [one for one in views if one[0] is not replica])
                if since is not None:
                    subject.lack(replica, item, since, time)
        self._state.note_closings(subject)
        self._place(subject, time)

    def _place(self, subject: Subject, time: float) -> None:
        """Which tabs show the list in an older order than another one?"""
        views = {label: view for label, view in self._of_subject(subject) if view.shown and label in subject.replicas}
        views = {label: view for label, view in views.items() if subject.replicas[label].active}
        written = written_in(self._state.writes, subject.site) if len(views) > 1 else {}
        order(subject, views, self._stated.of(subject), written, time)

    def _behind(
        self, subject: Subject, item: Item, replica: Replica, view: View, others: list[tuple[Replica, View]]
    ) -> float | None:
        """Since when a tab is behind with an entry, if it is."""
        stated, showing = self._stated.of(subject)[item.id], replica.shown.get(item.id)
        if item.version and showing is not None:
            if replica.has_newest(item) or item.changed < replica.began:
                return None
            told = item.gone or any(other.has_newest(item) for other, _ in others)
            return item.changed if told else None  # else nobody knows that pages show the title as it is stated
        if item.gone or showing is not None or item.id in replica.lost:
            return None
        if stated.moved < replica.began or not is_news(item, stated, replica):
            return None
        return stated.moved if any(belongs(item.id, other, view) for _, other in others) else None

    # ── names ──

    def _subject(self, site: str, name: str, tab: Tab) -> Subject:
        """A list of one browser context; each further context on the site has one of its own, unless of one account."""
        contexts = self._contexts.setdefault(site, [])
        owner = tab.context
        if tab.account:
            owner = self._owners.setdefault((site, tab.account), owner)
        if owner not in contexts:
            contexts.append(owner)
        number = contexts.index(owner)
        subject = self._state.subject(site, f"{name} ({number + 1})" if number else name)
        if not subject.list:
            subject.list, subject.due = name, lambda replica, item: False
        return subject

    def _subjects(self) -> list[Subject]:
        return list({id(view.subject): view.subject for view in self._views.values()}.values())

    def _of_subject(self, subject: Subject) -> list[tuple[str, View]]:
        return [(label, view) for (label, _), view in self._views.items() if view.subject is subject]
