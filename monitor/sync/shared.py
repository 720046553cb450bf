"""Which editors of tabs are one text that they share: known by what they show alike, and by what payloads carry.

What stands in an input or editor is a draft, and nobody else's business, until it is seen to be shared: once a line of
it came to stand in the same editor of another tab, by a payload and without its user; or where two tabs show the same
line in a larger editor and what is typed there goes out on a socket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf

from monitor.sync.evidence import Needle, Packet
from monitor.sync.lines import REST_S, Editor, Gone, Line, Slot
from monitor.sync.network import Network
from monitor.sync.page import Page
from monitor.sync.replicas import Subject
from monitor.sync.tabs import Tab

SENT_S = 2.0  # what is typed leaves its tab so soon
BROUGHT_S = 1.5  # what a payload brought is shown so soon
LOOKED_S = 0.6  # what scripts put into a field is seen so much later, at the most
GIVE_UP_S = 30.0
_SHARED = 4  # letters of a line by which two tabs are known to show the same text
_WAYS = ("socket", "broadcast")


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

    def others(self, tab: str, path: str) -> Iterator[tuple[str, Editor]]:
        """The same editor in the other tabs on the subject; one without lines where they have none."""
        for replica in self.subject.active():
            if replica.tab != tab and replica.painted:
                yield replica.tab, self.editors.get((replica.tab, path), Editor())


class Sharing:
    """Tells which editors are shared, and which of their lines tabs exchanged."""

    def __init__(self, network: Network, tabs: Mapping[str, Tab], pages: Mapping[str, Page]) -> None:
        self._network = network
        self._tabs = tabs
        self._pages = pages

    def share(self, here: Shared, tab: Tab, path: str, time: float) -> None:
        """Note it, if an editor turns out to be shared with another tab's."""
        if path in here.shared:
            return
        editor = here.editors.get((tab.label, path))
        mine = {line.key: line for line in editor.lines.values() if len(line.key) > 1} if editor else {}
        for other, theirs in here.others(tab.label, path):
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

    # ── what payloads say of a line ──

    def told(self, tab: str, line: Line, until: float) -> bool:
        """Whether a payload that left or reached a tab has a line."""
        needle = Needle.of(line.text)
        near = self._network.logs[tab].between(line.since - SENT_S, until)
        return any(packet.haystack.holds(needle) for packet in near)

    def sent_whole(self, tab: str, line: Line) -> bool:
        """Whether a payload left a tab, as a line came to stand there, that has it as one of its values."""
        needle = Needle(line.text, line.key.partition("#")[0])
        near = self._network.logs[tab].leaving(line.since - SENT_S, line.since + SENT_S)
        return any(packet.dir == "out" and packet.haystack.holds_whole(needle) for packet in near)

    def told_for_itself(self, tabs: tuple[str, str], line: Line, now: float) -> bool:
        """Whether a payload brought a line of one tab's editor to another, where it stands in no text of their pages.

        A form's field keeps what was sent with it, which the pages then show as what it was sent for.
        """
        if any(self._says(self._pages[tab], line.key.partition("#")[0]) for tab in tabs):
            return False
        return self.told(tabs[1], line, now - BROUGHT_S)

    def _says(self, page: Page, said: str) -> bool:
        """Whether a text of a page, which is no draft, has a line within it: `Buy milk — 0 votes`."""
        within = (key for key in page.counts if key.startswith(said) or (len(said) >= _SHARED and said in key))
        return any(page.counts[key] > page.drafts.get(key, 0) for key in within)

    def on_its_way(self, tab: str, line: Line) -> bool:
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
