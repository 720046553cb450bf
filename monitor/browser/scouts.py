"""A tab's first moments, as a second session of its page tells them; pure.

Chrome attaches the page of a tab after the tab, and a page opened at an address has asked for this and that by then. A
browser session beside ours that attaches to pages alone is there earlier, and the page is held for it: a scout. All
sessions of a page speak through one pipe of Chrome's, so there is one moment, the answer to the last of the page's own
set-up, before which the scout told everything, and after which the page's session does:

    scout  ──request──data──frame──┬──data──finished──▶ let go
    page       (set-up is sent)    └ answered ──frame──frame──▶
Requests that are under way at that moment stay the scout's to their end, as only it has their bytes.

The session beside ours is attached through a tab: one attached otherwise keeps pages from being prerendered.
"""

from __future__ import annotations

import msgspec

from monitor.browser.exchanges import Exchanges
from monitor.browser.output import Output, decode
from monitor.browser.sessions import Sessions
from monitor.browser.setup import AUTO_ATTACH, BUFFERS, Setup
from monitor.browser.tabs import Tabs
from monitor.browser.wire import AttachedToTarget

FILTER = [{"type": "page"}, {"exclude": True}]
DOMAINS = ("Network.", "DOMStorage.")
SOCKETS = "Network.webSocket"
COMMIT = "Page.frameNavigated"
HELD = 2_000  # messages
ALONE_S = 5.0
AFTER_S = 1.0

# A message as it is to be taken: session, method, parameters, arrival.
Said = tuple[str | None, str, msgspec.Raw, float]


class About(msgspec.Struct, frozen=True, rename="camel"):
    """What every message about a request has."""

    request_id: str = ""


class Scout(msgspec.Struct):
    """One of them. page: the session that it tells for, once there is one. cut: since when that one tells for itself.

    since: when it came. held: what it said before there was one. begun: the requests that it told of.
    """

    session: str
    target: str
    since: float
    page: str = ""
    cut: float | None = None
    held: list[Said] = []
    begun: set[str] = set()


