"""The reading of a page nobody wrote a profile for: its visible texts are the items, and payloads say which ones count.

Pages show much that is no shared state: clocks, ages, random ids, toasts, menus. So a text becomes an item when it
appears, but is *accepted* — counted, shown, waited for — only when a payload explains it: some tab on the subject sent
or received its content, or, where it came with a payload nobody can read, timing says so. Not accepted are:

- what a server writes into each load (a nonce, the time): another tab shows its own at the same place;
- what each tab fetched once for itself (a greeting): another tab fetched another from the same address;
- a notice that mentions a text: the text itself stands beside it;
- what a refused request said; what stands in an input or editor, which `editors` compares where it is shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from monitor.model import Shown
from monitor.sync.about import NEAR_S, About, names_only
from monitor.sync.departures import Departures
from monitor.sync.equals import Equals
from monitor.sync.evidence import Packet, find
from monitor.sync.gained import difference, unnumbered
from monitor.sync.items import Item, Receipt, Wait
from monitor.sync.network import Network
from monitor.sync.outdated import Outdated
from monitor.sync.own import Own
from monitor.sync.page import Change, Entry, Page
from monitor.sync.partial import Partial
from monitor.sync.phrases import own_words
from monitor.sync.places import Places
from monitor.sync.rearranged import Rearranged
from monitor.sync.remembered import Tentative, Texts
from monitor.sync.removals import Removals
from monitor.sync.repeats import Repeats
from monitor.sync.replicas import Subject
from monitor.sync.rewording import different
from monitor.sync.sent import Sent
from monitor.sync.spared import Spared
from monitor.sync.states import States
from monitor.sync.tabs import Tab
from monitor.sync.texts import EXPLAIN_S, Identities
from monitor.sync.writes import Writes

SOME = 20  # texts that a page may gain at once, and not be another
MANY = 3  # texts that go at once: the page turns to others


class GenericReading:
    """Turns what tabs show into items of generic subjects, and payloads into their acceptance."""

    def __init__(self, network: Network, pages: Mapping[str, Page], writes: Writes, departures: Departures) -> None:
        self._network = network
        self._pages = pages
        self._texts: dict[str, Texts] = {}
        self._identities = Identities(network, writes)
        self._sent = Sent(network)
        self._own = Own(network, pages)
        self._about = About(network)
        self._equals = Equals(network.logs)
        self.removals = Removals(network, departures)
        self.outdated = Outdated()
        self.states = States(network, self.removals)
        self.spared = Spared(network, pages)
        self.partial = Partial(network, pages)
        self.repeats = Repeats(network, pages)
        self.places = Places(Rearranged(network, self.removals, writes))

    def texts(self, subject: Subject) -> Texts:
        """The texts of one subject."""
        return self._texts.setdefault(subject.key, Texts())

    # ── what a tab shows ──

    def shown(self, subject: Subject, tab: Tab, page: Page, event: Shown, changes: list[Change]) -> None:
        """The page changed: texts came and went."""
        texts = self.texts(subject)
        gained, lost = difference(page, changes)
        fresh, came, again = dict[str, Item](), list[str](), set[str]()  # again: what says the same as another text
        for key, change in gained:
            counts = partial(self.states.counts, subject, texts, tab.label, page, change)
            item = self._identities.item(subject, texts, tab, key, change, lost, event, counts)
            self.outdated.replaced(subject, texts, tab.label, change, item)
            if item.at == event.time:
                item.own = own_words(page, change) if len(gained) <= SOME else ""
                came.append(item.letters)
                first = subject.items.get(texts.forms.get(unnumbered(key), item.id))
                if first is not None and first is not item and not first.hidden:
                    again.add(item.id)
            for one in self._with_rest(subject, texts, item):
                if one.id not in subject.replicas[tab.label].shown:
                    fresh[one.id] = one
                self._show(subject, tab, one, key, change.slot[2], lost, event)
            if item.at == event.time:
                self._stands(subject, item, key, event)
                self.states.changed(subject, texts, tab.label, page, change, item)
        hidden: list[Item] = []
        for key in lost:
            known = subject.items.get(texts.item(tab.label, key))
            current = subject.replicas[tab.label].shown.get(known.id) if known else None
            if known and current and current.letters == key:
                self.outdated.hide(subject, tab.label, known, event.time)
                hidden.append(known)
        self.outdated.settle(subject)
        self.spared.shown(subject, tab.label, [unnumbered(key) for key, _ in gained], event.time)
        gone = [item for item in hidden if not _reworded(item, gained)]
        # to a folder, say, which a heading names
        turned = len(gone) >= MANY or any(not item.withdrawn for item in gone)
        for key, change in gained if turned else ():
            tentative = texts.tentative.get(texts.forms.get(key, ""))
            if tentative is not None:
                before = change.before.key if change.before is not None else ""
                tentative.turned = True
                tentative.alone = len(gone) == len(came) == 1 and unnumbered(before) == gone[0].letters
        if again and (turned or len(came) > len(again)):
            said = set() if turned else self._about.said_again(subject, again, event.time)
            for item_id in again - said:
                texts.tentative.pop(item_id, None)  # a name beside each of many messages counts with the message
        if gone:
            ended = [item for item in gone if not _replaced(item, gained)]
            brought = [words for key, _ in gained if not (words := unnumbered(key)).isdigit()]
            self.removals.dropped(subject, tab.label, ended, brought, event.time, event.seq, texts.instead)
        if changes or event.full or event.order is not None:
            self.places.shown(subject, tab.label, page, texts, changes, event)
        self._purge(subject, texts, event.time)
        if gained or lost or event.order is not None:
            self.partial.shown(subject, texts, tab, [*fresh.values()], event.time)

    def enter(self, subject: Subject, tab: Tab, page: Page, time: float, seq: int) -> None:
        """A tab turned to this subject within a document: what it displays already was there before."""
        texts = self.texts(subject)
        for entry in page.entries.values():
            item = subject.items.get(texts.item(tab.label, entry.key))
            if item is not None:
                subject.show(tab.label, item, time, seq, form=entry.key)

    def move(self, items: list[Item], old: Subject, subject: Subject) -> dict[str, str]:
        """Items of one subject turn out to be another's: their names there, by those they had."""
        former, texts, names = self.texts(old), self.texts(subject), dict[str, str]()
        for item in items:
            forms = [*former.of_item.get(item.id, ())]
            former.forget(item.id)
            old.forget(item)
            texts.made += 1
            names[item.id] = f"t{texts.made}"
            item.id = names[item.id]
            for form in forms:
                texts.remember(item.id, form)
            subject.items[item.id] = item
            subject.last = max(subject.last, item.at)
        return names

    def _with_rest(self, subject: Subject, texts: Texts, item: Item) -> Iterator[Item]:
        """An item, and what it was added to: who shows the one shows the other."""
        seen: set[str] = set()
        while item.id not in seen:
            seen.add(item.id)
            yield item
            item = subject.items.get(texts.rests.get(item.id, ""), item)

    def _show(self, subject: Subject, tab: Tab, item: Item, key: str, slot: int, lost: set[str], event: Shown) -> None:
        showing = subject.replicas[tab.label].shown.get(item.id)
        if showing is not None:
            lost.discard(showing.letters)
        else:
            self.removals.shown(subject, tab.label, item)
        subject.show(tab.label, item, event.time, event.seq, form=key, slot=slot)
        wait = subject.waits.newest.get((tab.label, item.id))
        if wait is not None and wait.since >= event.time and item.letters in self._pages[tab.label].folded:
            subject.waits.had(wait)  # before anybody displayed it

    def _stands(self, subject: Subject, item: Item, key: str, event: Shown) -> None:
        """A text that is new here stands already in a tab that turned to this subject with it on its page."""
        for replica in subject.active():
            turned = not replica.fresh and replica.painted and item.id not in replica.shown
            if turned and key in self._pages[replica.tab].counts:
                subject.show(replica.tab, item, event.time, event.seq, form=key)

    def _purge(self, subject: Subject, texts: Texts, now: float) -> None:
        """Forget texts that nobody shows and nothing explained: a clock must not fill the memory."""
        if not texts.made or texts.made % 64:
            return
        for item in [i for i in subject.items.values() if not i.accepted and i.withdrawn and now - i.grown > EXPLAIN_S]:
            texts.forget(item.id)
            subject.forget(item)

    # ── what payloads explain ──

    def explain(self, subject: Subject, tabs: Mapping[str, Tab], now: float) -> list[Item]:
        """Accept the tentative items that the payloads so far explain; those newly accepted.

        Texts of a page's own load are left alone while no other tab lacks them.
        """
        texts = self.texts(subject)
        accepted = []
        for item_id, tentative in list(texts.tentative.items()):
            item = subject.items.get(item_id)
            if item is None or item.accepted or now > tentative.until + EXPLAIN_S:
                del texts.tentative[item_id]
            elif tentative.searched != item.grown and self._matters(subject, item, tentative, tabs, now):
                tentative.searched = item.grown
                if item.names or self._explained(subject, item, tentative, tabs) or self._sent.counted(subject, item):
                    accepted += self._accept(subject, texts, item)
        return accepted

    def explain_by(self, subject: Subject, packet: Packet, tabs: Mapping[str, Tab]) -> list[Item]:
        """Accept the tentative items that a new payload explains."""
        texts = self.texts(subject)
        accepted = []
        for item_id, tentative in list(texts.tentative.items()):
            item = subject.items.get(item_id)
            if (
                item is None
                or item.hidden
                or self._numbers_lines(item)
                or packet.time > tentative.until
                or tentative.searched < 0
            ):
                continue
            if packet.haystack.holds(item.needle) and self._by(subject, item, tentative, packet, tabs):
                accepted += self._accept(subject, texts, item)
        return accepted

    def _accept(self, subject: Subject, texts: Texts, item: Item) -> list[Item]:
        """A text counts from now on: for all tabs, unless it is one's repeat of another."""
        item.accepted, item.hidden = True, False
        del texts.tentative[item.id]
        return [] if texts.again(item.id) and self.repeats.marked(subject, item) else [item]

    def _matters(self, subject: Subject, item: Item, tentative: Tentative, tabs: Mapping[str, Tab], now: float) -> bool:
        """Whether the text came in the page's life, or was written, or another tab, its own load over, lacks it."""
        if item.hidden or self._numbers_lines(item):
            return False
        if item.at > tabs[item.tab].settled:
            return True
        for label in subject.replicas:
            wait = subject.waits.newest.get((label, item.id)) if label != item.tab else None
            if wait is not None and counts(wait, tabs[label], now):
                return True
        return self._sent.written(subject, item, tentative, tabs)

    def _numbers_lines(self, item: Item) -> bool:
        """Whether a text is a bare number beside an editor."""
        return item.letters.isdigit() and bool(self._pages[item.tab].editors)

    def _explained(self, subject: Subject, item: Item, tentative: Tentative, tabs: Mapping[str, Tab]) -> bool:
        """Whether a payload explains a text: first of those that left a tab, then of those that came."""
        needle, others = item.needle, [label for label in subject.replicas if label != item.tab]
        for leaving in (True, False):
            for label in [item.tab, *others, None]:
                start = item.at - EXPLAIN_S
                if label is not None and label in tabs and item.at <= tabs[item.tab].settled:
                    start = min(start, tabs[label].began - 1.0)
                log = self._network.logs[label]
                packets = (log.leaving if leaving else log.between)(start, item.grown + EXPLAIN_S)
                packets = [packet for packet in packets if (packet.dir == "out") == leaving]
                if label is None:
                    packets = [packet for packet in packets if self._network.concerns(packet, item.tab)]
                near = [packet for packet in packets if packet.time >= item.grown - NEAR_S]
                packet = find(needle, near) or find(needle, packets)
                if packet is not None and self._by(subject, item, tentative, packet, tabs):
                    return True
                if tentative.until <= 0.0:
                    return False
        return self._opaque_near(item)

    def _by(self, subject: Subject, item: Item, tentative: Tentative, packet: Packet, tabs: Mapping[str, Tab]) -> bool:
        """Whether this payload, which holds the text, makes it an item that tabs can share."""
        if not self._about.it(subject, item, packet, turned=tentative.turned, alone=tentative.alone):
            return False
        if self._own.turned_up(subject, item, packet) or names_only(subject, item, packet):
            tentative.until = 0.0  # whatever else holds it
            return False
        if packet.dir != "out" and self._own.private(subject, item, tentative.path, packet, tabs, self._disown):
            return False
        if packet.dir == "in" and packet.tab == item.tab and packet.time <= item.at:
            subject.brought.setdefault(
                item.id, Receipt(packet.time, packet.seq, packet.channel, packet.connection, item.version)
            )
        return True

    def _disown(self, subject: Subject, entry: Entry) -> None:
        """A text counted as shared turns out to be one tab's own."""
        item = subject.items.get(self.texts(subject).forms.get(entry.key, ""))
        if item is not None and item.write is None:
            item.accepted = False

    def _opaque_near(self, item: Item) -> bool:
        """Whether a payload that nobody can read came or went with the text."""
        near = self._network.logs[item.tab].between(item.at - 1.0, item.at + 0.3)
        return any(p.haystack.opaque and len(p.payload) > 8 and p.channel == "socket" for p in near)

    def received(self, subject: Subject, packet: Packet) -> None:
        """A payload reached a tab: does it hold something the tab lacks?"""
        assert packet.tab is not None
        for wait in [*subject.open_waits(packet.tab)[-50:], *self.partial.doubted(subject, packet.tab)[-50:]]:
            item = subject.items[wait.item]
            holds = wait.receipt is None and packet.haystack.holds(item.needle)
            if holds and (which := self._equals.which(subject, item, packet)) != "earlier":
                self.receive(subject, packet.tab, item, packet, either=which == "either")

    def receive(self, subject: Subject, tab: str, item: Item, packet: Packet, *, either: bool = False) -> None:
        """A payload brought an item to a tab. either: or one that said the same before."""
        receipt = Receipt(packet.time, packet.seq, packet.channel, packet.connection, item.version, either)
        subject.receive(tab, item, receipt)


def _reworded(item: Item, gained: list[tuple[str, Change]]) -> bool:
    """Whether what took a text's place says the same in part: that is a change of it, and no end."""
    for _, change in gained:
        if change.before is not None and change.after is not None and unnumbered(change.before.key) == item.letters:
            after = change.after.block.text
            return len(different(item.text, after)[1]) < len(after.split())
    return False


def _replaced(item: Item, gained: list[tuple[str, Change]]) -> bool:
    """Whether a text that the page did not say stands in one's place: where one is gone, those below it move up."""
    return any(change.before is not None and unnumbered(change.before.key) == item.letters for _, change in gained)


def counts(wait: Wait, tab: Tab, now: float) -> bool:
    """Whether a wait is more than two pages loading side by side: it lasted past the load of the tab that waits."""
    end = wait.until if wait.until is not None else wait.ended if wait.ended is not None else now
    return wait.carried or end > (tab.settled if end >= tab.began else tab.at_first(end))
