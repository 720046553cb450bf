"""A tab is the `tab` target: its label stays when the page inside is swapped or taken over by a prerender; pure.

Of a tab that is discarded to save memory both targets are new, and being attached to loads it again: there is no way to
leave it be. It goes on under its label: its page comes right after the old one went, with address and title.
"""

from __future__ import annotations

import msgspec

from monitor.browser.names import Labels
from monitor.browser.sessions import OURS, Session
from monitor.browser.wire import Listed

HIDDEN = (
    OURS,
    "devtools://",
    "chrome-extension://",
    "chrome-untrusted://",
    "chrome://print/",
    "chrome://omnibox",
)
# How long after its page went a discarded tab comes back as another target.
DISCARDED_S = 1.0


class Tab(msgspec.Struct):
    """A `tab` target: what keeps a label while pages come and go in it.

    early: it came while we were there, and waits for us. ready: its page was attached to.
    """

    target: str
    session: str
    early: bool = False
    label: str | None = None
    ready: bool = False


class Left(msgspec.Struct, frozen=True):
    """A tab whose page has just gone: its label, what the page was, and when it went."""

    label: str
    url: str
    title: str
    mono: float


class Tabs:
    """The tabs of one browser. `labels` are those of the whole recording."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._tabs: dict[str, Tab] = {}
        self._targets: dict[str, str] = {}  # by the session
        self._left: list[Left] = []
        # The tabs that are there when we come; None once they have their labels.
        self._listed: list[Listed] | None = []

    def sessions(self) -> set[str]:
        """The sessions of `tab` targets."""
        return set(self._targets)

    def targets(self) -> set[str]:
        """The `tab` targets that are known."""
        return set(self._tabs)

    def target_of(self, session: str | None) -> str | None:
        """The `tab` target that a session speaks for."""
        return self._targets.get(session or "")

    @property
    def ready(self) -> bool:
        """Whether the pages of all are attached to."""
        return all(tab.ready for tab in self._tabs.values())

    def listed(self, info: Listed) -> None:
        """The browser lists a target: before it attaches us to any, those that there are."""
        if self._listed is not None and info.type == "tab" and not info.url.startswith(HIDDEN):
            self._listed.append(info)

    def attached(self, session: str, target: str, early: bool = False) -> None:
        """A session on a tab began."""
        self._label_listed()
        self._tabs[target] = Tab(target, session, early)
        self._targets[session] = target

    def _label_listed(self) -> None:
        """The tabs that were there have their labels from left to right: Chrome attaches in an order of its own.

        It tells no windows apart: of tabs in the same place in theirs, the order is its own too.
        """
        if self._listed is not None:
            listed, self._listed = self._listed, None
            self._labels.know(one.target_id for one in sorted(listed, key=lambda one: one.embedder_data.tabStripIndex))

    def is_early(self, target: str | None) -> bool:
        """Whether a tab came while we were there."""
        return (tab := self._tabs.get(target or "")) is not None and tab.early

    def settled(self, session: str) -> None:
        """What there was in a tab was attached to."""
        if (tab := self._tabs.get(self._targets.get(session, ""))) is not None:
            tab.ready = True

    def label(self, one: Session, mono: float) -> None:
        """Give a page the label of its tab; one that is only prerendered has none yet."""
        tab = self._tabs.get(one.tab_target or "")
        if one.type != "page" or tab is None or one.subtype == "prerender":
            return
        if tab.label is None and (name := self._discarded(one, mono)) is not None:
            tab.label = self._labels.pass_on(name, tab.target)
        elif tab.label is None:
            tab.label = self._labels.take(tab.target)
        one.tab = tab.label

    def _discarded(self, one: Session, mono: float) -> str | None:
        """The label of the tab that was discarded and goes on as this one; one that is new has no title at first."""
        live = {tab.label for tab in self._tabs.values()}
        for left in self._left:
            same = (left.url, left.title) == (one.url, one.title) and mono - left.mono < DISCARDED_S
            if same and one.title and left.label not in live:
                return left.label
        return None

    def detached(self, session: str) -> None:
        """A session ended; it may be that of a tab."""
        self._tabs.pop(self._targets.pop(session, ""), None)

    def left(self, one: Session, mono: float) -> None:
        """The page of a tab went."""
        if one.type == "page" and one.tab is not None:
            self._left = [*self._left[-9:], Left(one.tab, one.url, one.title, mono)]