class Scouts:
    """Those of one browser. muted: sessions of pages for which a scout tells by now."""

    def __init__(self, out: Output, sessions: Sessions, setup: Setup, tabs: Tabs, exchanges: Exchanges) -> None:
        self._out = out
        self._sessions = sessions
        self._setup = setup
        self._tabs = tabs
        self._exchanges = exchanges
        self._live: dict[str, Scout] = {}
        self._by_page: dict[str, Scout] = {}
        self._left: set[str] = set()  # those that were let go, and may still be heard of
        self._browser: str | None = None  # the target
        self._host: str | None = None
        self._session: str | None = None
        self.muted: set[str] = set()

    @property
    def busy(self) -> bool:
        """Whether there is any to be heard of."""
        return bool(self._live or self._left)

    def known(self) -> set[str]:
        """The sessions that live."""
        return {*self._live, *({self._session} if self._session else ())}

    # ── the session that they come through ────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Ask for the browser as a target; one that is none is recorded without scouts."""
        self._out.send(None, "Target.attachToBrowserTarget")

    def look(self) -> None:
        """Attach to the browser through a tab, where that is not done and there is one."""
        host = min(self._tabs.sessions(), default=None)
        if self._browser is not None and self._host is None and host is not None:
            self._host = host
            self._out.send(host, "Target.attachToTarget", {"targetId": self._browser, "flatten": True})

    def takes(self, parent: str | None, params: AttachedToTarget, mono: float) -> bool:
        """A session began: whether it is one of these."""
        info = params.target_info
        if info.type == "browser" and parent is None:
            self._browser = info.target_id
            self.look()
        elif info.type == "browser" and parent == self._host:
            self._session = params.session_id
            self._out.send(self._session, "Target.setAutoAttach", {**AUTO_ATTACH, "filter": FILTER})
        elif parent is not None and parent == self._session:
            self._attached(params, mono)
        else:
            return False
        return True

    # ── coming and going ──────────────────────────────────────────────────────────────────────────────────────────────

    def _attached(self, params: AttachedToTarget, mono: float) -> None:
        """A page: where it is new and held for us, it is watched from here on; any other is left alone."""
        session, target = params.session_id, params.target_info.target_id
        if params.target_info.can_access_opener:
            # A window that knows its opener waits for the tab's session as it is, until the first session lets it run.
            self._out.send(self._session, "Target.detachFromTarget", {"sessionId": session})
            return
        if not params.waiting_for_debugger or self._sessions.has_speaker(target):
            self._setup.let_go(self._session, session)
            return
        self._live[session] = Scout(session, target, mono)
        self._out.send(session, "Network.enable", BUFFERS)
        # That Chrome tells of a document's commit proves that it tells of all that the document asks for.
        self._out.send(session, "Page.enable")
        self._out.send(session, "DOMStorage.enable")
        self._setup.resume(session)

    def since(self, target: str, mono: float) -> float:
        """When a target came: earlier than its own session, where it is scouted."""
        return min((one.since for one in self._live.values() if one.target == target), default=mono)

    def joined(self) -> list[Said]:
        """What was said before the page's own session came, to be taken now that it has."""
        said: list[Said] = []
        for one in list(self._live.values()):
            page = None if one.page else self._sessions.speaker(one.target)
            if page is None:
                continue
            if not page.recorded or page.ready:
                self._leave(one)
                continue
            one.page = page.session or ""
            self._by_page[one.page] = one
            self.muted.add(one.page)
            held, one.held = one.held, []
            said += [self._as_page(one, message) for message in held]
        return said

    def cut(self, page: str | None, mono: float) -> bool:
        """The last of a page's set-up was answered: it tells for itself now. Returns whether another told before."""
        one = self._by_page.get(page or "")
        if one is None or one.cut is not None:
            return False
        one.cut = mono
        self.muted.discard(one.page)
        return True

    def tick(self, mono: float) -> None:
        """Time passes: who has nothing more to tell is let go."""
        for one in list(self._live.values()):
            if one.cut is None:
                over = not one.page and mono - one.since > ALONE_S
            else:
                is_open = any((one.page, request) in self._exchanges.live for request in one.begun)
                over = mono - one.cut > AFTER_S and not is_open
            if over:
                self._leave(one)

    def _leave(self, one: Scout) -> None:
        self._out.send(self._session, "Target.detachFromTarget", {"sessionId": one.session})
        self._forget(one)
        self._left.add(one.session)

    def detached(self, session: str) -> None:
        """A session ended: a scout's, a page's, or one that scouts come through."""
        self._left.discard(session)
        if session in (self._host, self._session):
            self._host = self._session = None
            for one in list(self._live.values()):
                self._forget(one)
            self._left.clear()
        if (gone := self._live.get(session)) is not None:
            self._forget(gone)
        if (left := self._by_page.get(session)) is not None:
            self._leave(left)

    def _forget(self, one: Scout) -> None:
        del self._live[one.session]
        self._by_page.pop(one.page, None)
        self.muted.discard(one.page)
        through = self._exchanges.through
        for key in [key for key, session in through.items() if session == one.session]:
            del through[key]

    # ── who tells ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def sort(self, said: Said) -> Said | None:
        """A message as it is to be taken: a scout's as its page's; None where it is told twice, or must wait."""
        session, method, params, _ = said
        if session in self._left:
            return None
        if (one := self._live.get(session or "")) is not None:
            return self._of_scout(one, said)
        if (one := self._by_page.get(session or "")) is None:
            return said
        if one.cut is None:
            return None if method.startswith(DOMAINS) or method == COMMIT else said
        return None if self._is_begun(one, method, params) else said

    def _of_scout(self, one: Scout, said: Said) -> Said | None:
        _, method, params, _ = said
        if one.cut is not None:
            return self._as_page(one, said) if self._is_begun(one, method, params) else None
        if not (method.startswith(DOMAINS) or method == COMMIT):
            return None
        if one.page:
            return self._as_page(one, said)
        one.held.append(said)
        if len(one.held) > HELD:
            self._leave(one)
        return None

    def _as_page(self, one: Scout, said: Said) -> Said:
        _, method, params, arrival = said
        if request := _request(method, params):
            one.begun.add(request)
            self._exchanges.through[one.page, request] = one.session
        return one.page, method, params, arrival

    def _is_begun(self, one: Scout, method: str, params: msgspec.Raw) -> bool:
        return _request(method, params) in one.begun


def _request(method: str, params: msgspec.Raw) -> str:
    """The id of the request that a message is about; empty where it is about none, or about a socket."""
    if not method.startswith("Network.") or method.startswith(SOCKETS):
        return ""
    try:
        return decode(params, About).request_id
    except ValueError:
        return ""
