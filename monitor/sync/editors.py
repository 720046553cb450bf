"""What tabs edit together on pages without a profile: the lines of a text that stands in an editor.

What stands in an input or editor is a draft, and nobody else's business, until it is seen to be shared. The rules:

- An editor is shared once a line of it came to stand in the same editor of another tab, by a payload and without its
  user; or where two tabs show the same line in a larger editor and what is typed there goes out on a socket.
- A line is what its element says, with all that it said while it was typed. A tab may be `REST_S` behind; one that
  shows nothing of what a line said since then lacks it, from the moment at which the line left what the tab shows.
- Only what was edited counts (it changed in its place, or a payload brought it, or it came between lines that both
  show), only once its tab had sent or received something, and only in tabs that show what it was or what is beside it.
- A line that went, after it was edited or from between lines that stay, is gone: who shows it still shows too much.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from monitor.model import Shown
from monitor.sync.arrangement import remove
from monitor.sync.evidence import Needle, Packet
from monitor.sync.network import Network
from monitor.sync.page import Change, Entry, Page
from monitor.sync.replicas import Item, Subject
from monitor.sync.tabs import Tab

REST_S = 2.0  # a tab may be so far behind with what is typed
SENT_S = 2.0  # what is typed leaves its tab so soon
BROUGHT_S = 1.5  # what a payload brought is shown so soon
LOOKED_S = 0.6  # what scripts put into a field is seen so much later, at the most
AGAIN_S = 1.0  # what cannot be judged yet is looked at again
GIVE_UP_S = 30.0
_NEAR = 3  # lines on either side by which the place of one is known
_FORMS = 200
Slot = tuple[str, int]  # a frame, and the number of an element in it
_SHARED = 4  # letters of a line by which two tabs are known to show the same text
_WAYS = ("socket", "broadcast")


@dataclass(slots=True)
class Line:
    """A line in one tab's editor. forms: what it said before, each with the moment at which it said so no longer."""

    key: str
    text: str
    since: float
    seq: int
    edited: bool = False
    forms: deque[tuple[str, float]] = field(default_factory=lambda: deque(maxlen=_FORMS))
    item: str = ""


@dataclass(slots=True)
class Gone:
    """A line that one tab let go of. forms: all that it said lately."""

    tab: str
    path: str
    forms: frozenset[str]
    text: str
    at: float
    seq: int


@dataclass(slots=True)
class Editor:
    """An editor in one tab: its lines by slot, from the top, and until when it showed what it shows no more."""

    lines: dict[Slot, Line] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Shared:
    """The editors of one subject."""

    subject: Subject
    editors: dict[tuple[str, str], Editor] = field(default_factory=dict)  # by tab and path
    shared: set[str] = field(default_factory=set)  # the paths of those that are
    pending: dict[tuple[str, str, Slot], None] = field(default_factory=dict)  # lines not in all tabs
    gone: list[Gone] = field(default_factory=list)
    extra: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)  # items that are gone: path and forms
    next: float = inf
    made: int = 0


