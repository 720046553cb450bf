"""The command `syncmon lab`: the servers alone, and what to type to see them."""

from __future__ import annotations

import asyncio
import shlex
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from . import chatgpt
from .profile import allow_notifications, forget, make
from .push.page import HOST as PUSH_HOST
from .server import ORIGINS, Firebase, Lab
from .stage import ListMode, Site, SyncMode


async def run_lab(
    sync: Mapping[Site, SyncMode] | None = None,
    *,
    lists: Mapping[Site, ListMode] | None = None,
    answer_s: float = 1.0,
    poll_s: float = 2.0,
    handoff: bool = False,
    clock_s: float = 0.0,
    firebase: Firebase = "none",
    port: int = 0,
    browser: str = "chromium",
    root: bool = False,
    windows: bool = True,
    out: Callable[[str], None] = print,
) -> None:
    """Serve until SIGINT or SIGTERM; `out` gets the lines that say how a browser reaches the lab (see `Lab`).

    browser: its executable. root: it is started as root. windows: there is a display to show them on.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows: there an interrupt ends the loop as an exception
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    profile = await asyncio.to_thread(make)
    try:
        await asyncio.to_thread(allow_notifications, profile, ORIGINS)
        lab = Lab(
            sync, lists=lists, answer_s=answer_s, poll_s=poll_s, handoff=handoff, clock_s=clock_s, port=port,
            firebase=firebase,
        )  # fmt: skip
        async with lab:
            for line in describe(lab, profile, browser, root=root, windows=windows):
                out(line)
            await stop.wait()
    finally:
        if not await asyncio.to_thread(forget, profile):
            out(f"The browser still runs: {profile} stays until the next lab starts.")
        with suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def describe(
    lab: Lab, profile: Path, browser: str = "chromium", *, root: bool = False, windows: bool = True
) -> list[str]:
    """The lines a person needs: the browser's command with two tabs a site, the pages, the switches and the log."""
    lists = {site: f", list {mode}" if mode != "none" else "" for site, mode in lab.stage.lists.items()}
    modes = ", ".join(f"{site}: {mode}{lists[site]}" for site, mode in lab.stage.sync.items())
    clocks = f"; clocks {lab.stage.clock_s:+g} s" if lab.stage.clock_s else ""
    return [
        f"syncmon lab on 127.0.0.1:{lab.port} ({modes}{clocks})",
        "",
        "1. In a second terminal, a browser with two tabs of each page:",
        "",
        *_commands(lab, profile, browser, root=root, windows=windows),
        "",
        "2. In a third terminal: syncmon",
        "3. Put two tabs of a page side by side and write in one: the other shows it when it is loaded again."
        if windows
        else "There is no display here, so nobody can write in a tab: `syncmon demo` has hands of its own.",
        "",
        *(f"{site:8} {url}" for site, url in lab.urls.items()),
        f"{'push':8} https://{PUSH_HOST}/",
        f"{'log':8} https://127.0.0.1:{lab.port}/lab/log",
        f"{'account':8} https://{chatgpt.HOST}/lab/as/NAME  (and of claude.ai)",
        f'{"switch":8} curl -k -d \'{{"site":"chatgpt","sync":"socket"}}\' https://127.0.0.1:{lab.port}/lab/switch',
    ]


def _commands(lab: Lab, profile: Path, browser: str, *, root: bool, windows: bool) -> list[str]:
    """What starts the browser; without windows it takes one address alone, and the others over its HTTP."""
    command = [browser, f"--user-data-dir={profile}", "--no-first-run", "--remote-debugging-port=9222"]
    command += ["--no-sandbox"] if root else []
    tabs = [url for url in lab.urls.values() for _ in range(2)]
    if windows:
        return [shlex.join([*command, *lab.chromium_args, *tabs])]
    first, *others = tabs
    opened = " ".join(f"'http://127.0.0.1:9222/json/new?{quote(url, safe='')}'" for url in others)
    return [
        shlex.join([*command, "--headless=new", *lab.chromium_args, first]) + " &",
        f"curl -s --retry 9 --retry-connrefused -X PUT {opened} >/dev/null",
    ]
