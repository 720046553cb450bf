"""Which item a text on a page is: one known already, one that grew or whose numbers ran on, or a new one.

- The same text is the same item, in every tab; the second block that says the same is a second item.
- A text that replaces another in its place, or as the page draws its list anew, is the same item if it begins with the
  other, or differs from it in numbers alone and no payload brought the new numbers.
- What is added to a text that had come to rest, by a payload, is an item of its own; who shows it shows the rest too.
- A place that returns to an earlier text, which no tab shows any more, shows a new item. So does one where such a text
  comes back that was deleted, or that a tab said again just then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.model import Shown
from monitor.sites.text import letters, skeleton
from monitor.sync.evidence import Needle, Packet, names
from monitor.sync.figures import numbers
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.page import Change, Page, said_before
from monitor.sync.replicas import Subject
from monitor.sync.rewording import different, rewords, turned
from monitor.sync.tabs import Tab
from monitor.sync.ticked import only_ticked
from monitor.sync.wording import Wording
from monitor.sync.writes import Writes

REST_S = 2.0  # a text that did not grow for this long has come to rest
EXPLAIN_S = 10.0  # a payload and the text that it explains are not further apart
_TENTATIVE = 2_000
_FORMS = 64
_RUNS = 2  # a text that had more forms runs on by itself, as an age does
_UNIT = 8  # letters of a unit of time, at most: `minutes`


@dataclass(slots=True)
class Tentative:
    """A text nothing has explained yet.

    until: when to give up. path: where on the page it stands. searched: the growth of the text last looked for.
    sought: the last payload looked through for who wrote it. turned: it came as the page turned to other texts.
    alone: it took the place of another text, and nothing else came or went with that.
    """

    until: float
    path: str = ""
    searched: float = -1.0
    sought: int = 0
    turned: bool = False
    alone: bool = False


@dataclass(slots=True)
class Texts:
    """The items of one generic subject, by what they say.

    forms: a text's key, of now or earlier → item id; behind a tab's label where that tab alone says it so.
    rests: item id → the item that it was added to. instead: item id → the item whose place it took.
    reworded: items that said another text before. turns: how often what is known of a text became another.
    """

    forms: dict[str, str] = field(default_factory=dict)
    of_item: dict[str, deque[str]] = field(default_factory=dict)
    tentative: dict[str, Tentative] = field(default_factory=dict)
    rests: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    reworded: set[str] = field(default_factory=set)
    made: int = 0
    turns: int = 0

    def item(self, tab: str, key: str) -> str:
        """The item that a tab means with a text; empty where none is known."""
        return self.forms.get(f"{tab}:{key}") or self.forms.get(key, "")

    def steady(self, item_id: str) -> bool:
        """Whether an item has said the same all the time: what counts or grows may be taken for another."""
        return item_id not in self.reworded

    def remember(self, item_id: str, key: str) -> None:
        """An item has this text."""
        forms = self.of_item.setdefault(item_id, deque())
        if self.forms.get(key, item_id) != item_id:
            self.turns += 1
        if forms and forms[-1] != key and item_id not in self.reworded:
            self.reworded.add(item_id)
            self.turns += 1
        self.forms[key] = item_id
        forms.append(key)
        if len(forms) > _FORMS and self.forms.get(old := forms.popleft()) == item_id and old not in forms:
            del self.forms[old]

    def suspect(self, item_id: str, until: float, path: str) -> None:
        """An item that a payload must explain before it counts."""
        self.tentative[item_id] = Tentative(until, path)
        while len(self.tentative) > _TENTATIVE:
            del self.tentative[next(iter(self.tentative))]

    def forget(self, item_id: str) -> None:
        """An item is gone for good."""
        self.turns += 1
        self.reworded.discard(item_id)
        for form in self.of_item.pop(item_id, ()):
            if self.forms.get(form) == item_id:
                del self.forms[form]
        self.tentative.pop(item_id, None)
        self.rests.pop(item_id, None)
        self.instead.pop(item_id, None)


class Identities:
    """Finds the item of each text that a page gains."""

    def __init__(self, network: Network, writes: Writes) -> None:
        self._network = network
        self._writes = writes
        self._wording = Wording(network)

    def item(
        self, subject: Subject, texts: Texts, tab: Tab, key: str, change: Change, lost: set[str], event: Shown,
        counts: Callable[[], bool] = lambda: False,
    ) -> Item:  # fmt: skip
        """The item that a gained text is. lost: the texts that went with the same change of the page.

        counts: whether numbers that changed count something that was just named.
        """
        assert change.after is not None
        block = change.after.block
        known = subject.items.get(texts.item(tab.label, key))
        if known is None and not (change.before is not None and counts()):  # nor what ran on until now
            known = subject.items.get(texts.forms.get(ageless(block.text), ""))
        if known is not None and known.hidden and not known.accepted and not block.editable:
            subject.forget(known)  # a draft until now: what counts is the text on the page
            known = None
        other = known is not None and self._otherwise(subject, texts, tab, known, lost)
        known = None if other else known
        if known is not None and not known.withdrawn:
            return known  # and what went with it is no earlier form of it, however alike
        replaced = self._replaced(subject, texts, tab, block.text, change, lost)
        if known is not None and replaced is None and self._anew(known, event.time):
            return self._make(subject, texts, key, change, None, tab, event, own=False)
        if known is not None and (replaced is None or replaced is known):
            return known
        if known is None and replaced is not None:
            former = change.before.block.text if change.before is not None else replaced.text
            if self._same(subject, texts, replaced, key, former, block.text, tab, event, counts):
                return replaced
            if self._forked(subject, replaced, change, tab.label, event.time):
                return self._apart(subject, texts, replaced, key, change, tab, event)
        if known is None and replaced is None:
            lacked = self._wording.lacked(subject, tab.label, block.text, event.time)
            if lacked is not None:
                if skeleton(lacked.text) == skeleton(block.text):
                    texts.remember(lacked.id, key)
                    texts.forms[ageless(block.text)] = lacked.id
                else:
                    texts.remember(lacked.id, f"{tab.label}:{key}")  # another tab may mean another item with it
                return lacked
        return self._make(subject, texts, key, change, replaced, tab, event, own=other)

    def _otherwise(self, subject: Subject, texts: Texts, tab: Tab, known: Item, lost: set[str]) -> bool:
        """Whether this tab shows what another means with a text, in words of its own: then it means another item."""
        showing = subject.replicas[tab.label].shown.get(known.id)
        own = showing is not None and texts.forms.get(f"{tab.label}:{showing.letters}") == known.id
        return own and showing is not None and showing.letters not in lost

    def _replaced(
        self, subject: Subject, texts: Texts, tab: Tab, text: str, change: Change, lost: set[str]
    ) -> Item | None:
        """The item whose text this one replaces: in the same element, or in a list that was drawn anew."""
        if change.before is not None:
            if (was := said_before(change.before.key, lost)) is None:
                return None
            former = texts.item(tab.label, was) or texts.forms.get(ageless(change.before.block.text), "")
            return subject.items.get(former)
        shape = skeleton(text)
        for key in sorted(lost):
            item = subject.items.get(texts.item(tab.label, key))
            if item is not None and (skeleton(item.text) == shape or only_ticked(item, text)):
                lost.discard(key)
                return item
        return None

    def _same(
        self, subject: Subject, texts: Texts, item: Item, key: str, former: str, text: str, tab: Tab, event: Shown,
        counts: Callable[[], bool],
    ) -> bool:  # fmt: skip
        """Whether a replaced text is the same item, which it then says it is from now on. former: what stood there."""
        before = item.text
        counted = skeleton(before) == skeleton(text)
        alike = counted or (runs_on(former, text) and not self._said(former, text, event.time))
        if text == before:  # beyond what is kept of it
            return False
        grew = text.startswith(before) or bool(item.letters and letters(text).startswith(item.letters))
        grew = grew and not (letters(before).isdigit() and letters(text).isdigit()) and not only_ticked(item, text)
        if grew and not alike:
            if self._added(item, text, event.time):
                return False
        elif not grew and not alike:
            return False
        elif not grew and counted and (self._numbers_explained(before, text, tab, event.time) or counts()):
            return False  # and no age that went on to its next unit
        texts.remember(item.id, key)
        if alike:
            texts.forms[ageless(text)] = item.id  # in another tab its numbers may be at another point
        item.text, item.letters, item.grown = text, unnumbered(key), event.time
        if grew:
            subject.grew.add(item.id)
        if not item.accepted:
            path = texts.tentative[item.id].path if item.id in texts.tentative else ""
            texts.suspect(item.id, event.time + EXPLAIN_S, path)
        else:
            subject.last = max(subject.last, event.time)
        return True

    def _forked(self, subject: Subject, item: Item, change: Change, tab: str, time: float) -> bool:
        """Whether two texts that both grow were one item while they had said the same: two answers that begin alike."""
        assert change.after is not None
        if change.before is None or time - min(item.grown, change.before.at) > REST_S:
            return False
        begun, here = change.before.letters, change.after.letters
        alike = begun != "" and here.startswith(begun) and item.letters.startswith(begun)
        apart = not here.startswith(item.letters) and not item.letters.startswith(here)
        others = (other.shown.get(item.id) for other in subject.active() if other.tab != tab)
        return alike and apart and any(one is not None and unnumbered(one.letters) == item.letters for one in others)

    def _apart(
        self, subject: Subject, texts: Texts, item: Item, key: str, change: Change, tab: Tab, event: Shown
    ) -> Item:
        """A tab shows another item than the one that it was taken to show, as others do: it never showed that."""
        assert change.before is not None
        assert change.after is not None
        begun = change.before.block.text
        made = self._make(subject, texts, key, change, None, tab, event, own=False)
        made.core = _core(begun, change.after.block.text)
        texts.remember(made.id, f"{tab.label}:{change.before.key}")
        if item.tab == tab.label:  # what is known of it is another tab's
            item.tab = next(one.tab for one in subject.active() if one.tab != tab.label and item.id in one.shown)
            subject.brought.pop(item.id, None)
        write = self._writes.all[item.write] if item.write is not None else None
        if write is not None and write.tab == tab.label and item.id in write.items:
            write.items.remove(item.id)
            item.write, item.accepted, item.core = None, False, _core(begun, item.text)
            texts.suspect(item.id, event.time + EXPLAIN_S, "")
        subject.mistook(tab.label, item, event.time)
        return made

    def _anew(self, known: Item, time: float) -> bool:
        """Whether a text that no tab shows any more was said again just now, or was deleted: then it is another one."""
        if known.removed is not None:
            return True
        left = (packet for log in self._network.logs.values() for packet in log.leaving(time - REST_S, time + 0.3))
        return any(
            packet.time > known.went and packet.dir == "out" and packet.haystack.holds(known.needle) for packet in left
        )

    def _said(self, before: str, after: str, time: float) -> bool:
        """Whether a payload says the words that are new in a text: then they are no age."""
        new = letters(" ".join(different(before, after)[1]))
        near = (packet for log in self._network.logs.values() for packet in log.between(time - REST_S, time + 0.3))
        return len(new) > 1 and any(new in packet.haystack.parts for packet in near)

    def _added(self, item: Item, text: str, time: float) -> bool:
        """Whether a payload added to a text that had come to rest."""
        if time - item.grown <= REST_S:
            return False
        needle = Needle.of(text[len(item.text) :])
        near = (packet for log in self._network.logs.values() for packet in log.between(time - REST_S, time + 0.3))
        return len(needle.letters) > 1 and any(packet.haystack.holds(needle) for packet in near)

    def _make(
        self, subject: Subject, texts: Texts, key: str, change: Change, replaced: Item | None, tab: Tab, event: Shown,
        *, own: bool,
    ) -> Item:  # fmt: skip
        """own: another tab means another item with this text."""
        assert change.after is not None
        block = change.after.block
        texts.made += 1
        item = Item(
            f"t{texts.made}", event.time, tab.label, event.seq,
            text=block.text, letters=unnumbered(key), accepted=False, hidden=block.editable,
        )  # fmt: skip
        if replaced is not None and block.text.startswith(replaced.text) and len(block.text) > len(replaced.text):
            item.text = block.text[len(replaced.text) :].strip()
            item.letters = letters(item.text)
            texts.rests[item.id] = replaced.id
        elif replaced is not None:
            item.core = _core(replaced.text, block.text)
            since = max(replaced.grown, change.before.at if change.before is not None else 0.0)
            rested = event.time - since > REST_S and len(texts.of_item.get(replaced.id, ())) <= _RUNS
            counts = rested and skeleton(replaced.text) == skeleton(block.text)  # and no age, which runs on by itself
            packet = self._numbers_explained(replaced.text, block.text, tab, event.time) if counts else None
            item.names = names(packet) if packet is not None else frozenset()
            if packet is not None:
                item.numbers = frozenset(numbers(block.text) - numbers(replaced.text))
            item.former, item.since = replaced.letters, since
        texts.remember(item.id, f"{tab.label}:{key}" if own else key)
        texts.suspect(item.id, event.time + EXPLAIN_S, block.path)
        subject.learn(item)
        if replaced is not None and (change.before or only_ticked(replaced, item.text)) and item.id not in texts.rests:
            texts.instead[item.id] = replaced.id
            _spare_elsewhere(subject, texts, replaced, item, event.time)
        return item

    def _numbers_explained(self, before: str, after: str, tab: Tab, time: float) -> Packet | None:
        """The payload just before that holds the text, or a number that is new to the text and to its kind."""
        fresh = numbers(after) - numbers(before)
        needle = Needle.of(after)
        log = self._network.logs[tab.label]
        for packet in log.between(time - 0.35, time + 0.05):
            found = fresh & packet.haystack.exact
            for other in log if found else ():
                if other.shape == packet.shape and other.payload != packet.payload:  # and no echo of it
                    found = found - other.haystack.exact
            if found or needle.text in packet.haystack.exact:
                return packet
        return None


def _spare_elsewhere(subject: Subject, texts: Texts, former: Item, item: Item, time: float) -> None:
    """A text took another's place: a tab that has no such place shows another part of the list, or another view of it.

    It has one if it shows or lacks what stood there, let go of that but now, or shows something else instead.
    """
    for wait in [wait for (_, item_id), wait in subject.open.items() if item_id == item.id]:
        replica = subject.replicas[wait.tab]
        lately = former.id in replica.went and time - replica.went_at <= REST_S
        lacked = former.accepted and (wait.tab, former.id) in subject.open
        if lacked or lately or former.id in replica.shown:
            continue
        if not any(texts.instead.get(shown) == former.id for shown in replica.shown):
            subject.doubt(wait, "outside", time)


def difference(page: Page, changes: list[Change]) -> tuple[list[tuple[str, Change]], set[str]]:
    """The texts that a change of the page brought, each with the block that brought it, and those it took away.

    The second block that says the same is a text of its own (`ok`, then `ok` again), keyed `ok#2`. A draft is none
    beside a text that says the same: a message may come to stand on the page before, with or after its draft's end.
    """
    before: dict[str, list[int]] = {}  # how many texts, and how many drafts, said it
    for change in changes:
        for entry, by in ((change.before, 1), (change.after, -1)):
            if entry is not None and entry.key and change.slot[1] == "text":
                before.setdefault(entry.key, _said(page, entry.key))[entry.block.editable] += by
    gained: list[tuple[str, Change]] = []
    lost: set[str] = set()
    first = turned(changes)[::-1]
    first.sort(key=rewords)  # the last ones count: what is no mere drawing anew
    carriers = {(c.after.key, c.after.block.editable): c for c in first if c.after}
    for key, (texts, drafts) in before.items():
        texts_now, drafts_now = _said(page, key)
        had, has = max(texts, drafts), max(texts_now, drafts_now)
        gained.extend((_numbered(key, n), carriers[key, False]) for n in range(texts + 1, texts_now + 1))
        gained.extend((_numbered(key, n), carriers[key, True]) for n in range(max(had, texts_now) + 1, has + 1))
        lost.update(_numbered(key, number) for number in range(has + 1, had + 1))
    return gained, lost


def _said(page: Page, key: str) -> list[int]:
    """How many texts, and how many drafts, on a page say something."""
    drafts = page.drafts.get(key, 0)
    return [page.counts.get(key, 0) - drafts, drafts]


def _core(before: str, after: str) -> str:
    """The letters of the words that are new in a replaced text; empty where they are all of it, or only numbers."""
    core = letters(" ".join(different(before, after)[1]))
    return "" if core.isdigit() or len(core) < 2 else core


def runs_on(before: str, after: str) -> bool:
    """Whether an age within a text went on to its next unit: `59 s ago`, `1 min ago`, in whatever language."""
    old, new = different(before, after)
    few = 0 < len(old) <= 3 and 0 < len(new) <= 3 and len(after.split()) > len(new)
    return few and any(map(str.isdigit, "".join(new))) and max(len(word) for word in (*old, *new)) <= _UNIT


def ageless(text: str) -> str:
    """A key for a text whose numbers run on by themselves, such as an age; unlike any text's own."""
    return f"~{skeleton(text)}"


def unnumbered(key: str) -> str:
    """The letters of a key, without what tells it from others that say the same."""
    return key.partition("#")[0]


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}#{number}"
