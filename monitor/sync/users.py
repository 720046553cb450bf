"""Whose tabs are whose: tabs of different users are not held against each other, unless they share what they show.

The rules:

- Two accounts of a site that are known (its profile says where they are seen) are one user if they are equal, in
  whatever browser context. Else tabs of one context (a profile, an incognito window) are of one user, those of two of
  two. A recording that does not tell contexts has one user.
- Two users share a subject that a site's profile names by an id, one whose address holds what looks like an id, and one
  on which something that one of them wrote was shown to the other. Else each has a page of its own there (`/inbox`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from monitor.sync.evidence import Needle
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.replicas import Subject
from monitor.sync.tabs import Tab

_SAID = 8  # letters of a text that two users hardly write by accident
_ID = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{5,}"
    r"|(?=[0-9a-z_]*\d)(?=[0-9a-z_]*[a-z])[0-9a-z_]{6,})(?![0-9a-z])",
    re.IGNORECASE,
)


class Users:
    """Tells users apart, and which subjects they share."""

    def __init__(self, tabs: Mapping[str, Tab], network: Network) -> None:
        self._tabs = tabs
        self._network = network
        self._contexts: dict[str, int] = {}
        self._shared: set[tuple[str, str, frozenset[str]]] = set()  # a subject and the contexts that share it

    def number(self, context: str) -> int:
        """A browser context's number, from 1 in order of appearance; 0 for none."""
        return self._contexts.setdefault(context, len(self._contexts) + 1) if context else 0

    def apart(self, one: str, other: str) -> bool:
        """Whether two tabs are of two users, as far as is known."""
        a, b = self._tabs.get(one), self._tabs.get(other)
        if a is None or b is None or a is b:
            return False
        if a.account and b.account and a.site == b.site:
            return a.account != b.account
        return bool(a.context and b.context) and a.context != b.context

    def strange(self, subject: Subject, tab: str, item: Item) -> bool:
        """Whether an item is another user's, of a subject that the tab's user is not known to share."""
        if len(self._contexts) < 2 or not self.apart(tab, item.tab):
            return False
        if subject.site or _named(subject.key):
            return False
        return (subject.site, subject.key, self._pair(tab, item.tab)) not in self._shared

    def shown(self, subject: Subject, tab: str, item: Item) -> bool:
        """A tab shows an item; whether this proves that its user shares the subject with whoever wrote it."""
        if item.write is None or not self.strange(subject, tab, item) or len(item.letters) < _SAID:
            return False
        if self._said(tab, item.needle):
            return False
        self._shared.add((subject.site, subject.key, self._pair(tab, item.tab)))
        return True

    def _pair(self, one: str, other: str) -> frozenset[str]:
        return frozenset((self._tabs[one].context, self._tabs[other].context))

    def _said(self, tab: str, needle: Needle) -> bool:
        """Whether a tab sent the text itself."""
        return any(packet.dir != "in" and packet.haystack.holds(needle) for packet in self._network.logs[tab])


@lru_cache(maxsize=4096)
def _named(key: str) -> bool:
    """Whether an address holds what looks like an id: it names one thing, whoever opens it."""
    return _ID.search(key.partition("://")[2].partition("/")[2]) is not None
