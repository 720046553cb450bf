"""Which page asks: what every request of the lab's pages says of itself, for the log."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

CALLER = "x-lab"
"""The header in which a page names itself: page id, tab id, why it asks."""


@dataclass(frozen=True)
class Caller:
    """Which load of which tab asks, and why (see `log.Entry`)."""

    page: str | None = None
    tab: str | None = None
    why: str | None = None

    @classmethod
    def of(cls, request: web.Request) -> Caller:
        """Read the page's header; unknown parts are None."""
        parts = request.headers.get(CALLER, "").split()
        page, tab, why = (parts + [""] * 3)[:3]
        return cls(page or None, tab or None, why or None)
