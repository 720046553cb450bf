"""The lists of conversations beside the lab's pages: whose they are, and what is logged of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from aiohttp import web

from .caller import Caller
from .conversations import Conversation
from .stage import Site, Stage

COOKIE = "lab-account"
_NAME = re.compile(r"[a-z0-9]{1,32}")


def account_of(request: web.Request) -> str:
    """Who is logged in: nobody in particular, unless the cookie names somebody."""
    found = request.cookies.get(COOKIE, "")
    return found if _NAME.fullmatch(found) else ""


def number_of(account: str) -> str:
    """An account's UUID."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://syncmon.invalid/{account}"))


async def log_in(request: web.Request) -> web.Response:
    """`/lab/as/NAME`: this browser profile is NAME from now on; conversations that others made are not in its list."""
    if not _NAME.fullmatch(name := request.match_info["name"]):
        raise web.HTTPBadRequest(text="a name has letters a-z and digits only")
    response = web.Response(text=f"You are {name}.")
    response.set_cookie(COOKIE, name, secure=True, samesite="Lax")
    return response


def of_account(found: Iterable[Conversation], request: web.Request) -> list[Conversation]:
    """The conversations of whoever asks, the newest first."""
    account = account_of(request)
    return sorted((one for one in found if one.owner == account), key=lambda one: -one.updated)


def changed(stage: Stage, site: Site, request: web.Request, conversation: Conversation, how: str) -> None:
    """Log that a page changed a list. how: `created`, `renamed` or `removed`."""
    caller = Caller.of(request)
    stage.log.add("list-changed", site=site, page=caller.page, tab=caller.tab, conversation=conversation.id, type=how,
                  note=conversation.title)  # fmt: skip


def served(stage: Stage, site: Site, request: web.Request, found: Iterable[Conversation]) -> None:
    """Log that a list goes out to a page."""
    caller = Caller.of(request)
    stage.log.add("list-served", site=site, page=caller.page, tab=caller.tab, why=caller.why,
                  messages=tuple(one.id for one in found))  # fmt: skip
