"""What the user may have done to the browser while it is recorded; each one becomes an Action event, well or not.

{"do":"mark","text":…}  {"do":"reload","tab":"B"}  {"do":"offline","tab":"B","on":true}  {"do":"open","url":…}
{"do":"focus","tab":…}  {"do":"hide","tab":…}  {"do":"show","tab":…}  {"do":"close","tab":…}
{"do":"cut","tab":…}  {"do":"hold","tab":…,"on":true,"urls":[…]}  {"do":"deep","origin":…}  {"do":"stop"}
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from monitor.browser.attachment import Attachment
from monitor.browser.connection import read
from monitor.browser.deep import KEEPS, as_origin
from monitor.browser.hold import HOLD, conditions
from monitor.browser.offline import OFFLINE
from monitor.browser.output import decode
from monitor.browser.sessions import Session
from monitor.browser.shared import Shared
from monitor.browser.wire_page import ObjectsReply, ValueReply
from monitor.errors import CommandError, SyncmonError, UsageError
from monitor.model import Action, Event, Mark

PATIENCE_S = 10.0
ON_TAB = ("reload", "offline", "focus", "close", "hide", "show", "cut", "hold")
CUT_GROUP = "syncmon-cut"
# A close code of the range that is the page's own: by 1000 a page would take it for its own wish, and not come back.
CUT = """function () {
  const open = this.filter((socket) => socket.readyState < 2);
  const closed = open.map((socket) => new Promise((done) => socket.addEventListener("close", done)));
  open.forEach((socket) => socket.close(4000, "cut"));
  const late = new Promise((done) => setTimeout(done, 3000));
  return Promise.race([Promise.all(closed), late]).then(() => open.length);
}"""


class Actions:
    """Carries out actions on the browsers of a recording."""

    def __init__(self, attachments: Sequence[Attachment], shared: Shared, patience: float = PATIENCE_S) -> None:
        self._attachments = attachments
        self._shared = shared
        self._patience = patience

    async def do(self, action: Mapping[str, Any]) -> None:
        """Carry out one action and record it; what goes wrong is in the event, nothing is raised."""
        name = str(action.get("do", ""))
        args = {key: value for key, value in action.items() if key not in ("do", "tab")}
        tab = action.get("tab") if isinstance(action.get("tab"), str) else None
        target, error, began = None, None, time.monotonic()
        try:
            if (page := await self._carry_out(name, tab, args)) is not None:
                tab, target = page.tab, page.target
        except SyncmonError as problem:
            error = str(problem)
        stamp: dict[str, Any] = {"time": self._wall(began), "mono": began, "tab": tab, "target": target}
        done: Event = Action(**stamp, do=name, args=args, ok=error is None, error=error)
        if name == "mark":
            done = Mark(**stamp, text=str(action.get("text", "")))
        self._shared.outbox.put([done], began)
        self._shared.status({"event": "action", "do": name, "tab": tab, "ok": error is None, "error": error})

    def _wall(self, mono: float) -> float:
        return self._attachments[0].translator.clock.wall(mono)

    async def _carry_out(self, name: str, tab: str | None, args: dict[str, Any]) -> Session | None:
        if name in ("mark", "stop"):
            return None
        if name not in (*ON_TAB, "open", "deep"):
            raise UsageError(f"There is no action {name!r}.")
        await self._attached()
        if name == "deep":
            self._deepen(str(args.get("origin", "")), args)
            return None
        if name == "open":
            return await self._open(str(args.get("url", "about:blank")))
        attachment, page = self._find(tab)
        if name == "reload":
            await _call(attachment, "Page.reload", {}, page.session)
        elif name == "offline":
            await self._offline(attachment, page, bool(args.get("on", True)))
        elif name == "cut":
            args["sockets"] = await _cut(attachment, page)
        elif name == "hold":
            urls = args.get("urls")
            held = conditions((urls if isinstance(urls, list) else ()) if args.get("on", True) else None)
            await _call(attachment, HOLD, held, page.session)
        elif name in ("hide", "show"):
            await self._window(attachment, page, shown=name == "show")
        else:
            method = "Target.activateTarget" if name == "focus" else "Target.closeTarget"
            await _call(attachment, method, {"targetId": page.target}, None)
        return page

    def _deepen(self, text: str, args: dict[str, Any]) -> None:
        """Record the service workers of an origin from inside, and say what that does to them."""
        origin = as_origin(text)
        self._shared.deep.add(origin)
        inside = sum(attachment.deepen() for attachment in self._attachments)
        args |= {"origin": origin, "note": KEEPS}
        self._shared.status({"event": "deep", "origin": origin, "workers": inside, "what": KEEPS})

    async def _attached(self) -> None:
        """What is asked for while the first attach is under way waits for it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                for attachment in self._attachments:
                    await attachment.attached.wait()

    def _find(self, tab: str | None) -> tuple[Attachment, Session]:
        for attachment in self._attachments:
            if tab is not None and (page := attachment.page(tab)) is not None:
                return attachment, page
        raise UsageError(f"There is no tab {tab}." if tab else "This action needs a tab.")

    async def _open(self, url: str) -> Session:
        """Open an empty tab, and go to the address when it is being recorded: so nothing of it is missed."""
        attachment = next((a for a in self._attachments if a.connection is not None), None)
        if attachment is None or attachment.connection is None:
            raise CommandError("No browser is attached.")
        made = await attachment.connection.call("Target.createTarget", {"url": "about:blank"}, timeout_s=8.0)
        target = read(made, _Made).targetId
        page = await _ready(attachment, target)
        await _call(attachment, "Page.navigate", {"url": url}, page.session)
        return page

    async def _window(self, attachment: Attachment, page: Session, *, shown: bool) -> None:
        """Minimise the window that a tab is in, or bring it back with the tab in front."""
        assert attachment.connection is not None
        found = await attachment.connection.call("Browser.getWindowForTarget", {"targetId": page.target}, timeout_s=8.0)
        window = read(found, _Window).windowId
        bounds = {"windowId": window, "bounds": {"windowState": "normal" if shown else "minimized"}}
        await _call(attachment, "Browser.setWindowBounds", bounds, None)
        if shown:
            await _call(attachment, "Target.activateTarget", {"targetId": page.target}, None)

    async def _offline(self, attachment: Attachment, page: Session, on: bool) -> None:
        """Cut the tab off, with the workers that answer for it; its service worker serves other tabs too.

        A shared or service worker that is started while its tab is cut off can get its first requests through.
        """
        conditions = {"offline": on, **OFFLINE}
        # What is started later is cut off before its first instruction.
        cut_off = attachment.translator.parts.offline.tabs
        (cut_off.add if on else cut_off.discard)(page.tab or "")
        await _call(attachment, "Network.emulateNetworkConditions", conditions, page.session)
        # Dedicated workers go with their page, and are refused by themselves.
        others = [one for one in attachment.translator.parts.offline.workers_of(page) if one.type != "worker"]
        refused: CommandError | None = None
        for one in others:
            try:
                await _call(attachment, "Network.emulateNetworkConditions", conditions, one.session)
            except CommandError as error:
                refused = refused or error
        if refused is not None:
            raise refused


