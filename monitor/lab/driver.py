"""The hands of a person: opens tabs, types, sends, reloads and looks, over a small DevTools connection of its own.

One command is in flight at a time and nothing is subscribed to, so no reader has to run beside it. It shares nothing
with syncmon's own recorder, which may be attached to the same browser meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import time
from types import TracebackType
from typing import Any, Self

import websockets

COMPOSER = "[contenteditable=true], textarea, input[type=text]"
BUSY = "[data-testid=stop-button], fieldset button:disabled"
BLANK = ("about:blank", "chrome://newtab/", "chrome://new-tab-page/")
COMMAND_S = 10.0
SHOWN_S = 15.0  # a busy machine takes its time; who waits goes on as soon as it is there
LOOK_S = 0.05


class DriverFailed(Exception):
    """The browser refused a command, did not answer in time, or the page did not show what was waited for."""


class Driver:
    """An async context manager: `async with Driver("ws://127.0.0.1:9222/devtools/browser/…") as driver`.

    pause_s: between making a tab and loading a page in it, as a person needs to type the address: by then, whoever
    watches the browser has seen the tab, and misses nothing of the page. answer_s: how long an answer may take.
    """

    def __init__(self, ws_endpoint: str, *, pause_s: float = 0.0, answer_s: float = COMMAND_S) -> None:
        self._endpoint = ws_endpoint
        self._pause_s = pause_s
        self._answer_s = answer_s
        self._connection: websockets.ClientConnection | None = None
        self._sessions: dict[str, str] = {}
        self._turn = asyncio.Lock()
        self._id = 0

    async def __aenter__(self) -> Self:
        self._connection = await websockets.connect(
            self._endpoint, max_size=None, compression=None, ping_interval=None, origin=None
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def context(self) -> str:
        """A browser context of its own, like an incognito window: no cookies, no storage; it ends with its tabs."""
        made = await self._command("Target.createBrowserContext", {"disposeOnDetach": True})
        return str(made["browserContextId"])

    async def open(self, url: str, *, window: bool = True, context: str | None = None) -> str:
        """Open a tab and answer with its target id once the page has loaded.

        window: in a window of its own, so that it is visible beside the others; else in the first window, which hides
        the tab that was in front there. context: where it lives, if not in the browser's own profile.
        """
        wanted = {"url": "about:blank", "newWindow": window} | ({"browserContextId": context} if context else {})
        made = await self._command("Target.createTarget", wanted)
        target = str(made["targetId"])
        await self._session(target)
        await asyncio.sleep(self._pause_s)
        await self.go(target, url)
        return target

    async def blank(self) -> str | None:
        """A tab that shows nothing yet, as a browser has one when it starts; None where there is none."""
        found = await self._command("Target.getTargets", {})
        empty = [t for t in found["targetInfos"] if t["type"] == "page" and t["url"] in BLANK]
        return str(empty[0]["targetId"]) if empty else None

    async def go(self, target: str, url: str) -> None:
        """Take a tab to an address and wait until the page has loaded; a site on TLS may show notifications there."""
        if url.startswith("https:"):
            await self.allow_notifications(url)
        await self._command("Page.navigate", {"url": url}, target)
        await self._loaded(target, "about:")

    async def allow_notifications(self, url: str) -> None:
        """Let an address's origin show notifications, and be pushed to, for as long as this driver is there."""
        origin = "/".join(url.split("/")[:3])
        await self._command("Browser.grantPermissions", {"origin": origin, "permissions": ["notifications"]})

    async def reload(self, target: str) -> None:
        """Reload a tab and wait until the new page has loaded."""
        await self.evaluate(target, "window.labBefore = true")
        await self._command("Page.reload", {}, target)
        await self._until(target, "!window.labBefore && document.readyState === 'complete'", COMMAND_S)

    async def send(self, target: str, text: str, *, think: bool = False) -> float:
        """Type into the page's composer and press Enter; answers with the time of the key, seconds since the epoch.

        think: ask for an answer that ChatGPT's lab hands off to its socket.
        """
        focus = f"document.querySelector({COMPOSER!r}).focus() || true"
        ready = f"!document.querySelector({BUSY!r}) && {focus}"
        await self._until(target, ready, COMMAND_S)
        if think:
            box = "document.querySelector('[data-testid=composer-think]')"
            await self.evaluate(target, f"{box}.checked || {box}.click()")
            await self.evaluate(target, ready)
        await self._command("Input.insertText", {"text": text}, target)
        at = time.time()
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        await self._command("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r", **key}, target)
        await self._command("Input.dispatchKeyEvent", {"type": "keyUp", **key}, target)
        taken = f"(c => !(c.value ?? c.textContent))(document.querySelector({COMPOSER!r}))"
        await self._until(target, taken, COMMAND_S)
        return at

    async def type(self, target: str, text: str) -> None:
        """Type into the page's composer, and leave it at that."""
        focus = f"document.querySelector({COMPOSER!r}).focus() || true"
        await self._until(target, f"!document.querySelector({BUSY!r}) && {focus}", COMMAND_S)
        await self._command("Input.insertText", {"text": text}, target)

    async def rename(self, target: str, conversation: str, title: str) -> None:
        """Give a conversation another title, in the list beside a page; returns when the server answered."""
        await self.evaluate(target, f"sidebar.rename({json.dumps(conversation)}, {json.dumps(title)})")

    async def remove(self, target: str, conversation: str) -> None:
        """Delete a conversation, in the list beside a page; returns when the server answered."""
        await self.evaluate(target, f"sidebar.remove({json.dumps(conversation)})")

    async def listed(self, target: str) -> dict[str, str]:
        """The list beside a page, as it shows it: ids and titles, from the top."""
        entries = "[...sidebar.nav.children].map((a) => [a.dataset.id, a.firstChild.textContent])"
        return dict(await self.evaluate(target, entries))

    async def shown(self, target: str) -> str:
        """The visible text of a page."""
        return str(await self.evaluate(target, "document.body.innerText"))

    async def wait_shown(self, target: str, text: str, timeout: float = SHOWN_S) -> float:  # noqa: ASYNC109
        """Wait until a page shows `text`; answers with the time it was seen. Raises DriverFailed after `timeout` s."""
        await self._until(target, f"document.body.innerText.includes({json.dumps(text)})", timeout)
        return time.time()

    async def hide(self, target: str) -> None:
        """Make a tab hidden by minimising its window."""
        await self._window(target, "minimized")
        await self._until(target, "document.visibilityState === 'hidden'", COMMAND_S)

    async def show(self, target: str) -> None:
        """Bring a hidden tab's window back."""
        await self._window(target, "normal")
        await self._command("Target.activateTarget", {"targetId": target})
        await self._until(target, "document.visibilityState === 'visible'", COMMAND_S)

    async def close(self, target: str) -> None:
        """Close a tab."""
        self._sessions.pop(target, None)
        await self._command("Target.closeTarget", {"targetId": target})

    async def stop_workers(self, target: str) -> None:
        """Stop all service workers of the browser, as it does itself with idle ones; an event starts them again."""
        await self._command("ServiceWorker.enable", {}, target)
        await self._command("ServiceWorker.stopAllWorkers", {}, target)
        await self._command("ServiceWorker.disable", {}, target)

    async def evaluate(self, target: str, expression: str) -> Any:
        """The JSON value of an expression in a page; promises are awaited. Raises DriverFailed where it throws."""
        params = {"expression": expression, "returnByValue": True, "awaitPromise": True, "userGesture": True}
        answer = await self._command("Runtime.evaluate", params, target)
        if "exceptionDetails" in answer:
            raise DriverFailed(str(answer["exceptionDetails"].get("exception", {}).get("description")))
        return answer["result"].get("value")

    async def _loaded(self, target: str, before: str) -> None:
        here = f"!location.href.startsWith({before!r}) && document.readyState === 'complete'"
        await self._until(target, here, COMMAND_S)

    async def _until(self, target: str, condition: str, seconds: float) -> None:
        """Look again and again until a condition holds; a page that is being replaced counts as not yet."""
        end = time.monotonic() + seconds
        while True:
            try:
                if await self.evaluate(target, condition):
                    return
            except DriverFailed:
                if time.monotonic() > end:
                    raise
            if time.monotonic() > end:
                raise DriverFailed(f"not within {seconds} s: {condition}")
            await asyncio.sleep(LOOK_S)

    async def _window(self, target: str, state: str) -> None:
        window = await self._command("Browser.getWindowForTarget", {"targetId": target})
        params = {"windowId": window["windowId"], "bounds": {"windowState": state}}
        await self._command("Browser.setWindowBounds", params)

    async def _session(self, target: str) -> str:
        if target not in self._sessions:
            answer = await self._command("Target.attachToTarget", {"targetId": target, "flatten": True})
            self._sessions[target] = answer["sessionId"]
        return self._sessions[target]

    async def _command(self, method: str, params: dict[str, Any], target: str | None = None) -> dict[str, Any]:
        """One command and its reply; events that come meanwhile are not for us."""
        session = {} if target is None else {"sessionId": await self._session(target)}
        async with self._turn:
            self._id += 1
            sent = {"id": self._id, "method": method, "params": params, **session}
            try:
                async with asyncio.timeout(self._answer_s):
                    return await self._exchange(sent)
            except (TimeoutError, websockets.ConnectionClosed) as error:
                raise DriverFailed(f"{method}: no answer") from error

    async def _exchange(self, sent: dict[str, Any]) -> dict[str, Any]:
        assert self._connection is not None, "the driver is used inside `async with`"
        await self._connection.send(json.dumps(sent))
        while True:
            reply = json.loads(await self._connection.recv())
            if reply.get("id") != sent["id"]:
                continue
            if "error" in reply:
                raise DriverFailed(f"{sent['method']}: {reply['error'].get('message')}")
            result: dict[str, Any] = reply["result"]
            return result
