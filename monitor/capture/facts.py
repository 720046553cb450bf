"""What a capture file holds, in a few words: kept in its head as it grows, so that a list of captures reads no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter
from urllib.parse import urlsplit

import msgspec

from monitor.capture.rows import plain
from monitor.model import Event, Gap, Navigation, Recording

FACTS = "facts"
_tab, _time = attrgetter("tab"), attrgetter("time")


class Facts(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The facts of the events up to number `until`.

    began, ended: epoch seconds of the earliest and the latest. sites: hosts of the pages. state: of the recorder.
    """

    until: int = 0
    events: int = 0
    began: float | None = None
    ended: float | None = None
    tabs: set[str] = set()
    sites: set[str] = set()
    gaps: int = 0
    state: str = ""

    def feed(self, events: Sequence[Event], until: int) -> None:
        """Take the next events, of which the last has that number."""
        if not events:
            return
        times = list(map(_time, events))
        self.began = min(times) if self.began is None else min(self.began, min(times))
        self.ended = max(times) if self.ended is None else max(self.ended, max(times))
        self.until, self.events = until, self.events + len(events)
        self.tabs.update(set(map(_tab, events)) - {None})
        kinds = Counter(map(type, events))
        self.gaps += kinds[Gap]
        if Navigation in kinds or Recording in kinds:
            for event in events:
                if isinstance(event, Navigation):
                    self.sites.update(hosts([event.url]))
                elif isinstance(event, Recording):
                    self.state = event.state

    def written(self) -> str:
        """The facts as the head of the file has them."""
        tabs = {plain(tab) for tab in self.tabs}  # an imported log may name a tab in what UTF-8 cannot hold
        sites = {plain(site) for site in self.sites}
        return msgspec.json.encode(msgspec.structs.replace(self, tabs=tabs, sites=sites), order="sorted").decode()


def read(head: str | None) -> Facts:
    """The facts that the head of a file has; none where it has none that can be read."""
    try:
        return msgspec.json.decode(head or "{}", type=Facts)
    except (msgspec.DecodeError, UnicodeError):
        return Facts()


def hosts(addresses: Iterable[str | None]) -> set[str]:
    """The hosts, with their ports, of the addresses that are sites'."""
    found = set()
    for address in addresses:
        try:
            parts = urlsplit(address or "")
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc:
            found.add(parts.netloc)
    return found
