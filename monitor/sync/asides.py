"""The lists beside pages that no profile knows: links in navigation, sidebars and lists, which lead to other pages.

Tabs at one address are compared by their texts. This compares those at different addresses of a site, in the list that
both show beside them. The rules:

- A list is what the links in one landmark (or sidebar, or list) are, by its element, id and label, in one browser
  context. An entry is an address; its version is what its link says.
- An entry that came, changed or went counts only where traffic says so (see `tidings`), and where it is news: not known
  in any list of the site before. So nothing is said of current items, breadcrumbs, pages of a list, groups that are
  folded, filters, and what each page has of its own; nor of numbers and times within an entry.
- Only a tab that shows most of what stands around the entry is behind, and the other shows most of what stands there.
- A list that gains an entry which its page showed elsewhere already is of that tab alone: what was opened lately.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.model import LINKS, Shown
from monitor.sites.address import place_of
from monitor.sites.text import letters
from monitor.sync.changes import Amendments, Change
from monitor.sync.entries import AROUND, Seen, Stated, View, address, alike, near, says_otherwise
from monitor.sync.evidence import Needle
from monitor.sync.items import Item, Replica
from monitor.sync.lists import Lists
from monitor.sync.page import Entry, Page
from monitor.sync.replicas import Subject
from monitor.sync.state import State
from monitor.sync.tabs import Tab
from monitor.sync.tidings import AFTER_S, Pending, Tiding, Tidings, amendment, lacking, phrase
from monitor.sync.writes import label_of

MANY = 8  # of more entries that come or go at once nothing is said: that is another list
NEWS_S = 3.0  # a new entry turns up in all lists of a page so soon
WAIT_S = 15.0  # for the answer to a request
_KNOWN = 5_000
_TRY_S = 0.25  # what was not said yet is looked for again


@dataclass(slots=True)
class Beside:
    """A list in one tab, as its links say it: their texts by address."""

    texts: dict[str, str] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)  # addresses shown in this document


class Asides(Lists):
    """Who shows what of the lists beside pages without a profile."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._tidings = Tidings(state.network)
        self._rows: dict[tuple[str, str], Beside] = {}  # by tab and the list's name
        self._places: dict[str, str] = {}  # of each tab: its site
        self._known: dict[str, dict[str, float]] = {}  # by site: addresses, since when
        self._amendments = Amendments()
        self._changes: deque[Change] = deque()
        self._alone: set[tuple[str, str]] = set()  # subjects that are of each tab alone

    # ── tabs come and go ──

    def turned(self, tab: Tab, time: float, seq: int, *, fresh: bool) -> None:
        """A tab is at an address without a profile; fresh: with a new document."""
        place = "" if tab.site else place_of(tab.url)
        if self._places.get(tab.label, "") != place:
            self.left(tab.label, time)
            self._places[tab.label] = place
        elif fresh:
            self.document(tab, time, seq)
        if fresh:
            for key in [key for key in self._rows if key[0] == tab.label]:
                del self._rows[key]

    def settled(self, tab: str, time: float) -> None:
        """A document's load is over: what is otherwise in it than in the tabs beside it may be news."""
        super().settled(tab, time)
        for (label, name), view in list(self._views.items()):
            if label == tab and view.shown:
                self._beside_others(self._state.tabs[tab], name, view, time)
        self.advance(time, final=False)

    # ── what pages show ──

    def links(self, tab: Tab, page: Page, event: Shown) -> None:
        """The links beside a page changed."""
        if not self._places.get(tab.label):
            return
        found: dict[str, dict[str, Entry]] = {}
        for entry in page.of_rule(LINKS):
            if entry.letters and (id_ := address(entry.block.id or "", tab.url)):
                found.setdefault(entry.block.role or "", {}).setdefault(id_, entry)
        names = dict.fromkeys([*found, *(name for label, name in self._rows if label == tab.label)])
        for name in names:
            self._list(tab, name, found.get(name, {}), event)
        self._own(tab, event.time)
        known = self._known.setdefault(self._places[tab.label], {})
        for id_ in (id_ for entries in found.values() for id_ in entries):
            known.setdefault(id_, event.time)
        while len(known) > _KNOWN:
            del known[next(iter(known))]
        self.advance(event.time, final=False)

    def _list(self, tab: Tab, name: str, entries: dict[str, Entry], event: Shown) -> None:
        """One list in a tab has these entries now."""
        view = self._views.get((tab.label, name))
        if view is None:
            view = self._views[tab.label, name] = View(self._subject(self._places[tab.label], name, tab))
        beside = self._rows.setdefault((tab.label, name), Beside())
        before, texts = beside.texts, {id_: entry.block.text for id_, entry in entries.items()}
        beside.texts = texts
        if before and texts:
            came = [id_ for id_ in texts if id_ not in beside.ever]
            went = [id_ for id_ in before if id_ not in texts]
            for id_ in came if len(came) <= MANY else ():
                self._note(view, tab, id_, None, texts[id_], event, [texts[one] for one in came if one != id_])
            for id_ in went if len(went) <= MANY else ():
                self._note(view, tab, id_, before[id_], None, event, [before[one] for one in went if one != id_])
            for id_ in before.keys() & texts.keys():
                if says_otherwise(before[id_], texts[id_]):
                    self._note(view, tab, id_, before[id_], texts[id_], event, [])
        beside.ever |= texts.keys()
        shown = {id_: Seen(entry.letters, entry.at) for id_, entry in entries.items()}
        self._put_up(tab, view, shown, event.time, event.seq)

    def _note(
        self, view: View, tab: Tab, id_: str, before: str | None, after: str | None, event: Shown, together: list[str]
    ) -> None:
        change = Change(
            view.subject, tab.label, id_, before, after, event.time, event.seq, tuple(together),
            loading=event.time <= tab.settled,
        )  # fmt: skip
        self._changes.append(change)

    def _own(self, tab: Tab, time: float) -> None:
        """A list that gains what its page shows elsewhere, and showed before, is of this tab alone."""
        known = self._known.get(self._places[tab.label], {})
        mine = {name: beside for (label, name), beside in self._rows.items() if label == tab.label}
        for change in [one for one in self._changes if one.tab == tab.label and one.time == time and not one.before]:
            name = change.subject.list
            old = known.get(change.id, time) < time - NEWS_S
            if old and any(change.id in beside.texts for other, beside in mine.items() if other != name):
                self._alone.add((change.subject.site, change.subject.key))

    def _beside_others(self, tab: Tab, name: str, view: View, time: float) -> None:
        """What a document that has loaded shows otherwise than the tabs beside it."""
        mine = self._rows.get((tab.label, name))
        others = [(label, one) for label, one in self._of_subject(view.subject) if label != tab.label and one.shown]
        for label, _ in others if mine is not None and mine.texts else ():
            theirs = self._rows.get((label, name), Beside()).texts
            assert mine is not None
            both = len(mine.texts.keys() & theirs.keys())
            if 3 * both < 2 * min(len(mine.texts), len(theirs)):
                continue  # that is another list
            ids = dict.fromkeys([*mine.texts, *theirs])
            pairs = [(id_, theirs.get(id_), mine.texts.get(id_)) for id_ in ids]
            found = [(i, b, a) for i, b, a in pairs if b is None or a is None or says_otherwise(b, a)]
            for id_, before, after in found if len(found) <= 2 * MANY else ():
                change = Change(view.subject, tab.label, id_, before, after, tab.settled, tab.began_seq, (), True)
                self._changes.append(change)

    # ── what traffic says ──

    def advance(self, now: float, *, final: bool = True) -> None:
        """Judge what lists came to show; final: what is left of it too, once what would say why must be here."""
        for _ in range(len(self._changes)):
            change = self._changes.popleft()
            if now < change.tried + _TRY_S and not (final and change.time + AFTER_S < now):
                self._changes.append(change)
                continue
            change.tried = now
            old = change.time + AFTER_S < now
            try:
                counted = self._judge_change(change)
            except Pending:
                counted, old = False, change.time + WAIT_S < now
            if not counted and not (old and final):
                self._changes.append(change)

    def due(self, now: float) -> bool:
        """Whether something is to be judged by the passing of time."""
        return bool(self._changes) and self._changes[0].time + AFTER_S < now

    def _judge_change(self, change: Change) -> bool:
        """Whether traffic says that a change is one of the site; what it makes of it."""
        subject = change.subject
        view = next((view for label, view in self._of_subject(subject) if label == change.tab), None)
        if view is None or (subject.site, subject.key) in self._alone:
            return False
        item = subject.items.get(change.id)
        if change.after is None:
            if change.id in view.shown or (item is not None and item.gone):
                return False
        elif change.id not in view.shown or (item is not None and not item.gone and change.before is None):
            return False
        others = [other for _, other in self._of_subject(subject) if other is not view]
        change.lagged = change.lagged or any(self._lags(change, view, other) for other in others)
        if not change.lagged:
            return False
        tiding = self._tiding(change, view)
        if tiding is None:
            return False
        self._take(change, tiding)
        return True

    def _lags(self, change: Change, view: View, other: View) -> bool:
        """Whether another tab shows what was before, in the same part of the list."""
        seen = other.shown.get(change.id)
        if change.before is None:
            return seen is None and alike(change.id, view, other)
        if change.after is None:
            return seen is not None and alike(change.id, other, view)
        return seen is not None and seen.letters != letters(change.after)

    def _tiding(self, change: Change, view: View) -> Tiding | None:
        tabs, tidings, time = self._tabs(change.tab), self._tidings, change.time
        order = list(view.shown) if change.after is not None else list(self._rows[change.tab, change.subject.list].ever)
        around = [Needle.of(text) for text in self._texts_near(change, order)]
        loading = self._state.tabs[change.tab].began if change.loading else None
        was, now = change.before, change.after
        if now is None:
            gone = phrase(was or "")
            found = None
            if loading is None:
                found = tidings.ends(tabs, change.id, Needle.of(was or ""), time, alone=not change.together)
            return found or tidings.listed(tabs, lacking(gone, ""), gone, around, time, loading)
        if was is None and loading is None and self._since(change) < time - NEWS_S:
            return None
        search = phrase(now) if was is None else amendment(was, now)
        before = lacking(search, "") if was is None else phrase(was)
        found = tidings.sent(tabs, search, time)
        if found is None and loading is None:
            found = tidings.told(tabs, search, [Needle.of(text) for text in change.together], time)
        return found or tidings.listed(tabs, search, before, around, time, loading)

    def _since(self, change: Change) -> float:
        """Since when an entry is known on its site."""
        return self._known.get(change.subject.site, {}).get(change.id, change.time)

    def _texts_near(self, change: Change, order: list[str]) -> Iterator[str]:
        texts = self._rows[change.tab, change.subject.list].texts
        for id_ in near(change.id, order) if change.id in order else list(texts)[:AROUND]:
            if id_ in texts:
                yield texts[id_]

    def _tabs(self, tab: str) -> list[str]:
        """A tab, and those of its user on its site."""
        mine, place = self._state.tabs[tab], self._places[tab]
        others = (one for one in self._state.tabs.values() if one.label != tab and one.context == mine.context)
        return [tab, *(one.label for one in others if self._places.get(one.label) == place)]

    def _take(self, change: Change, tiding: Tiding) -> None:
        """A change is the site's."""
        subject, time, reading = change.subject, tiding.time, tiding.reading
        item = subject.items.get(change.id)
        text = reading.new if reading is not None and reading.new else change.after or change.before or ""
        former = reading.old if reading is not None and change.before is not None else text
        if item is None:
            item = Item(change.id, time, tiding.tab or change.tab, tiding.seq, text=former, letters=letters(former))
            subject.learn(item)
            self._stated.of(subject)[change.id] = Stated([item.letters], None, time)
        elif change.before is None and item.gone:
            item.gone, item.removed = False, None
            subject.edit(item, time)
        self._stated.of(subject)[change.id].moved = time
        if change.after is None:
            item.gone, item.removed, item.removed_seq = True, time, tiding.seq
            subject.edit(item, time)
        elif change.before is not None and not self._amendments.add(subject, item, letters(former), letters(text)):
            return
        elif change.before is not None:
            item.text, item.letters = text, letters(text)
            subject.edit(item, time)
        self._wrote_by(tiding, subject, item)
        self._settle(subject, max(time, change.time), tiding.seq)

    def _wrote_by(self, tiding: Tiding, subject: Subject, item: Item) -> None:
        writes = self._state.writes
        if tiding.tab is None or not tiding.wrote:
            return
        if tiding.by is not None:
            self._wrote(writes.of_list(tiding.by, tiding.tab, tiding.time), subject, item, item.version)
        elif tiding.packet is not None:
            write = writes.of_frame(tiding.packet, tiding.tab, label_of(tiding.packet))
            self._wrote(write, subject, item, item.version)

    # ── who is behind ──

    def _version(self, subject: Subject, item: Item, letters: str) -> int:
        return self._amendments.version(subject, item, letters)

    def _behind(
        self, subject: Subject, item: Item, replica: Replica, view: View, others: list[tuple[Replica, View]]
    ) -> float | None:
        """Since when a tab is behind with an entry, if it is: by what tabs at other addresses show."""
        if (subject.site, subject.key) in self._alone:
            return None
        here = self._state.tabs[replica.tab].subject
        others = [one for one in others if self._state.tabs[one[0].tab].subject != here]
        showing, stated = replica.shown.get(item.id), self._stated.of(subject)[item.id]
        if item.changed < replica.began:
            return None
        if item.gone:
            if showing is None or not any(item.id not in v.shown and alike(item.id, view, v) for _, v in others):
                return None
            return item.changed
        if showing is not None:
            told = any(other.has_newest(item) for other, _ in others)
            return item.changed if showing.version < item.version and told else None
        if item.id in replica.lost or (item.write is None and stated.moved < replica.began):
            return None
        return stated.moved if any(item.id in v.shown and alike(item.id, v, view) for _, v in others) else None
