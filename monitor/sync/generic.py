"""The reading of a page nobody wrote a profile for: its visible texts are the items, and payloads say which ones count.

Pages show much that is no shared state: clocks, ages, random ids, toasts, menus. So a text becomes an item when it
appears, but is *accepted* — counted, shown, waited for — only when a payload explains it: some tab on the subject sent
or received its content, or, where it came with a payload nobody can read, timing says so. A text whose numbers alone
changed stays the same item unless a payload holds the new ones. A text that grew is the same item, streamed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.model import Shown
from monitor.sites.text import letters, skeleton
from monitor.sync.evidence import Needle, Packet, find
from monitor.sync.network import Network
from monitor.sync.page import Change, Page
from monitor.sync.replicas import Item, Receipt, Subject, Wait
from monitor.sync.tabs import Tab

BEFORE_S = 10.0  # a payload explains a text that appears up to this much later …
AFTER_S = 10.0  # … or, where the page was optimistic, this much earlier
_TENTATIVE = 400
_FORMS = 64
_NUMBERS = re.compile(r"\d+")


@dataclass(slots=True)
class Tentative:
    """A text nothing has explained yet. until: when to give up. searched: the growth of the text last looked for."""

    until: float
    searched: float = -1.0


@dataclass(slots=True)
class Texts:
    """The items of one generic subject, by what they say. forms: letters, now or earlier → item id."""

    forms: dict[str, str] = field(default_factory=dict)
    of_item: dict[str, deque[str]] = field(default_factory=dict)
    tentative: dict[str, Tentative] = field(default_factory=dict)
    made: int = 0


class GenericReading:
    """Turns what tabs show into items of generic subjects, and payloads into their acceptance."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._texts: dict[str, Texts] = {}

    def texts(self, subject: Subject) -> Texts:
        """The texts of one subject."""
        return self._texts.setdefault(subject.key, Texts())

    # ── what a tab shows ──

    def shown(self, subject: Subject, tab: Tab, page: Page, event: Shown, changes: list[Change]) -> None:
        """The page changed: texts came and went."""
        texts = self.texts(subject)
        gained, lost = _difference(page, changes)
        for key, change in gained:
            item = self._item(subject, texts, tab, key, change, lost, event)
            showing = subject.replicas[tab.label].shown.get(item.id)
            subject.show(tab.label, item, event.time, event.seq, form=key)
            if showing is not None and showing.letters in lost:
                lost.discard(showing.letters)
        for key in lost:
            known = subject.items.get(texts.forms.get(key, ""))
            current = subject.replicas[tab.label].shown.get(known.id) if known else None
            if known and current and current.letters == key:
                subject.hide(tab.label, known, event.time, withdraw=True)
        self._purge(subject, texts, event.time)

    def enter(self, subject: Subject, tab: Tab, page: Page, time: float, seq: int) -> None:
        """A tab turned to this subject within a document: what it displays already was there before."""
        texts = self.texts(subject)
        for entry in page.entries.values():
            item = subject.items.get(texts.forms.get(entry.letters, ""))
            if item is not None:
                subject.show(tab.label, item, time, seq, form=entry.letters)

    def _item(
        self, subject: Subject, texts: Texts, tab: Tab, key: str, change: Change, lost: set[str], event: Shown
    ) -> Item:
        """The item that a text is: a known one, a known one in a new form, or a new one."""
        assert change.after is not None
        known = subject.items.get(texts.forms.get(key) or texts.forms.get(_ageless(change.after.block.text), ""))
        if known is not None and known.hidden and not known.accepted and not change.after.block.editable:
            subject.forget(known)  # a draft until now: what counts is the text on the page
            known = None
        if known is not None:
            return known
        before = change.before
        earlier = subject.items.get(texts.forms.get(before.letters, "")) if before and before.letters in lost else None
        text = change.after.block.text
        if earlier is not None and before is not None and self._same(earlier, before.block.text, text, tab, event):
            self._rename(subject, texts, earlier, key, text, event.time)
            if skeleton(before.block.text) == skeleton(text):
                texts.forms[_ageless(text)] = earlier.id  # in another tab its numbers may be at another point
            return earlier
        if before is None and (lacked := self._lacked(subject, tab, text, event.time)) is not None:
            self._remember(texts, lacked.id, key)
            texts.forms[_ageless(text)] = lacked.id
            return lacked
        item = self._make(texts, key, text, tab, event, editable=change.after.block.editable)
        subject.learn(item)
        return item

    def _same(self, item: Item, before: str, after: str, tab: Tab, event: Shown) -> bool:
        """Whether a replaced text is the same item: it grew, or its numbers ran on by themselves."""
        if after.startswith(before) or (item.letters and Needle.of(after).letters.startswith(item.letters)):
            return True
        if skeleton(before) != skeleton(after):
            return False
        return not self._numbers_explained(before, after, tab, event.time)

    def _lacked(self, subject: Subject, tab: Tab, text: str, time: float) -> Item | None:
        """The item this tab waited for, where only its age differs: what a payload says of one, it says of both."""
        alike = [
            item
            for (label, item_id) in subject.open
            if label == tab.label and skeleton((item := subject.items[item_id]).text) == skeleton(text)
        ]
        reduced = letters(text)
        for packet in self._network.logs[tab.label].between(time - 2.0, time + 0.05) if alike else ():
            told = [part for part in packet.haystack.parts if len(part) > 1 and part in reduced]
            for item in alike:
                if packet.dir != "out" and told and all(part in item.letters for part in told):
                    return item
        return None

    def _numbers_explained(self, before: str, after: str, tab: Tab, time: float) -> bool:
        """Whether a payload just before holds the text, or a number that is new to the text and to its kind."""
        fresh = set(_NUMBERS.findall(after)) - set(_NUMBERS.findall(before))
        needle = Needle.of(after)
        log = self._network.logs[tab.label]
        for packet in log.between(time - 0.35, time + 0.05):
            numbers = fresh & packet.haystack.exact
            for other in log if numbers else ():
                if other is not packet and other.shape == packet.shape:
                    numbers = numbers - other.haystack.exact
            if numbers or needle.text in packet.haystack.exact:
                return True
        return False

    def _rename(self, subject: Subject, texts: Texts, item: Item, key: str, text: str, time: float) -> None:
        self._remember(texts, item.id, key)
        item.text, item.letters, item.grown = text, _unnumbered(key), time
        if not item.accepted:
            texts.tentative[item.id] = Tentative(time + AFTER_S)
        subject.last = max(subject.last, time) if item.accepted else subject.last

    def _make(self, texts: Texts, key: str, text: str, tab: Tab, event: Shown, *, editable: bool) -> Item:
        texts.made += 1
        item = Item(
            f"t{texts.made}", event.time, tab.label, event.seq,
            text=text, letters=_unnumbered(key), accepted=False, hidden=editable,
        )  # fmt: skip
        self._remember(texts, item.id, key)
        texts.tentative[item.id] = Tentative(event.time + AFTER_S)
        while len(texts.tentative) > _TENTATIVE:
            del texts.tentative[next(iter(texts.tentative))]
        return item

    def _remember(self, texts: Texts, item_id: str, key: str) -> None:
        texts.forms[key] = item_id
        forms = texts.of_item.setdefault(item_id, deque())
        forms.append(key)
        if len(forms) > _FORMS and texts.forms.get(old := forms.popleft()) == item_id and old not in forms:
            del texts.forms[old]

    def _purge(self, subject: Subject, texts: Texts, now: float) -> None:
        """Forget texts that nobody shows and nothing explained: a clock must not fill the memory."""
        for item_id, tentative in list(texts.tentative.items()):
            item = subject.items.get(item_id)
            if item is None or now > tentative.until:
                del texts.tentative[item_id]
        if texts.made % 256:
            return
        for item in [i for i in subject.items.values() if not i.accepted and i.withdrawn and now - i.grown > AFTER_S]:
            for form in texts.of_item.pop(item.id, ()):
                if texts.forms.get(form) == item.id:
                    del texts.forms[form]
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
            if item is None or item.accepted or now > tentative.until + AFTER_S:
                del texts.tentative[item_id]
            elif tentative.searched != item.grown and self._matters(subject, item, tabs, now):
                tentative.searched = item.grown
                if self._explained(subject, item, tabs):
                    accepted.append(self._accept(texts, item))
        return accepted

    def explain_by(self, subject: Subject, packet: Packet) -> list[Item]:
        """Accept the tentative items that a new payload explains."""
        texts = self.texts(subject)
        accepted = []
        for item_id, tentative in list(texts.tentative.items()):
            item = subject.items.get(item_id)
            if item is None or tentative.searched < 0 or packet.time > tentative.until:
                continue
            if item.hidden and (packet.dir == "out" or packet.tab == item.tab):
                continue
            if packet.haystack.holds(Needle(item.text, item.letters)):
                accepted.append(self._accept(texts, item))
        return accepted

    def _accept(self, texts: Texts, item: Item) -> Item:
        item.accepted, item.hidden = True, False
        del texts.tentative[item.id]
        return item

    def _matters(self, subject: Subject, item: Item, tabs: Mapping[str, Tab], now: float) -> bool:
        """Whether the text came in the page's life, or another tab, its own load over, lacks it."""
        if item.at > tabs[item.tab].settled:
            return True
        return any(
            wait.item == item.id and label != item.tab and counts(wait, tabs[label], now)
            for (label, _), wait in subject.waits.items()
        )

    def _explained(self, subject: Subject, item: Item, tabs: Mapping[str, Tab]) -> bool:
        needle = Needle(item.text, item.letters)
        others = [label for label in subject.replicas if label != item.tab]
        for label in others if item.hidden else [item.tab, *others, None]:
            start = item.at - BEFORE_S
            if label is not None and label in tabs:
                start = min(start, tabs[label].began - 1.0)
            packets = self._network.logs[label].between(start, item.grown + AFTER_S)
            if find(needle, [p for p in packets if p.dir != "out"] if item.hidden else packets) is not None:
                return True
        return not item.hidden and self._opaque_near(item)

    def _opaque_near(self, item: Item) -> bool:
        """Whether a payload that nobody can read came or went with the text."""
        near = self._network.logs[item.tab].between(item.at - 1.0, item.at + 0.3)
        return any(p.haystack.opaque and len(p.payload) > 8 and p.channel == "socket" for p in near)

    def received(self, subject: Subject, packet: Packet) -> None:
        """A payload reached a tab: does it hold something the tab lacks?"""
        assert packet.tab is not None
        for wait in subject.open_waits(packet.tab)[-50:]:
            item = subject.items[wait.item]
            if wait.receipt is None and packet.haystack.holds(Needle(item.text, item.letters)):
                receipt = Receipt(packet.time, packet.seq, packet.channel, packet.connection, item.version)
                subject.receive(packet.tab, item, receipt)


