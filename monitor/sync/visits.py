"""Where each tab is: its documents and addresses, the subjects that it turns to and leaves, and who looks at it."""

from __future__ import annotations

from monitor.model import (
    Action,
    Event,
    Lifecycle,
    Navigation,
    TargetAttached,
    TargetChanged,
    TargetCrashed,
    TargetGone,
    UserInput,
    Visibility,
)
from monitor.sites.address import origin_of, subject_of
from monitor.sync.arrangement import compare
from monitor.sync.items import Item
from monitor.sync.loads import Loads
from monitor.sync.page import Page
from monitor.sync.readings import Readings
from monitor.sync.replicas import Subject
from monitor.sync.showing import Showing
from monitor.sync.state import State
from monitor.sync.tabs import Tab
from monitor.sync.ticks import Ticks


class Visits:
    """Follows the tabs."""

    def __init__(self, state: State, readings: Readings, showing: Showing, loads: Loads, ticks: Ticks) -> None:
        self._state = state
        self._readings = readings
        self._showing = showing
        self._loads = loads
        self._ticks = ticks

    def tab(self, event: Event) -> Tab | None:
        """The tab of an event; made when first heard of."""
        if event.tab is None:
            return None
        tab = self._state.tabs.get(event.tab)
        if tab is None:
            tab = self._state.tabs[event.tab] = Tab(
                event.tab, event.target or "", began=event.time, began_seq=event.seq
            )
            self._state.pages[event.tab] = Page()
            self._ticks.begin(event.tab)
            self._loads.begin(event.tab)
        return tab

    # ── its life ──

    def attached(self, event: TargetAttached, tab: Tab) -> None:
        """A target of a tab is there: its page, or one that is not shown yet."""
        if event.type != "page" or event.subtype == "prerender":
            return
        tab.target, tab.title, tab.gone, tab.crashed = event.target or tab.target, event.title, False, False
        tab.context = event.context or tab.context
        self._state.users.number(tab.context)
        if tab.url != event.url:
            self._turn(tab, event.url, event.time, event.seq, fresh=True)

    def changed(self, event: TargetChanged, tab: Tab) -> None:
        """A target has another address or title."""
        if event.target == tab.target:
            tab.title = event.title or tab.title

    def crashed(self, event: TargetCrashed, tab: Tab) -> None:
        """A renderer died."""
        tab.crashed = tab.crashed or event.target == tab.target

    def gone(self, event: TargetGone, tab: Tab) -> None:
        """A target is gone: with its page the tab is closed."""
        if event.type == "page" and event.target in (tab.target, None):
            tab.gone = True
            tab.ends(event.time)
            self._leave(tab, event.time)
            self._readings.lists.left(tab.label, event.time)
            self._readings.asides.left(tab.label, event.time)

    def navigated(self, event: Navigation, tab: Tab) -> None:
        """A frame goes to another address, with a new document or within the one it has."""
        if not event.main:
            return
        fresh = event.how != "same-document"
        if fresh and tab.loader is None and tab.document_id and event.how == "load" and event.url == tab.url:
            tab.loader = event.loader  # the document that was there when the recording began, told late
            return
        if fresh:
            if tab.loader is not None or event.how == "reload":
                self._ticks.mark(tab.label, event.time, "reload")
            if (subject := self._state.subject_of(tab)) is not None:  # judged by what its old document was
                self._readings.guarantees.leaving(subject, tab.label, event.time, fresh=True)
            tab.document(event)
            self._state.reconnects.document(tab.label)
            self._state.pages[tab.label].clear()
            self._loads.begin(tab.label)
        self._turn(tab, event.url, event.time, event.seq, fresh=fresh)
        if fresh:
            self._showing.release(tab)

    def loaded(self, event: Lifecycle, tab: Tab) -> None:
        """A document reached a stage of its life."""
        if event.name == "load" and (event.loader is None or event.loader == tab.loader):
            tab.loaded = event.time

    def visibility(self, event: Visibility, tab: Tab) -> None:
        """A tab was shown, hidden, or given the focus."""
        tab.saw(event.visible, event.time)
        if tab.turned_to(event.focused, event.time):
            self._looked(tab, event)

    def used(self, event: UserInput, tab: Tab) -> None:
        """The user did something in a tab."""
        self._looked(tab, event)

    def acted(self, event: Action, tab: Tab) -> None:
        """syncmon did something to a tab."""
        if event.do == "offline" and event.ok:
            tab.cut(bool(event.args.get("on", True)), event.time)
        elif event.do == "hold" and event.ok:
            tab.hold(bool(event.args.get("on", True)), event.time)
        elif event.do in ("focus", "show") and event.ok:  # a window that keeps the focus beside others tells no page
            self._looked(tab, event)

    def _looked(self, tab: Tab, event: Event) -> None:
        tab.looked(event.time)
        if (subject := self._state.subject_of(tab)) is not None:
            self._readings.guarantees.looked(subject, tab.label, event.time, event.seq)

    # ── its subjects ──

    def _turn(self, tab: Tab, url: str, time: float, seq: int, *, fresh: bool) -> None:
        """A tab is at an address now: which subject is it about, and is it the one it was about?"""
        tab.url = url
        self._state.network.origins[tab.label] = origin_of(url)
        profile = self._readings.profile(url)
        site = profile.name if profile else ""
        key = profile.subject(url) if profile else self._readings.moves.name(tab, subject_of(url), fresh=fresh)
        moved = [] if fresh or key == tab.subject else self._begun(tab, site, key)
        if (site, key) != (tab.site, tab.subject):
            self._leave(tab, time)
        if tab.site != site:
            self._readings.lists.left(tab.label, time)
            tab.account = ""
            if profile is not None:
                self._readings.facts.arrived(profile, tab)
        elif fresh:
            self._readings.lists.document(tab, time, seq)
        same = (tab.site, tab.subject) == (site, key)
        tab.site, tab.subject = site, key
        self._readings.asides.turned(tab, time, seq, fresh=fresh)
        if same and not fresh:
            return
        if fresh:
            self._loads.turn(tab.label)
        subject = self._state.subject_of(tab)
        if subject is None:
            return
        subject.enter(tab.label, time, seq, fresh=fresh)
        self._placed(subject, time)
        if not fresh:
            self._take(moved, subject, tab)
            self._showing.repaint(subject, tab, time, seq)
            self._readings.moves.back(subject, tab, time)

    def _begun(self, tab: Tab, site: str, key: str | None) -> list[tuple[Subject, Item]]:
        """What a tab began at the address it leaves, and takes along to the next."""
        old = self._state.subject_of(tab)
        if old is None or site or tab.site or key is None or not old.replicas[tab.label].active:
            return []
        return [(old, item) for item in self._readings.moves.begun(old, key, tab)]

    def _take(self, moved: list[tuple[Subject, Item]], subject: Subject, tab: Tab) -> None:
        """Items begun elsewhere, and the writes that made them, are this subject's."""
        if not moved:
            return
        old, writes = moved[0][0], {item.write for _, item in moved}
        names = self._readings.generic.move([item for _, item in moved], old, subject)
        for write in (self._state.writes.all[number] for number in writes if number is not None):
            write.moved((subject.site, subject.key), names)

    def _leave(self, tab: Tab, time: float) -> None:
        subject = self._state.subject_of(tab)
        if subject is not None:
            self._readings.guarantees.leaving(subject, tab.label, time, fresh=False)
            subject.leave(tab.label, time)
            self._placed(subject, time)
            self._readings.moves.left(subject, tab, time)

    def _placed(self, subject: Subject, time: float) -> None:
        """A tab came or went: whose order counts now?"""
        if subject.site:
            compare(subject, time)