async def _cut(attachment: Attachment, page: Session) -> object:
    """Have a page close its sockets, which breaks them as far as its code can tell; how many there were.

    DevTools can take a tab off the network, but what it has open then only stalls. Sockets of workers are not reached.
    """
    connection = attachment.connection
    if connection is None:
        raise CommandError("The browser is not attached.")
    group = {"objectGroup": CUT_GROUP}

    async def ask(method: str, **params: Any) -> msgspec.Raw:
        return await connection.call(method, params | group, page.session, 8.0)

    try:
        await connection.call("Debugger.enable", {}, page.session, 8.0)
        await connection.call("Debugger.disable", {}, page.session, 8.0)
        if attachment.translator.parts.heap.is_unsafe(page.session):
            raise CommandError("The page has WebAssembly, and Chrome could crash if asked for its sockets.")
        prototype = decode(await ask("Runtime.evaluate", expression="WebSocket.prototype"), ValueReply).result.object_id
        found = await ask("Runtime.queryObjects", prototypeObjectId=prototype)
        sockets = decode(found, ObjectsReply).objects.object_id
        how = {"functionDeclaration": CUT, "awaitPromise": True, "returnByValue": True}
        return decode(await ask("Runtime.callFunctionOn", objectId=sockets, **how), ValueReply).result.value
    finally:
        with contextlib.suppress(SyncmonError):
            await ask("Runtime.releaseObjectGroup")


class _Window(msgspec.Struct):
    windowId: int  # noqa: N815 - the wire's name


class _Made(msgspec.Struct):
    targetId: str  # noqa: N815 - the wire's name


async def _ready(attachment: Attachment, target: str) -> Session:
    for _ in range(150):
        page = attachment.translator.parts.sessions.speaker(target)
        if page is not None and page.ready:
            return page
        await asyncio.sleep(0.02)
    raise CommandError("The new tab was not attached in time.")


async def _call(attachment: Attachment, method: str, params: Mapping[str, Any], session: str | None) -> None:
    if attachment.connection is None:
        raise CommandError("The browser is not attached.")
    await attachment.connection.call(method, params, session, 8.0)
