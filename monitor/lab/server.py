"""The lab: both applications behind one TLS port on loopback, found by a browser under their true names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Literal, Self

from aiohttp import web

from . import chatgpt, claude
from .background import Background
from .certificate import Certificate
from .log import LabLog
from .push import PushService, sdk
from .push.page import HOST as PUSH_HOST
from .push.page import page_app
from .push.service import HOSTS as PUSH_HOSTS
from .serving import serving
from .sidebar import log_in
from .stage import LIST_MODES, MODES_OF, SITES, ListMode, Site, Stage, SyncMode

HOSTS = (chatgpt.HOST, chatgpt.SOCKET_HOST, claude.HOST, PUSH_HOST, *PUSH_HOSTS)
ORIGINS = (f"https://{claude.HOST}", f"https://{PUSH_HOST}")
"""The origins of pages that are pushed to."""
Firebase = Literal["none", "cached", "fetch"]


class Lab:
    """An async context manager: `async with Lab(sync={"chatgpt": "none"}) as lab`.

    sync: how the tabs of a site learn of each other's messages, by site; what is not named is `none`.
    answer_s: how long an answer streams; poll_s: the period of the mode `poll`; push_s: how long after an answer its
    push is sent; all in seconds.
    lists: how the lists of conversations beside the pages learn of what other tabs did to them, likewise.
    handoff: hand every ChatGPT turn off to the socket. virtual: how many of the newest turns ChatGPT's page keeps
    mounted, None for all. clock_s: how far the servers' clocks are ahead of this machine's, seconds; it shows in what
    they stamp and in their Date headers, not in the log. firebase: Claude's page uses Firebase's own SDK if the user's
    cache has it (`cached`) or npm gives it at the start (`fetch`), else a few lines that do the same. port: 0 takes a
    free one.
    """

    def __init__(
        self,
        sync: Mapping[Site, SyncMode] | None = None,
        *,
        answer_s: float = 1.0,
        poll_s: float = 2.0,
        push_s: float = 0.5,
        handoff: bool = False,
        virtual: int | None = None,
        clock_s: float = 0.0,
        firebase: Firebase = "none",
        lists: Mapping[Site, ListMode] | None = None,
        port: int = 0,
    ) -> None:
        self.port = port
        self.stage = Stage(
            Background(),
            answer_s=answer_s,
            poll_s=poll_s,
            push_s=push_s,
            handoff=handoff,
            virtual=virtual,
            clock_s=clock_s,
        )
        self.push = PushService(self.stage.log, self.stage.background)
        self.chatgpt, self.claude = chatgpt.ChatGPT(self.stage), claude.Claude(self.stage, self.push)
        self._ids: dict[Site, str] = {"chatgpt": self.chatgpt.new().id, "claude": self.claude.new().id}
        self._firebase = firebase
        self._spki = ""
        self._exit = AsyncExitStack()
        for site, mode in (sync or {}).items():
            self.set_sync(site, mode)
        for site, list_mode in (lists or {}).items():
            self.set_list(site, list_mode)

    async def __aenter__(self) -> Self:
        certificate = await asyncio.to_thread(Certificate, HOSTS)
        self._spki = certificate.spki
        await self._load_sdk()
        await self._exit.enter_async_context(self.stage.background)
        await self.push.start(certificate.context)
        self._exit.push_async_callback(self.push.stop)
        server = serving(self.app(), self.port, certificate.context)
        self.port = await self._exit.enter_async_context(server)
        self._exit.push_async_callback(self._close_sockets)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exit.__aexit__(kind, error, trace)

    def app(self) -> web.Application:
        """All routes: those under /lab/ for every host, the others by the host's name."""
        app = web.Application()
        parts = {
            chatgpt.HOST: self.chatgpt.app(),
            chatgpt.SOCKET_HOST: self.chatgpt.socket_app(),
            claude.HOST: self.claude.app(),
            PUSH_HOST: page_app(self.log, self.push.vapid),
            **self.push.apps(),
        }
        for part in (app, *parts.values()):
            part.router.add_get("/lab/log", self._get_log)
            part.router.add_get("/lab/as/{name}", log_in)
            part.router.add_post("/lab/switch", self._post_switch)
            self.push.add_report_routes(part)
        self.push.add_own_routes(app)
        for host, part in parts.items():
            app.add_domain(host, part)
        app.on_response_prepare.append(self._date)
        return app

    @property
    def log(self) -> LabLog:
        """What the lab received and sent so far."""
        return self.stage.log

    @property
    def chromium_args(self) -> list[str]:
        """What a Chromium with a `--user-data-dir` of its own needs to reach the lab under the true names."""
        rules = ",".join(f"MAP {host}:443 127.0.0.1:{self.port}" for host in HOSTS)
        return [
            f"--host-resolver-rules={rules}",
            f"--ignore-certificate-errors-spki-list={self._spki}",
            *self.push.chromium_args(self.port),
        ]

    @property
    def urls(self) -> dict[Site, str]:
        """The page of the conversation each site starts with."""
        return {site: self.url(site, self.conversation(site)) for site in SITES}

    def conversation(self, site: Site) -> str:
        """The id of the conversation a site starts with; it has a question and an answer."""
        return self._ids[site]

    def new_conversation(self, site: Site) -> str:
        """Make one more, like the first, and answer with its id."""
        return (self.chatgpt.new() if site == "chatgpt" else self.claude.new()).id

    def url(self, site: Site, conversation: str) -> str:
        """A conversation's page."""
        return (
            f"https://{chatgpt.HOST}/c/{conversation}"
            if site == "chatgpt"
            else f"https://{claude.HOST}/chat/{conversation}"
        )

    def text(self, site: Site, conversation: str, message: str) -> str:
        """What a message says. Raises KeyError where there is none of that id."""
        found = self.chatgpt.conversations if site == "chatgpt" else self.claude.conversations
        return found[conversation].messages[message].text

    def set_sync(self, site: Site, mode: SyncMode) -> None:
        """Turn the switch of a site; pages learn of it when they load. Raises ValueError for an unknown one."""
        if site not in SITES or mode not in MODES_OF[site]:
            raise ValueError(f"no such switch: {site} {mode}")
        self.stage.sync[site] = mode
        self.log.add("switch", site=site, note=mode)

    def set_list(self, site: Site, mode: ListMode) -> None:
        """Turn the switch of a site's list of conversations, likewise."""
        if site not in SITES or mode not in LIST_MODES[site]:
            raise ValueError(f"no such switch: {site} list {mode}")
        self.stage.lists[site] = mode
        self.log.add("switch", site=site, note=f"list {mode}")

    def cut_streams(self, site: Site) -> int:
        """Break the connections over which a site's answers are streaming; how many there were.

        The answers go on being written; ChatGPT's page resumes its own, Claude's asks for its status.
        """
        return self.stage.cut_streams(site)

    async def drop_sockets(self, site: Site) -> None:
        """Close every socket and every EventSource's stream of a site; its pages open new ones after a while."""
        self.stage.events.drop(site)
        await (self.chatgpt.celsius.close() if site == "chatgpt" else self.claude.close())

    async def _load_sdk(self) -> None:
        if self._firebase == "fetch" and (problem := await sdk.fetch()):
            self.log.add("sdk-missing", note=problem)
        if self._firebase != "none" and (scripts := await asyncio.to_thread(sdk.find)):
            self.claude.news.use_sdk(scripts)
            self.log.add("sdk", note=sdk.VERSION)

    async def _date(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(datetime.fromtimestamp(int(self.stage.now()), UTC), usegmt=True)

    async def _get_log(self, request: web.Request) -> web.Response:
        return web.Response(body=self.log.json(), content_type="application/json")

    async def _post_switch(self, request: web.Request) -> web.Response:
        body = await request.json()
        try:
            if "list" in body:
                self.set_list(body["site"], body["list"])
            if "sync" in body or "list" not in body:
                self.set_sync(body["site"], body["sync"])
        except (KeyError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.json_response(self.stage.sync)

    async def _close_sockets(self) -> None:
        for site in SITES:
            await self.drop_sockets(site)
