"""Which item a text on a page is: one known already, one that grew or whose numbers ran on, or a new one.

- The same text is the same item, in every tab; the second block that says the same is a second item.
- A text that replaces another in its place, or as the page draws its list anew, is the same item if it begins with the
  other, or differs from it in numbers alone and no payload brought the new numbers.
- What is added to a text that had come to rest, by a payload, is an item of its own; who shows it shows the rest too.
- A place that returns to an earlier text, which no tab shows any more, shows a new item. So does one where such a text
  comes back that was deleted, or that a tab said again just then.
"""

from __future__ import annotations

from collections.abc import Callable

from monitor.model import Shown
from monitor.sites.text import letters, skeleton
from monitor.sync.evidence import Needle, Packet, names
from monitor.sync.figures import numbers
from monitor.sync.gained import ageless, unnumbered
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.page import Change, said_before
from monitor.sync.records import called_beside
from monitor.sync.remembered import Texts
from monitor.sync.replicas import Subject
from monitor.sync.rewording import different
from monitor.sync.tabs import Tab
from monitor.sync.ticked import only_ticked
from monitor.sync.wording import Wording
from monitor.sync.writes import Writes

REST_S = 2.0  # a text that did not grow for this long has come to rest
EXPLAIN_S = 10.0  # a payload and the text that it explains are not further apart
_RUNS = 2  # a text that had more forms runs on by itself, as an age does
_UNIT = 8  # letters of a unit of time, at most: `minutes`


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
            if packet is not None:
                fresh = numbers(block.text) - numbers(replaced.text)
                item.names = names(packet) or called_beside(packet.payload, block.text, fresh)
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
            if found or needle.text in packet.haystack.exact or _says(packet, after, fresh):
                return packet
        for packet in self._network.nobodys(tab.label, time - 0.35, time + 0.05):  # of any page: a number tells nothing
            if _says(packet, after, fresh) or called_beside(packet.payload, after, fresh):
                return packet
        return None


def _says(packet: Packet, text: str, fresh: set[str]) -> bool:
    """Whether a value of a payload is words of a text with a number that is new: `table 9` in `Ada – table 9`."""
    said = (leaf for leaf in packet.haystack.exact if " " in leaf and leaf in text)
    return any(not fresh.isdisjoint(numbers(leaf)) for leaf in said)


def _spare_elsewhere(subject: Subject, texts: Texts, former: Item, item: Item, time: float) -> None:
    """A text took another's place: a tab that has no such place shows another part of the list, or another view of it.

    It has one if it shows or lacks what stood there, let go of that but now, or shows something else instead.
    """
    for wait in subject.waits.open_on(item.id):
        replica = subject.replicas[wait.tab]
        lately = former.id in replica.went and time - replica.went_at <= REST_S
        lacked = former.accepted and (wait.tab, former.id) in subject.waits.open
        if lacked or lately or former.id in replica.shown:
            continue
        if not any(texts.instead.get(shown) == former.id for shown in replica.shown):
            subject.waits.doubt(wait, "outside", time)


def _core(before: str, after: str) -> str:
    """The letters of the words that are new in a replaced text; empty where they are all of it, or only numbers."""
    core = letters(" ".join(different(before, after)[1]))
    return "" if core.isdigit() or len(core) < 2 else core


def runs_on(before: str, after: str) -> bool:
    """Whether an age within a text went on to its next unit: `59 s ago`, `1 min ago`, in whatever language."""
    old, new = different(before, after)
    few = 0 < len(old) <= 3 and 0 < len(new) <= 3 and len(after.split()) > len(new)
    return few and any(map(str.isdigit, "".join(new))) and max(len(word) for word in (*old, *new)) <= _UNIT