def counts(wait: Wait, tab: Tab, now: float) -> bool:
    """Whether a wait is more than two pages loading side by side: it lasted past the load of the tab that waits."""
    end = wait.until if wait.until is not None else wait.ended if wait.ended is not None else now
    return wait.carried or end > tab.settled


def _difference(page: Page, changes: list[Change]) -> tuple[list[tuple[str, Change]], set[str]]:
    """The texts that a change of the page brought, each with the block that brought it, and those it took away.

    The second block that says the same is a text of its own (`ok`, then `ok` again), keyed `letters#2`.
    """
    before: dict[str, int] = {}
    for change in changes:
        for entry, by in ((change.before, 1), (change.after, -1)):
            if entry is not None and entry.letters and change.slot[1] == "text":
                before[entry.letters] = before.get(entry.letters, page.counts.get(entry.letters, 0)) + by
    gained: list[tuple[str, Change]] = []
    lost: set[str] = set()
    carriers = {change.after.letters: change for change in reversed(changes) if change.after}
    for reduced, had in before.items():
        has = page.counts.get(reduced, 0)
        gained.extend((_numbered(reduced, number), carriers[reduced]) for number in range(had + 1, has + 1))
        lost.update(_numbered(reduced, number) for number in range(has + 1, had + 1))
    return gained, lost


def _ageless(text: str) -> str:
    """A key for a text whose numbers run on by themselves, such as an age; unlike any text's own."""
    return f"~{skeleton(text)}"


def _unnumbered(key: str) -> str:
    return key.partition("#")[0]


def _numbered(reduced: str, number: int) -> str:
    return reduced if number == 1 else f"{reduced}#{number}"
