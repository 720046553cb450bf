"""What tabs edit together on pages without a profile: the lines of a text that stands in an editor.

What a page tells of its editors becomes lines here, each the same one while it is typed, moved or changed; `shared`
says which editors concern other tabs, `stale_lines` who is behind in them.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.model import Shown
from monitor.sync.items import Item
from monitor.sync.lines import FORMS, Editor, Gone, Line, Slot, by_editor, editable, kept, moved_lines
from monitor.sync.network import Network
from monitor.sync.page import Change, Entry, Page
from monitor.sync.replicas import Subject
from monitor.sync.shared import Shared, Sharing
from monitor.sync.stale_lines import StaleLines
from monitor.sync.tabs import Tab


class Editors:
    """Compares the editors of tabs on one subject."""

    def __init__(self, network: Network, tabs: Mapping[str, Tab], pages: Mapping[str, Page]) -> None:
        self._sharing = Sharing(network, tabs, pages)
        self._stale = StaleLines(self._sharing, tabs)
        self._of: dict[str, Shared] = {}

    def shown(self, subject: Subject, tab: Tab, page: Page, event: Shown, changes: list[Change]) -> list[Item]:
        """A page changed; the items that count from now on."""
        if event.rule != "text" or not (page.editors or (subject.key in self._of)):
            return []
        here = self._of.setdefault(subject.key, Shared(subject))
        mine = [change for change in changes if editable(change)]
        if event.full:
            for key in [key for key in here.editors if key[0] == tab.label]:
                del here.editors[key]
            here.pending = {key: None for key in here.pending if key[0] != tab.label}
        if not mine and not event.full:
            return []
        for path in self._take(here, tab, page, mine, event):
            self._sharing.share(here, tab, path, event.time)
        self._stale.heal(here, tab.label, event)
        return self._stale.settle(here, event.time)

    def settle(self, now: float) -> list[tuple[Subject, Item]]:
        """Time passed: who is too far behind by now; the items that count from now on."""
        due = [here for here in self._of.values() if here.next <= now]
        return [(here.subject, item) for here in due for item in self._stale.settle(here, now)]

    # ── what becomes of the lines in a tab ──

    def _take(self, here: Shared, tab: Tab, page: Page, changes: list[Change], event: Shown) -> set[str]:
        """Take a change of the lines in; the editors that it touched."""
        paths = set()
        for path, (was, now) in by_editor(changes).items():
            paths.add(path)
            editor = here.editors.setdefault((tab.label, path), Editor())
            moved = moved_lines(was, now)
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
        if line is not None and not kept(line.key, entry.key):  # its element is used for another line
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
        while len(editor.left) > FORMS * 5:
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
        if here.subject.waits.open_on(item.id):
            item.text, item.letters, item.grown = line.text, line.key.partition("#")[0], line.since
            return
        for replica in [one for one in here.subject.active() if item.id in one.shown]:
            here.subject.hide(replica.tab, item, line.since, withdraw=True)
        line.item = ""