class Editors:
    """Compares the editors of tabs on one subject."""

    def __init__(self, network: Network, tabs: Mapping[str, Tab]) -> None:
        self._network = network
        self._tabs = tabs
        self._of: dict[str, Shared] = {}

    # ── what pages show ──

    def shown(self, subject: Subject, tab: Tab, page: Page, event: Shown, changes: list[Change]) -> list[Item]:
        """A page changed; the items that count from now on."""
        if event.rule != "text" or not (page.editors or (subject.key in self._of)):
            return []
        here = self._of.setdefault(subject.key, Shared(subject))
        mine = [change for change in changes if _editable(change)]
        if event.full:
            for key in [key for key in here.editors if key[0] == tab.label]:
                del here.editors[key]
            here.pending = {key: None for key in here.pending if key[0] != tab.label}
        if not mine and not event.full:
            return []
        for path in self._take(here, tab, page, mine, event):
            self._share(here, tab, path, event.time)
        self._heal(here, tab.label, event)
        return self.settle_one(here, event.time)

    def _take(self, here: Shared, tab: Tab, page: Page, changes: list[Change], event: Shown) -> set[str]:
        """Take a change of the lines in; the editors that it touched."""
        paths = set()
        for path, (was, now) in _by_editor(changes).items():
            paths.add(path)
            editor = here.editors.setdefault((tab.label, path), Editor())
            moved = _moved(was, now)
            order = list(editor.lines)
            for slot in was.keys() - moved.values():
                if slot in editor.lines and (slot not in now or slot in moved):
                    self._went(here, tab, path, slot, order, event)
            for former in moved.values():
                here.pending.pop((tab.label, path, former), None)
            taken = {slot: editor.lines.pop(former) for slot, former in moved.items() if former in editor.lines}
            editor.lines.update(taken)
            for slot, entry in now.items():
                self._say(editor, slot, entry, here, event)
                if event.time > tab.settled or editor.lines[slot].edited:
                    here.pending[tab.label, path, slot] = None
            self._arrange(here, tab.label, path, page)
        return paths

    def _say(self, editor: Editor, slot: Slot, entry: Entry, here: Shared, event: Shown) -> None:
        """A line says this now."""
        line = editor.lines.get(slot)
        if line is not None and not _kept(line.key, entry.key):  # its element is used for another line
            editor.left[line.key] = event.time
            if line.item in here.subject.items:
                here.subject.hide(
                    here.subject.items[line.item].tab, here.subject.items[line.item], event.time, withdraw=True
                )
            line = None
        if line is None:
            editor.lines[slot] = Line(entry.key, entry.block.text, event.time, event.seq)
        elif line.key != entry.key:
            line.forms.append((line.key, event.time))
            editor.left[line.key] = event.time
            line.key, line.text, line.since, line.seq = entry.key, entry.block.text, event.time, event.seq
            line.edited = True
            self._retell(here, line)

    def _arrange(self, here: Shared, tab: str, path: str, page: Page) -> None:
        editor = here.editors.get((tab, path))
        if editor is None:
            return
        place = {slot: number for number, slot in enumerate(page.editors)}
        editor.lines = dict(sorted(editor.lines.items(), key=lambda pair: place.get(pair[0], len(place))))
        while len(editor.left) > _FORMS * 5:
            del editor.left[next(iter(editor.left))]

    def _went(self, here: Shared, tab: Tab, path: str, slot: Slot, order: list[Slot], event: Shown) -> None:
        """A line is there no more. order: how the lines stood before."""
        editor = here.editors[tab.label, path]
        line, at = editor.lines[slot], order.index(slot)
        del editor.lines[slot]
        here.pending.pop((tab.label, path, slot), None)
        editor.left[line.key] = event.time
        keys = {one.key for one in editor.lines.values()}
        between = 0 < at < len(order) - 1
        if line.item and line.item in here.subject.items:
            here.subject.hide(tab.label, here.subject.items[line.item], event.time, withdraw=True)
        if (line.edited or between or len(order) == 1) and line.key not in keys and event.time > tab.settled:
            lately = [form for form, until in line.forms if until > event.time - 60.0]
            here.gone.append(
                Gone(tab.label, path, frozenset([line.key, *lately]), line.text, event.time, event.seq)
            )  # fmt: skip

    def _retell(self, here: Shared, line: Line) -> None:
        """A line changed: who lacks it lacks what it says now; where nobody does, what it said is past."""
        item = here.subject.items.get(line.item)
        if item is None:
            return
        if any(item_id == item.id for _, item_id in here.subject.open):
            item.text, item.letters, item.grown = line.text, line.key.partition("#")[0], line.since
            return
        for replica in [one for one in here.subject.active() if item.id in one.shown]:
            here.subject.hide(replica.tab, item, line.since, withdraw=True)
        line.item = ""

    # ── what is shared ──

    def _share(self, here: Shared, tab: Tab, path: str, time: float) -> None:
        """Whether an editor turns out to be shared with another tab's."""
        if path in here.shared:
            return
        editor = here.editors.get((tab.label, path))
        mine = {line.key: line for line in editor.lines.values() if len(line.key) > 1} if editor else {}
        for other, theirs in self._others(here, tab.label, path):
            same = [(mine[line.key], line) for line in theirs.lines.values() if line.key in mine]
            near = [(own, line) for own, line in same if own.since == time and line.since > time - GIVE_UP_S]
            if any(self._brought(tab, own, line) or self._brought(self._tabs[other], line, own) for own, line in near):
                here.shared.add(path)
                return
            large = not path.rpartition("/")[2].startswith("input")
            if large and any(len(one.key) >= _SHARED for one, _ in same):
                for label in (tab.label, other):
                    lines = here.editors[label, path].lines.values()
                    if any(line.edited and self._goes_out(label, line.since) for line in lines):
                        here.shared.add(path)
                        return

    def _brought(self, tab: Tab, line: Line, first: Line) -> bool:
        """Whether a line came to a tab from where it stood first, or nearly so: its coming here was no input."""
        if line.since <= tab.settled or line.since < first.since - LOOKED_S:
            return False
        if tab.looked_between(line.since - REST_S, line.since + 0.001):
            return False
        came = self._network.logs[tab.label].between(line.since - BROUGHT_S, line.since + 0.1)
        return any(packet.dir != "out" for packet in came)

    def _goes_out(self, tab: str, time: float) -> bool:
        """Whether a tab spoke on a socket as it was typed in."""
        went = self._network.logs[tab].leaving(time - 0.5, time + SENT_S)
        return any(packet.channel in _WAYS for packet in went)

    def _others(self, here: Shared, tab: str, path: str) -> Iterator[tuple[str, Editor]]:
        """The same editor in the other tabs on the subject; one without lines where they have none."""
        for replica in here.subject.active():
            if replica.tab != tab and replica.painted:
                yield replica.tab, here.editors.get((replica.tab, path), Editor())

    # ── who is behind ──

    def settle(self, now: float) -> list[tuple[Subject, Item]]:
        """Time passed: who is too far behind by now; the items that count from now on."""
        due = [here for here in self._of.values() if here.next <= now]
        return [(here.subject, item) for here in due for item in self.settle_one(here, now)]

    def settle_one(self, here: Shared, now: float) -> list[Item]:
        """Judge the lines of one subject that are not in all its tabs."""
        here.next = inf
        found = []
        for tab, path, slot in list(here.pending):
            editor = here.editors.get((tab, path))
            line = editor.lines.get(slot) if editor is not None else None
            if editor is None or line is None or not here.subject.replicas[tab].active:
                here.pending.pop((tab, path, slot))
            elif self._judge(here, tab, path, slot, line, now):
                found.append(here.subject.items[line.item])
        here.gone = [gone for gone in here.gone if not self._judge_gone(here, gone, now)]
        return found

    def _judge(self, here: Shared, tab: str, path: str, slot: Slot, line: Line, now: float) -> bool:
        """Whether some tab is too far behind with a line: it counts from then on."""
        whole, behind = True, []
        for label, theirs in self._others(here, tab, path):
            keys = {one.key for one in theirs.lines.values()}
            if line.key in keys:
                continue
            whole = False
            shows = _shows(line, theirs, here.editors[tab, path])
            lag = shows if shows is not None else (line.forms[0][1] if line.forms else line.since)
            lag = max(lag, self._tabs[label].settled) if self._tabs[label].settled > lag else lag
            if _passed(line, theirs):
                continue  # it showed it, and went on
            if (label, line.item) in here.subject.open:
                continue
            if lag + REST_S > now:
                here.next = min(here.next, lag + REST_S)
                continue
            if path not in here.shared and self._told(label, line, now):
                here.shared.add(path)
            if (label, path) not in here.editors and not self._told(label, line, now):
                continue  # it may have no such editor
            if self._counts(here, tab, path, slot, line, theirs, shows is not None):
                behind.append((label, lag))
            elif now - line.since < GIVE_UP_S:
                here.next = min(here.next, now + AGAIN_S)
        if whole and now - line.since > REST_S:
            here.pending.pop((tab, path, slot), None)
            line.forms.clear()
        elif whole:
            here.next = min(here.next, line.since + REST_S + 0.01)
        if not behind:
            return False
        return self._lack(here, tab, path, line, min(lag for _, lag in behind), {label for label, _ in behind}, now)

    def _counts(self, here: Shared, tab: str, path: str, slot: Slot, line: Line, theirs: Editor, shows: bool) -> bool:
        """Whether a line that a tab does not show is one that it should."""
        if path not in here.shared:
            return False
        lines = here.editors[tab, path].lines
        order, keys = list(lines), {one.key for one in theirs.lines.values()}
        at = order.index(slot)
        there = [one.key in keys or _shows(one, theirs, here.editors[tab, path]) is not None for one in lines.values()]
        above, below = there[:at], there[at + 1 :]
        between = any(above) and any(below)
        placed = shows or between or any(above[-_NEAR:]) or any(below[:_NEAR]) or not keys or len(lines) == 1
        edited = line.edited or between or self._told(tab, line, line.since + SENT_S)
        return placed and edited and self._on_its_way(tab, line)

    def _told(self, tab: str, line: Line, until: float) -> bool:
        """Whether a payload that left or reached a tab has a line."""
        needle = Needle.of(line.text)
        near = self._network.logs[tab].between(line.since - SENT_S, until)
        return any(packet.haystack.holds(needle) for packet in near)

    def _on_its_way(self, tab: str, line: Line) -> bool:
        """Whether what a tab shows was sent, or came."""
        start = min(line.since, line.forms[-1][1] if line.forms else line.since)
        near = self._network.logs[tab].between(start - BROUGHT_S, line.since + SENT_S)
        return any(self._changes(packet) for packet in near)

    def _changes(self, packet: Packet) -> bool:
        """Whether a payload may carry what was typed."""
        connection = self._network.connections.get(packet.connection)
        if packet.channel == "fetch" and packet.dir == "out":
            taken = connection is not None and (connection.status or 500) < 400
            return taken and connection is not None and connection.method not in ("GET", "HEAD", "OPTIONS", None)
        return packet.channel != "storage"

    def _lack(self, here: Shared, tab: str, path: str, line: Line, since: float, behind: set[str], now: float) -> bool:
        """Some tabs lack a line."""
        subject = here.subject
        item = subject.items.get(line.item)
        fresh = item is None
        if item is None:
            here.made += 1
            item = Item(f"e{here.made}", since, tab, line.seq, text=line.text, letters=line.key.partition("#")[0])
            subject.learn(item)
            line.item = item.id
            subject.show(tab, item, since, line.seq, form=line.key)
        for replica in [one for one in subject.active() if one.tab != tab]:
            if replica.tab in behind:
                subject.lack(replica, item, since, now)
                continue
            editor = here.editors.get((replica.tab, path))
            has = [one for one in editor.lines.values() if one.key == line.key] if editor is not None else []
            wait = subject.open.get((replica.tab, item.id))
            if has:
                subject.show(replica.tab, item, max(since, has[0].since), has[0].seq, form=line.key)
            elif fresh and wait is not None:
                subject.unmounted(wait, now)
        return fresh

    def _heal(self, here: Shared, tab: str, event: Shown) -> None:
        """What a tab lacked, or showed too much, and does no more."""
        subject = here.subject
        for (label, path), editor in here.editors.items():
            theirs = here.editors.get((tab, path)) if label != tab else None
            keys = {one.key for one in theirs.lines.values()} if theirs is not None else set()
            for line in editor.lines.values() if theirs is not None else ():
                if (tab, line.item) not in subject.open:
                    continue
                shows = _shows(line, theirs, editor) if theirs is not None else None
                if line.key in keys or (shows is not None and shows > event.time - REST_S):
                    subject.show(tab, subject.items[line.item], event.time, event.seq, form=line.key)
            if label == tab and event.full:
                self._again(here, tab, path, event)
        for item_id, (path, forms) in list(here.extra.items()):
            editor = here.editors.get((tab, path), Editor())
            if not any(line.key in forms for line in editor.lines.values()) and item_id in subject.items:
                subject.hide(tab, subject.items[item_id], event.time)
            if not any(item_id in replica.shown for replica in subject.active()):
                del here.extra[item_id]

    def _again(self, here: Shared, tab: str, path: str, event: Shown) -> None:
        """A tab loaded its page again: the lines that others lack are those that say the same."""
        lines = {line.key.partition("#")[0]: line for line in here.editors[tab, path].lines.values()}
        for _, item_id in list(here.subject.open):
            item = here.subject.items.get(item_id)
            if item is not None and item.tab == tab and item_id.startswith("e") and item.letters in lines:
                lines[item.letters].item = item_id
                here.subject.show(tab, item, event.time, event.seq, form=lines[item.letters].key)

    def _judge_gone(self, here: Shared, gone: Gone, now: float) -> bool:
        """Whether nothing more is to be said of a line that went."""
        if now - gone.at > GIVE_UP_S or not here.subject.replicas[gone.tab].active:
            return True
        mine = here.editors.get((gone.tab, gone.path), Editor())
        if any(line.key in gone.forms for line in mine.lines.values()):
            return True
        with_it = [
            (label, line)
            for label, theirs in self._others(here, gone.tab, gone.path)
            for line in theirs.lines.values()
            if line.key in gone.forms and line.since < gone.at
        ]
        if not with_it:
            return True
        if gone.at + REST_S > now:
            here.next = min(here.next, gone.at + REST_S)
            return False
        spoke = Line(gone.text, gone.text, gone.at, gone.seq)
        if gone.path not in here.shared or not self._on_its_way(gone.tab, spoke):
            here.next = min(here.next, now + AGAIN_S)
            return False
        for label, line in with_it:
            self._extra(here, gone, label, line)
        return True

    def _extra(self, here: Shared, gone: Gone, label: str, line: Line) -> None:
        """A tab shows a line that is gone."""
        subject = here.subject
        if any(item_id in subject.replicas[label].shown for item_id, (_, f) in here.extra.items() if line.key in f):
            return
        here.made += 1
        item = Item(f"e{here.made}", gone.at, gone.tab, gone.seq, text=line.text, letters=line.key.partition("#")[0])
        item.changed = item.grown = gone.at
        subject.items[item.id] = item
        remove(item, gone.at, gone.seq)
        subject.last = max(subject.last, gone.at)
        subject.show(label, item, line.since, line.seq, form=line.key)
        here.extra[item.id] = (gone.path, gone.forms)


