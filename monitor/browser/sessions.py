"""The sessions of one browser that live: each speaks for one target, and for each target speaks one; pure."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.browser.output import Origin

# Pages that a recorder makes for itself begin so, that no recorder takes them for a tab.
OURS = "about:blank#syncmon"
PAGES = ("page", "iframe")
WORKERS = ("worker", "shared_worker", "service_worker")


class Session(Origin):
    """A session that speaks for one target.

    parent: the session it came through. recorded: set-up was sent. ready: the set-up's last command was answered.
    """

    parent: str | None = None
    tab_target: str | None = None
    url: str = ""
    title: str = ""
    subtype: str | None = None
    context: str | None = None
    recorded: bool = False
    ready: bool = False
    early: bool = False
    attached_at: float = 0.0


class Sessions:
    """Those of everything but tabs, by their id in `live`; the session of a tab speaks only of what is in it."""

    def __init__(self) -> None:
        self.live: dict[str, Session] = {}
        self._speaks: dict[str, str] = {}

    def of(self, session: str | None) -> Session:
        """Whose message it is: the browser's, a target's, or a tab's."""
        if session is None:
            return Session(None)
        return self.live.get(session) or Session(session, type="tab")

    def add(self, one: Session) -> None:
        """A session begins to speak for its target."""
        self.live[one.session or ""] = one
        self._speaks[one.target or ""] = one.session or ""

    def remove(self, session: str) -> list[Session]:
        """A session ended, and with it those below; returns them, deepest first."""
        gone: list[Session] = []
        for child in [s.session for s in self.live.values() if s.parent == session]:
            gone += self.remove(child or "")
        one = self.live.pop(session, None)
        if one is None:
            return gone
        if self._speaks.get(one.target or "") == session:
            del self._speaks[one.target or ""]
        return [*gone, one]

    def speaker(self, target: str) -> Session | None:
        """The session that speaks for a target."""
        return self.live.get(self._speaks.get(target, ""))

    def has_speaker(self, target: str) -> bool:
        """Whether some session speaks for it already."""
        return target in self._speaks

    def pages(self) -> Iterator[Session]:
        """The sessions of tabs' pages that are being recorded."""
        return (s for s in self.live.values() if s.type == "page" and s.recorded and s.tab is not None)

    def page_of(self, tab: str) -> Session | None:
        """The page that a label stands for now."""
        return next((s for s in self.pages() if s.tab == tab and s.subtype is None), None)

    def tab_of(self, session: str) -> str | None:
        """The label of the tab that a session belongs to."""
        one = self.live.get(session)
        return one.tab if one else None

    @property
    def ready(self) -> bool:
        """Whether all that are recorded are set up."""
        return all(s.ready or not s.recorded for s in self.live.values())


def origin_of(url: str) -> str:
    """Scheme and host of an address."""
    return "/".join(url.removeprefix("blob:").split("/", 3)[:3])
