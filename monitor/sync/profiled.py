"""The reading of a site with a profile: facts name the items, and the page shows them by id or else by text."""

from __future__ import annotations

from collections import Counter, defaultdict

from monitor.sites.reader import Fact, ItemFact
from monitor.sync.arrangement import arrange, remove
from monitor.sync.branches import elsewhere
from monitor.sync.evidence import Packet
from monitor.sync.items import Item, Receipt, Replica
from monitor.sync.page import Entry, Page
from monitor.sync.replicas import Subject
from monitor.sync.tabs import Tab

_PREFIX = 12  # letters a block must share with the head of a growing item
EVENTUAL_S = 10.0  # answers may lag behind a removal for so long
_CORE = 20  # letters of an item that, found within a block, make the block show it


class ProfiledReading:
    """Turns facts and pages into items of a profile's subjects."""

    def __init__(self) -> None:
        self._aliases: dict[tuple[str, str, str], str] = {}  # (site, subject, made-up id) → the site's own id
        self._unnamed: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)  # letters → made-up id

    # ── what traffic says ──

    def learn(self, subject: Subject, fact: Fact, packet: Packet, tab: str) -> list[Item]:
        """The items a fact states; new ones become known, grown and edited ones change."""
        items = [self._state(subject, stated, packet, tab) for stated in fact.items]
        if fact.kind == "read" and packet.dir != "out":
            for item in items:
                receipt = Receipt(packet.time, packet.seq, packet.channel, packet.connection, item.version)
                subject.receive(tab, item, receipt)
            if (replica := subject.replicas.get(tab)) is not None:
                _let_be(subject, replica, packet.time)
        return items

    def remove(self, subject: Subject, stated: ItemFact, time: float, seq: int) -> Item | None:
        """An item is gone: tabs that show it show something extra from now on. None where it is not known."""
        item = subject.items.get(self._aliases.get((subject.site, subject.key, stated.id), stated.id))
        if item is None or item.gone:
            return item
        remove(item, time, seq)
        item.gone, item.version, item.changed, subject.last = True, item.version + 1, time, max(subject.last, time)
        for replica in subject.active():
            if replica.painted and item.id in replica.shown:
                subject.lack(replica, item, time, time)
        return item

    def _state(self, subject: Subject, stated: ItemFact, packet: Packet, tab: str) -> Item:
        item = subject.items.get(self._id(subject, stated))
        if item is None:
            item = Item(
                stated.id, packet.time, tab, packet.seq, text=stated.text, letters=stated.letters,
                author=stated.author, parent=stated.parent, done=stated.done,
                hidden=stated.hidden or not stated.letters,
            )  # fmt: skip
            return subject.learn(item)
        self._restate(subject, item, stated, packet.time)
        return item

    def _id(self, subject: Subject, stated: ItemFact) -> str:
        """The item's id; the one the site gives replaces one made up from the text before it was known."""
        unnamed = self._unnamed[subject.site, subject.key]
        if stated.id.startswith("text:"):
            unnamed[stated.letters] = stated.id
        elif (made_up := unnamed.pop(stated.letters, None)) and made_up in subject.items:
            item = subject.items.pop(made_up)
            item.id = stated.id
            subject.rename(made_up, item)
            self._aliases[subject.site, subject.key, made_up] = stated.id
        return self._aliases.get((subject.site, subject.key, stated.id), stated.id)

    def _restate(self, subject: Subject, item: Item, stated: ItemFact, time: float) -> None:
        if item.gone and time < item.changed + EVENTUAL_S:
            return  # an answer that was asked for before it went
        item.removed, item.gone = None, False
        item.author = item.author or stated.author
        item.parent = item.parent or stated.parent
        item.done = item.done or stated.done
        if not stated.letters or stated.letters == item.letters:
            return
        if item.letters.startswith(stated.letters):
            return  # an earlier state of it: a slow stream, an old cache
        grew = stated.letters.startswith(item.letters)
        item.text, item.letters, item.hidden = stated.text, stated.letters, stated.hidden
        if grew:
            item.grown = time
            subject.last = max(subject.last, time)
        else:
            subject.edit(item, time)

    # ── what pages show ──

    def shown(self, subject: Subject, tab: Tab, page: Page, time: float, seq: int, *, virtual: bool = False) -> None:
        """Compare the items with what the tab displays now. virtual: its lists are mounted in part."""
        entries = page.of_rules()
        by_id = {entry.block.id: entry for entry in entries if entry.block.id}
        free = (entry for entry in entries if entry.block.id not in subject.items)  # the others say which they show
        texts = [entry for entry in free if entry.letters and not entry.block.editable]
        exact = {entry.letters: entry for entry in texts}
        shown = subject.replicas[tab.label].shown
        own = _Own(subject, subject.replicas[tab.label], texts)
        taken = {item.letters for item in subject.items.values() if item.letters in exact}
        for item in list(subject.items.values()):
            if item.gone:
                self._gone(subject, tab.label, item, by_id.get(item.id) or exact.get(item.letters), time, seq)
                continue
            entry = by_id.get(item.id)
            if entry is None and (entry := exact.get(item.letters) or _resembling(item, texts, taken)) is not None:
                entry = None if own.rather(item, entry) else entry
            if entry is not None and self._version(subject, item, entry, tab.label) == item.version:
                subject.show(tab.label, item, entry.at if item.id not in shown else time, seq, form=entry.letters)
            elif entry is not None:
                subject.show(tab.label, item, time, seq, version=item.version - 1, form=entry.letters)
            elif item.id in shown and page.entries:
                subject.hide(tab.label, item, time)
            if entry is not None:
                shown[item.id].length = entry.block.length or len(entry.block.text)
        if page.entries:
            arrange(subject, subject.replicas[tab.label], page.in_order(), time, seq, virtual=virtual)
        _let_be(subject, subject.replicas[tab.label], time)

    def _gone(self, subject: Subject, tab: str, item: Item, entry: Entry | None, time: float, seq: int) -> None:
        """Whether a tab shows what is there no more."""
        wait = subject.waits.open.get((tab, item.id))
        if entry is not None:
            subject.show(tab, item, time, seq, version=item.version - 1, form=entry.letters)
            return
        subject.hide(tab, item, time)
        if wait is not None:
            subject.heal(wait, time, seq)

    def _version(self, subject: Subject, item: Item, entry: Entry, tab: str) -> int:
        """Which version a block shows: the newest, unless its text is that of the one before."""
        if item.version == 0 or _alike(entry.letters, item.letters):
            return item.version
        return item.version - 1