def _by_editor(changes: list[Change]) -> dict[str, tuple[dict[Slot, Entry], dict[Slot, Entry]]]:
    """What each editor said before in the places that changed, and what it says there now."""
    found: dict[str, tuple[dict[Slot, Entry], dict[Slot, Entry]]] = {}
    for change in changes:
        for number, entry in enumerate((change.before, change.after)):
            if entry is not None and entry.block.editable:
                pair = found.setdefault(entry.block.editor or entry.block.path, ({}, {}))
                pair[number][change.slot[0], change.slot[2]] = entry
    return found


def _moved(was: dict[Slot, Entry], now: dict[Slot, Entry]) -> dict[Slot, Slot]:
    """Lines that stand in another element now, and which they stood in: an editor uses its elements again."""
    free: dict[str, list[Slot]] = {}
    for slot, entry in was.items():
        if slot not in now or now[slot].key != entry.key:
            free.setdefault(entry.key, []).append(slot)
    found = {}
    for slot, entry in now.items():
        if (slot not in was or was[slot].key != entry.key) and free.get(entry.key):
            found[slot] = free[entry.key].pop(0)
    return found


def _shows(line: Line, theirs: Editor, mine: Editor) -> float | None:
    """Until when a line said what stands in another tab's editor, or something on the way from there; None if never."""
    own = {one.key for one in mine.lines.values()}
    found = [
        until for form, until in line.forms if form not in own and any(o.key == form for o in theirs.lines.values())
    ]
    forms = [*line.forms, (line.key, line.since)]
    for other in [one for one in theirs.lines.values() if one.key not in own]:
        letters, _, cut = other.key.partition("#")
        if cut and line.key.partition("#")[0] == letters:  # beyond what is kept of it nothing can be compared
            found.append(max(line.since, other.since))
        for (before, until), (after, _) in pairwise(forms):
            if found and until <= max(found):
                continue
            if _between(letters, before.partition("#")[0], after.partition("#")[0]):
                found.append(until)
    return max(found, default=None)


