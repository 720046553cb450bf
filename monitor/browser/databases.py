"""IndexedDB and cookies, which carry state from tab to tab: that something changed and what it is called, never what.

Chrome tells every session that asks for an origin of each change in it, and names no writer: one session is asked for
each origin, and another one when that ends.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.browser.output import Origin, Output
from monitor.browser.wire_network import ResponseExtraInfo
from monitor.browser.wire_page import IndexedDbChange
from monitor.model import CookieChange, DatabaseChange

LIST_PAUSE_S = 0.5
ORIGINS = 1000


class Databases:
    """The databases and the cookies of one browser's pages."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._seen: dict[str, dict[str, None]] = {}  # origin → the sessions that have had a document of it
        self._asked: dict[str, str] = {}  # origin → the session that tells of it
        self._listed: dict[str, float] = {}

    def seen(self, session: str, origin: str) -> None:
        """A document of an origin runs in a session."""
        if not origin.startswith(("http://", "https://")):
            return
        self._seen.setdefault(origin, {})[session] = None
        if origin not in self._asked and len(self._asked) < ORIGINS:
            self._ask(origin, session)

    def _ask(self, origin: str, session: str) -> None:
        self._asked[origin] = session
        self._out.send(session, "Storage.trackIndexedDBForOrigin", {"origin": origin})

    def end(self, session: str) -> None:
        """A session ended: what it told, another one is asked for."""
        for origin, sessions in list(self._seen.items()):
            sessions.pop(session, None)
            if not sessions:
                del self._seen[origin]
            if self._asked.get(origin) == session:
                del self._asked[origin]
                if sessions:
                    self._ask(origin, next(iter(sessions)))

    def content(self, origin: Origin, params: IndexedDbChange, mono: float) -> None:
        """Storage.indexedDBContentUpdated."""
        where = params.origin or params.storage_key.rstrip("/")
        if self._asked.get(where, origin.session) == origin.session:
            self._tell(where, mono, params.database_name, params.object_store_name)

    def listed(self, origin: Origin, params: IndexedDbChange, mono: float) -> None:
        """Storage.indexedDBListUpdated, which comes several times for one change."""
        where = params.origin or params.storage_key.rstrip("/")
        before = self._listed.get(where)
        if self._asked.get(where, origin.session) != origin.session:
            return
        if before is None or mono - before > LIST_PAUSE_S:
            self._listed[where] = mono
            self._tell(where, mono, None, None)

    def _tell(self, where: str, mono: float, database: str | None, store: str | None) -> None:
        clock = self._out.clock
        self._out.emit(DatabaseChange(time=clock.wall(mono), origin=where, database=database, store=store))

    def answered(self, origin: Origin, params: ResponseExtraInfo, connection: str | None, mono: float) -> None:
        """Network.responseReceivedExtraInfo: the only place where a response's Set-Cookie is told."""
        names = [line.split("=", 1)[0].strip() for line in _set_cookie(params.headers).splitlines() if "=" in line]
        if names:
            stamp = origin.unstamped(self._out.clock, mono)
            self._out.emit(CookieChange(**stamp, how="response", connection=connection, names=tuple(names)))


def _set_cookie(headers: Mapping[str, str]) -> str:
    return "\n".join(value for name, value in headers.items() if name.lower() == "set-cookie")
