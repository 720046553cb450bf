"""What pages show, handed to the reading that their site has, in the order in which it counts.

A document may be heard of before the navigation that began it: what it shows is held back until then.
"""

from __future__ import annotations

from monitor.model import FOLDED, LINKS, Shown
from monitor.sites.profile import LISTED
from monitor.sync.readings import Readings
from monitor.sync.replicas import Subject
from monitor.sync.state import AHEAD_S, State
from monitor.sync.tabs import Tab


class Showing:
    """Keeps the pages of all tabs, and tells what they show."""

    def __init__(self, state: State, readings: Readings) -> None:
        self._state = state
        self._readings = readings
        self._ahead: dict[str, list[Shown]] = {}

    def shown(self, event: Shown, tab: Tab) -> None:
        """What a page displays; held back where it comes ahead of the navigation that began its document."""
        other = event.document != tab.document_id and (
            tab.document_id is not None or not _same_page(event.url, tab.url)
        )
        ahead = event.main and other
        if ahead or tab.label in self._ahead:
            self._ahead.setdefault(tab.label, []).append(event)
        else:
            self._show(event, tab)

    def release(self, tab: Tab) -> None:
        """The navigation that began a tab's document is known."""
        for event in self._ahead.pop(tab.label, ()):
            self._show(event, tab)

    def advance(self, now: float) -> None:
        """Show what was held back for a navigation that never came."""
        for label in [label for label, held in self._ahead.items() if held[0].time + AHEAD_S < now]:
            self._state.pages[label].clear()
            self.release(self._state.tabs[label])

    def repaint(self, subject: Subject, tab: Tab, time: float, seq: int) -> None:
        """A tab turned to a subject within its document: what it displays, it displays of this subject too."""
        if not tab.painted:
            return
        if tab.site:
            page = self._state.pages[tab.label]
            self._readings.profiled.shown(subject, tab, page, time, seq, virtual=self._readings.virtual(tab))
        else:
            self._readings.generic.enter(subject, tab, self._state.pages[tab.label], time, seq)
        subject.painted(tab.label, time)

    def _show(self, event: Shown, tab: Tab) -> None:
        page = self._state.pages[tab.label]
        if event.main:
            tab.document_id = event.document
        changes = page.apply(event)
        tab.painted = tab.painted or (event.main and event.rule == "text")
        if event.rule == LINKS and not tab.site:
            self._readings.asides.links(tab, page, event)
            return
        if event.rule == FOLDED:
            if (of := self._state.subject_of(tab)) is not None and not tab.site:
                self._readings.generic.partial.turned(of, tab.label, event.time)
            return
        if event.rule.startswith(LISTED):
            if (profile := self._readings.profile(tab.url)) is not None:
                self._readings.lists.shown(profile, tab, page, event.rule, event.time, event.seq)
            return
        subject = self._state.subject_of(tab)
        if subject is None or not subject.replicas[tab.label].active:
            return
        if tab.site:
            self._readings.profiled.shown(
                subject, tab, page, event.time, event.seq, virtual=self._readings.virtual(tab)
            )
        else:
            self._readings.generic.shown(subject, tab, page, event, changes)
            self._readings.explain(subject, event.time)
            for item in self._readings.editors.shown(subject, tab, page, event, changes):
                self._readings.accepted(subject, item)
        if tab.painted:
            subject.painted(tab.label, event.time)
        for wait in subject.waits.healed if not tab.site else ():
            number = subject.items[wait.item].write if wait.item in subject.items else None
            if number is not None:
                self._readings.authors.has(subject, wait.tab, self._state.writes.all[number])
        self._state.note_closings(subject)


def _same_page(one: str, other: str) -> bool:
    return one.partition("#")[0] == other.partition("#")[0]