def _passed(line: Line, theirs: Editor) -> bool:
    """Whether another tab said the same not long before, or passed through it, and this one merely follows."""
    since, text = line.since - REST_S, line.key.partition("#")[0]
    if theirs.left.get(line.key, -inf) >= since:
        return True
    for other in theirs.lines.values():
        forms = [*((form, until) for form, until in other.forms if until >= since), (other.key, inf)]
        if any(_between(text, one.partition("#")[0], two.partition("#")[0]) for (one, _), (two, _) in pairwise(forms)):
            return True
    return False


def _between(text: str, before: str, after: str) -> bool:
    """Whether a text is one that typing passes through from one text to another."""
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    if len(text) < head + tail or not text.startswith(before[:head]):
        return False
    if tail and not text.endswith(before[-tail:]):
        return False
    middle = text[head : len(text) - tail]
    return before[head : len(before) - tail].startswith(middle) or after[head : len(after) - tail].startswith(middle)


def _kept(before: str, after: str) -> bool:
    """Whether a line was changed, rather than replaced by another: a part of it stays at one end."""
    head = _alike(before, after)
    return 4 * (head + _alike(before[head:][::-1], after[head:][::-1])) >= min(len(before), len(after))


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with together."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _editable(change: Change) -> bool:
    if change.slot[1] != "text":
        return False
    return any(entry is not None and entry.block.editable for entry in (change.before, change.after))
