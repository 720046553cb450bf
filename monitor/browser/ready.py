"""When a browser counts as attached: all that was there is being recorded, and its pages have told what they show."""

from __future__ import annotations

import asyncio
import time

import msgspec

from monitor.browser.connection import Connection, read
from monitor.browser.translate import Translator
from monitor.errors import CommandError, ConnectionLost

# How long is waited for what does not answer, and for pages that show nothing; seconds.
READY_S = 5.0
SHOWN_S = 2.0
LOOK_S = 0.02
MUTE = "What listens there took the connection, and says nothing."
EMPTY = ("", "about:blank")


class Version(msgspec.Struct, frozen=True, rename="camel"):
    """The reply to Browser.getVersion."""

    product: str = ""
    protocol_version: str = ""
    user_agent: str = ""


async def ready(connection: Connection, translator: Translator) -> Version:
    """Have everything set up; returns what the browser is when that is done. Raises ConnectionLost where it is mute."""
    began = time.monotonic()
    for send in translator.begin(began):
        connection.send(send)
    try:
        version = read(await connection.call("Browser.getVersion"), Version)
    except CommandError:
        if not connection.received:
            raise ConnectionLost(MUTE) from None
        version = Version()
    while not complete(translator, time.monotonic() - began):  # noqa: ASYNC110 - many things together, some of them ages
        await asyncio.sleep(LOOK_S)
    return version


def complete(translator: Translator, age: float) -> bool:
    """Whether that is done, or has taken so long that it is not waited for."""
    parts = translator.parts
    if age > READY_S:
        return True
    if not parts.settled:
        return False
    # An empty tab shows nothing, and says so by silence.
    showing = (one for one in parts.sessions.pages() if one.url not in EMPTY)
    return age > SHOWN_S or all((one.session or "") in parts.pages.observed.shown for one in showing)


def tabs(translator: Translator) -> list[dict[str, str]]:
    """The tabs that are being recorded, as the status tells them."""
    pages = translator.parts.sessions.pages()
    found = [{"tab": one.tab or "", "url": one.url, "title": one.title} for one in pages]
    return sorted(found, key=lambda tab: (len(tab["tab"]), tab["tab"]))
