"""Who is behind with the lines of a shared text, and who still shows lines that are gone.

- A tab may be `REST_S` behind; one that shows nothing of what a line said since then lacks it, from the moment at which
  the line left what the tab shows.
- Only what was edited counts (it changed in its place, or a payload brought it, or it came between lines that both
  show), only once its tab had sent or received something, and only in tabs that show what it was or what is beside it.
- What a shared field of one line was set to, and was sent as a value, counts as soon as it has rested.
- A line that went, after it was edited or from between lines that stay, is gone: who shows it still shows too much.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from monitor.model import Shown
from monitor.sync.arrangement import remove
from monitor.sync.items import Item
from monitor.sync.lines import REST_S, Editor, Gone, Line, Slot, passed, shown_until
from monitor.sync.shared import GIVE_UP_S, SENT_S, Shared, Sharing
from monitor.sync.tabs import Tab

AGAIN_S = 1.0  # what cannot be judged yet is looked at again
_NEAR = 3  # lines on either side by which the place of one is known


class StaleLines:
    """Compares the lines of one subject's editors between its tabs."""

    def __init__(self, sharing: Sharing, tabs: Mapping[str, Tab]) -> None:
        self._sharing = sharing
        self._tabs = tabs

    def settle(self, here: Shared, now: float) -> list[Item]:
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

    # ── lines that tabs lack ──

    def _judge(self, here: Shared, tab: str, path: str, slot: Slot, line: Line, now: float) -> bool:
        """Whether some tab is too far behind with a line: it counts from then on."""
        whole, behind = True, []
        for label, theirs in here.others(tab, path):
            keys = {one.key for one in theirs.lines.values()}
            if line.key in keys:
                if (label, line.item) in here.subject.waits.open:  # it says again what that tab shows
                    here.subject.show(label, here.subject.items[line.item], line.since, line.seq, form=line.key)
                continue
            whole = False
            shows = shown_until(line, theirs, here.editors[tab, path])
            lag = shows if shows is not None else (line.forms[0][1] if line.forms else line.since)
            lag = max(lag, self._tabs[label].settled) if self._tabs[label].settled > lag else lag
            if passed(line, theirs):
                continue  # it showed it, and went on
            if (label, line.item) in here.subject.waits.open:
                continue
            if lag + REST_S > now:
                here.next = min(here.next, lag + REST_S)
                continue
            if path not in here.shared and self._sharing.told_for_itself((tab, label), line, now):
                here.shared.add(path)
            if (label, path) not in here.editors and not self._sharing.told(label, line, now):
                continue  # it may have no such editor
            if self._counts(here, tab, path, slot, line, theirs, shows is not None):
                behind.append((label, lag))
            elif now - line.since < GIVE_UP_S:
                here.next = min(here.next, now + AGAIN_S)
        if whole and now - line.since > REST_S:
            here.pending.pop((tab, path, slot), None)
            line.forms.clear()
            if self._is_a_value(here, tab, path, line):
                return self._lack(here, tab, path, line, line.since, set(), now)
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
        there = [
            one.key in keys or shown_until(one, theirs, here.editors[tab, path]) is not None for one in lines.values()
        ]
        above, below = there[:at], there[at + 1 :]
        between = any(above) and any(below)
        placed = shows or between or any(above[-_NEAR:]) or any(below[:_NEAR]) or not keys or len(lines) == 1
        edited = line.edited or between or self._sharing.told(tab, line, line.since + SENT_S)
        return placed and edited and self._sharing.on_its_way(tab, line)

    def _is_a_value(self, here: Shared, tab: str, path: str, line: Line) -> bool:
        """Whether a line is what a field was set to, which its tab sent, and which all others show: a write."""
        known = any(
            one.item and one.key == line.key for _, theirs in here.others(tab, path) for one in theirs.lines.values()
        )
        field = path in here.shared and path.rpartition("/")[2].startswith("input")
        return field and not line.item and not known and self._sharing.sent_whole(tab, line)

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
            wait = subject.waits.open.get((replica.tab, item.id))
            if has:
                subject.show(replica.tab, item, max(since, has[0].since), has[0].seq, form=line.key)
            elif fresh and wait is not None:
                subject.waits.unmounted(wait, now)
        return fresh

    def heal(self, here: Shared, tab: str, event: Shown) -> None:
        """What a tab lacked, or showed too much, and does no more."""
        subject = here.subject
        for (label, path), editor in here.editors.items():
            theirs = here.editors.get((tab, path)) if label != tab else None
            keys = {one.key for one in theirs.lines.values()} if theirs is not None else set()
            for line in editor.lines.values() if theirs is not None else ():
                if (tab, line.item) not in subject.waits.open:
                    continue
                shows = shown_until(line, theirs, editor) if theirs is not None else None
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
        for _, item_id in list(here.subject.waits.open):
            item = here.subject.items.get(item_id)
            if item is not None and item.tab == tab and item_id.startswith("e") and item.letters in lines:
                lines[item.letters].item = item_id
                here.subject.show(tab, item, event.time, event.seq, form=lines[item.letters].key)

    # ── lines that are gone ──

    def _judge_gone(self, here: Shared, gone: Gone, now: float) -> bool:
        """Whether nothing more is to be said of a line that went."""
        if now - gone.at > GIVE_UP_S or not here.subject.replicas[gone.tab].active:
            return True
        mine = here.editors.get((gone.tab, gone.path), Editor())
        if any(line.key in gone.forms for line in mine.lines.values()):
            return True
        with_it = [
            (label, line)
            for label, theirs in here.others(gone.tab, gone.path)
            for line in theirs.lines.values()
            if line.key in gone.forms and line.since < gone.at
        ]
        if not with_it:
            return True
        if gone.at + REST_S > now:
            here.next = min(here.next, gone.at + REST_S)
            return False
        spoke = Line(gone.text, gone.text, gone.at, gone.seq)
        if gone.path not in here.shared or not self._sharing.on_its_way(gone.tab, spoke):
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
