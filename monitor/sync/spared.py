"""Which tabs need not show a text of a page without a profile, though another tab does and nobody was seen to write it.

- One that says it in other words: `Otter, Heron (you)` for `Heron`, in a list of who is there.
- One that told it of itself: its message said `typing`, and the others were told who types.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from monitor.sync.evidence import SMALL, Packet
from monitor.sync.figures import numbers
from monitor.sync.gained import unnumbered
from monitor.sync.items import Item, Wait
from monitor.sync.network import Network
from monitor.sync.page import Page
from monitor.sync.replicas import Subject

NEAR_S = 1.0  # between what a tab says of itself and what the others are told
_WORD = 4  # fewer letters are within many texts
_LOOKED = 20  # lacked texts that are looked for in what a page gains
_WORDS = re.compile(r"[^\W\d_]{4,}")


class Spared:
    """Lets go of such waits."""

    def __init__(self, network: Network, pages: Mapping[str, Page]) -> None:
        self._network = network
        self._pages = pages

    def shown(self, subject: Subject, tab: str, gained: list[str], time: float) -> None:
        """A tab's page gained texts (their letters): does it say what it lacks in other words?"""
        for wait in subject.open_waits(tab)[-_LOOKED:] if gained else ():
            if subject.items[wait.item].write is None and self._says(subject, wait, gained):
                subject.waits.spare(wait, time)

    def accepted(self, subject: Subject, item: Item, now: float) -> None:
        """A text that nobody wrote counts from now on: who lacks it, and need not show it?"""
        for wait in subject.waits.open_on(item.id):
            if self._says(subject, wait, self._pages[wait.tab].counts) or self._told_it(item, wait.tab):
                subject.waits.spare(wait, now)

    def wrote(self, subject: Subject, item: Item, tab: str, now: float) -> None:
        """A tab was found to have written a text: what it told of itself, without saying the text, it need not show."""
        wait = subject.waits.open.get((tab, item.id))
        if wait is not None and not numbers(item.text) and self._told_it(item, tab, own=True):
            subject.waits.spare(wait, now)

    def _says(self, subject: Subject, wait: Wait, keys: Iterable[str]) -> bool:
        """Whether one of these texts, which is none of the other tab's, has what is lacked within it."""
        item, theirs = subject.items[wait.item], self._pages[subject.items[wait.item].tab].counts
        others = (key for key in keys if unnumbered(key) != item.letters)  # and not ticked off, where the item is
        return len(item.letters) >= _WORD and any(item.letters in key and key not in theirs for key in others)

    def _told_it(self, item: Item, tab: str, *, own: bool = False) -> bool:
        """Whether a message of this tab called forth what the others were told.

        own: it is known to have; then its words may be among those of the text.
        """
        came = self._network.logs[item.tab].between(item.at - NEAR_S, item.at + 0.3)
        told = next((p for p in came if p.dir != "out" and p.haystack.holds(item.needle)), None)
        if told is None:
            return False
        words = _words(told)
        for packet in self._network.logs[tab].leaving(told.time - NEAR_S, told.time + 0.1):
            said = _words(packet)
            holds = packet.haystack.holds_said if own else packet.haystack.holds
            if packet.dir == "out" and said and said <= words and not holds(item.needle):
                return True
        return False


def _words(packet: Packet) -> set[str]:
    """The longer words of a short payload."""
    leaves = packet.haystack.exact
    return {word for leaf in leaves for word in _WORDS.findall(leaf)} if len(leaves) <= SMALL else set()
