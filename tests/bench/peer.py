"""Other clients that count frames: `python -m tests.bench.peer NAME ENDPOINT FRAMES TARGET`, as `bare` does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import threading
from typing import Any


def say(event: str, **more: object) -> None:
    """One JSON line on standard error."""
    print(json.dumps({"event": event, **more}), file=sys.stderr, flush=True)


class Count:
    """Says `whole` when as many frames were counted as were sent."""

    def __init__(self, frames: int) -> None:
        self._left = self._frames = frames

    def __call__(self, *arguments: Any, **fields: Any) -> None:
        self._left -= 1
        if self._left == 0:
            say("whole", frames=self._frames)


def with_pychrome(endpoint: str, count: Count, target: str) -> None:
    """pychrome: a socket and two threads a tab."""
    import pychrome

    tab = pychrome.Tab(
        id=target, type="page", webSocketDebuggerUrl=f"{endpoint.split('/devtools/')[0]}/devtools/page/{target}"
    )
    tab.set_listener("Network.webSocketFrameReceived", count)
    tab.start()
    tab.call_method("Network.enable")
    say("attached")
    threading.Event().wait()


async def with_cdp_use(endpoint: str, count: Count, target: str) -> None:
    """cdp-use: typed events over one socket."""
    from cdp_use.client import CDPClient  # type: ignore[import-not-found,unused-ignore]

    async with CDPClient(endpoint) as client:
        client.register.Network.webSocketFrameReceived(count)
        made = await client.send.Target.attachToTarget({"targetId": target, "flatten": True})
        await client.send.Network.enable(session_id=made["sessionId"])
        say("attached")
        await asyncio.Event().wait()


async def with_playwright(endpoint: str, count: Count, target: str) -> None:
    """playwright: its own driver process speaks to the browser."""
    from playwright.async_api import async_playwright  # type: ignore[import-not-found,unused-ignore]

    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(endpoint)
        for page in browser.contexts[0].pages:
            page.on("websocket", lambda socket: socket.on("framereceived", count))
        say("attached")
        await asyncio.Event().wait()


def main(name: str, endpoint: str, frames: str, target: str) -> None:
    """Count until interrupted."""
    count = Count(int(frames))
    if name == "pychrome":
        with_pychrome(endpoint, count, target)
    else:
        asyncio.run((with_cdp_use if name == "cdp-use" else with_playwright)(endpoint, count, target))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
