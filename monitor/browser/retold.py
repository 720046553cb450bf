"""Requests that two sessions tell of are one exchange.

A service worker that only passes on what a page asked for tells of the same request again: the page's is the one kept,
whichever comes first. A document in another process, or a worker's script, is asked for by one session and told on by
another: the exchange goes over to that one.
"""

from __future__ import annotations

from monitor.browser.exchanges import Exchange, Exchanges
from monitor.browser.output import Origin
from monitor.browser.sessions import PAGES
from monitor.browser.sockets import Key
from monitor.model import Gap

# How long before a page's request the same one of its service worker can arrive.
OVERTAKEN_S = 0.15


class Retold:
    """Which requests of one browser are told of twice, and by whom."""

    def __init__(self, exchanges: Exchanges) -> None:
        self._exchanges = exchanges
        # Those that are told by another session, or not at all.
        self._shadows: set[Key] = set()
        # Those of service workers whose page has not been heard of yet.
        self._undecided: dict[Key, Exchange] = {}
        # Documents and workers' scripts by their id, which no other request has: another session may tell of their end.
        self._mains: dict[str, Key] = {}

    def hide(self, key: Key) -> None:
        """What comes for this id is not told."""
        self._shadows.add(key)

    def hides(self, key: Key) -> bool:
        """Whether what comes for this id is not told."""
        return key in self._shadows

    def is_shadow(self, origin: Origin, key: Key, url: str, method: str) -> bool:
        """Whether a service worker only passes on what a page asked for: the page's exchange is the one kept."""
        if key in self._shadows:
            return True
        if origin.type != "service_worker":
            return False
        for one in self._exchanges.live.values():
            if one.origin.type in ("page", "iframe") and not one.responded and (one.url, one.method) == (url, method):
                self._shadows.add(key)
                one.shadows += 1
                return True
        return False

    def find_shadow(self, origin: Origin, url: str, method: str) -> Key | None:
        """The same of a service worker where the worker's message overtook the page's: nothing of it was told yet."""
        if origin.type not in PAGES:
            return None
        for key, one in self._undecided.items():
            if (one.url, one.method) == (url, method):
                del self._undecided[key]
                self._exchanges.live.pop(key, None)
                return key
        return None

    def began(self, key: Key, one: Exchange, shadow: Key | None, again: bool) -> None:
        """A request is about to be told; one of a service worker is held back. again: it is a redirect."""
        if shadow is not None:
            self._shadows.add(shadow)
            one.shadows += 1
        if _is_main(key[1]):
            self._mains[key[1]] = key
        if one.origin.type == "service_worker" and not again:
            one.untold = []
            self._undecided[key] = one

    def decide(self, before: float) -> None:
        """Tell what service workers asked for before that moment: no page is behind it."""
        for key, one in list(self._undecided.items()):
            if one.untold and one.untold[0].time < self._exchanges.out.clock.wall(before):
                del self._undecided[key]
                untold, one.untold = one.untold, None
                for event in untold:
                    self._exchanges.out.emit(event)

    def own_up(self, one: Exchange, mono: float) -> None:
        """No service worker answered it: what was taken for the same request in passing was one of its own."""
        if one.shadows:
            reason = "a request of the service worker to the same address was taken for this one and left out"
            self._exchanges.emit(Gap, one, mono, reason=reason, count=one.shadows)
            one.shadows = 0

    def key(self, origin: Origin, request: str) -> Key:
        """The key of an exchange. A frame in another process, or a worker, goes on with what its page asked for."""
        key = (origin.session, request)
        before = self._mains.get(request, key) if _is_main(request) else key
        if before != key and (one := self._exchanges.live.pop(before, None)) is not None:
            self._exchanges.live[key] = one
            self._mains[request] = key
            one.doomed = None
            self._exchanges.due.add(key)
        return key

    def can_move(self, key: Key) -> bool:
        """Whether another session may go on with it."""
        return _is_main(key[1])

    def ended(self, key: Key) -> None:
        """An exchange ended: its id is free again."""
        self._shadows.discard(key)
        self._mains.pop(key[1], None)

    def gone(self, session: str | None) -> None:
        """A session ended."""
        live = self._exchanges.live
        self._mains = {request: key for request, key in self._mains.items() if key[0] != session or key in live}
        self._shadows = {key for key in self._shadows if key[0] != session}


def _is_main(request: str) -> bool:
    """Whether it is the id of a document or of a worker's script: those of other requests are numbers of a process."""
    return "." not in request