class _Own:
    """Of two messages that say the same, or begin so, a page without ids shows the one that its tab knows of."""

    def __init__(self, subject: Subject, replica: Replica, texts: list[Entry]) -> None:
        known = subject.items.values()
        self._items = {item.id: item for item in known if item.id in replica.received or item.tab == replica.tab}
        self._letters = {item.letters for item in self._items.values() if not (item.gone or item.hidden)}
        self._blocks = Counter(entry.letters for entry in texts)

    def rather(self, item: Item, entry: Entry) -> bool:
        """Whether the only block that says this shows another item, which the tab knows of, and not this one."""
        if item.id in self._items or self._blocks[entry.letters] != 1:
            return False
        return any(said == item.letters or said.startswith(entry.letters) for said in self._letters)


def _let_be(subject: Subject, replica: Replica, time: float) -> None:
    """What stands on another branch than the one that a tab shows is not lacked there."""
    for wait in list(elsewhere(subject, replica)):
        subject.waits.unmounted(wait, time)


def _alike(shown: str, stated: str) -> bool:
    """Whether a shown text is the stated one, its beginning, or has it inside."""
    return not shown or not stated or shown in stated or stated[:200] in shown


def _resembling(item: Item, texts: list[Entry], taken: set[str]) -> Entry | None:
    """A block that shows the item's text with something around it, or the beginning of it while it grows."""
    if not item.letters or item.hidden:
        return None
    core = item.letters[:400]
    for entry in texts:
        if entry.letters in taken:
            continue
        if len(core) >= _CORE and core in entry.letters:
            return entry
        begins = item.letters.startswith(entry.letters)
        if begins and (len(entry.letters) >= _PREFIX or entry.block.streaming or not item.done):
            return entry
        if entry.letters.startswith(core) and len(entry.letters) - len(core) <= _CORE:
            return entry
    return None
