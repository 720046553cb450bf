"""`syncmon doctor`: what is reachable, what is missing, and what to type."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import sys
from typing import Any

import click
import msgspec

from monitor import __version__
from monitor.commands.console import say
from monitor.commands.lines import print_raw
from monitor.commands.options import (
    Attach,
    attach_options,
    decoders_folder,
    json_option,
    sites_folder,
    state_folder,
)
from monitor.errors import SyncmonError

MARKS = {"ok": "✓", "missing": "✗", "note": "·"}
APPROVAL_S = 3.0


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was looked at. do: what to type, where something is amiss."""

    what: str
    state: str
    says: str
    do: str = ""
    more: dict[str, Any] = {}


@click.command("doctor")
@attach_options
@json_option
def command(attach: Attach, as_json: bool) -> None:
    """What is reachable, what is missing, and what to type."""
    found = [*asyncio.run(_browsers(attach)), _binary(), _lab(), _state(), _sites(), _decoders(), _terminal()]
    if as_json:
        document = {"syncmon": __version__, "python": sys.version.split()[0], "findings": found}
        print_raw(msgspec.json.encode(document).decode("utf-8") + "\n")
        return
    for finding in found:
        say(f"{MARKS[finding.state]} {finding.what:9} {finding.says}")
        if finding.do:
            say(f"  {'':9} → {finding.do}")


async def _browsers(attach: Attach) -> list[Finding]:
    return [finding for where in attach.wheres() for finding in await _browser(where, push=attach.push)]


async def _browser(where: Any, *, push: bool) -> list[Finding]:
    from monitor.browser.discover import find, list_tabs
    from monitor.tui.words import count

    try:
        endpoint = await find(where)
        if endpoint.approval:
            says = f"{endpoint.socket} (asks a person to click Allow when we attach)"
            more = {"endpoint": endpoint.socket, "approval": True}
            return [Finding(what="browser", state="ok", says=says, more=more)]
        tabs = await list_tabs(endpoint) if endpoint.http else []
    except SyncmonError as error:
        sentence, _, advice = str(error).partition(". ")
        return [Finding(what="browser", state="missing", says=sentence.rstrip(".") + ".", do=advice)]
    says = f"{endpoint.browser or 'a browser'} at {endpoint.http or endpoint.socket}, {count(len(tabs), 'tab')}"
    more = {
        "endpoint": endpoint.socket, "browser": endpoint.browser, "approval": False,
        "tabs": [{"url": tab.url, "title": tab.title} for tab in tabs],
    }  # fmt: skip
    return [Finding(what="browser", state="ok", says=says, more=more), await _push(endpoint, push=push)]


async def _push(endpoint: Any, *, push: bool) -> Finding:
    """Whether push messages can be recorded, and what that leaves in the user's profile."""
    from monitor.browser.push_probe import probe

    if not push:
        return Finding(what="push", state="note", says="left out, as --no-push says")
    try:
        found = await probe(endpoint)
    except SyncmonError as error:
        return Finding(what="push", state="missing", says=str(error))
    if not found.works:
        says = f"push messages of this browser cannot be recorded: {found.why}"
        return Finding(what="push", state="missing", says=says, do="use a current Chrome or Chromium, or say --no-push")
    says = "push messages can be recorded, with or without a tab of theirs. "
    if found.logged or found.entries:
        on = "is on already" if found.logged else "is off"
        says += f"Chrome's own log of them {on} and has {found.entries} entries: we neither record nor clear those"
    else:
        says += "While we record, Chrome keeps them in its profile, as it would for 3 days; we clear that when we stop"
    return Finding(what="push", state="ok", says=says, more=msgspec.to_builtins(found))


def _binary() -> Finding:
    from monitor.browser.launch import find_browser

    try:
        return Finding(what="chromium", state="ok", says=f"{find_browser()} (for --launch and demo)")
    except SyncmonError as error:
        sentence, _, advice = str(error).partition(". ")
        return Finding(what="chromium", state="missing", says=f"{sentence}.", do=advice)


def _lab() -> Finding:
    wanted = ("aiohttp", "cryptography", "firebase_messaging", "http_ece", "jwt")
    missing = [name for name in wanted if importlib.util.find_spec(name) is None]
    if missing:
        return Finding(what="lab", state="missing", says=f"{' and '.join(missing)} not installed: no demo, no lab.",
                       do="pip install 'syncmon[lab]'")  # fmt: skip
    return Finding(what="lab", state="ok", says="demo and lab can run")


def _state() -> Finding:
    folder = state_folder()
    exists = folder
    while not exists.exists() and exists != exists.parent:
        exists = exists.parent
    if not os.access(exists, os.W_OK | os.X_OK):
        return Finding(
            what="captures", state="missing", says=f"{folder} cannot be written to.", do="syncmon record -o FILE"
        )
    free = shutil.disk_usage(exists).free
    state = "ok" if free > 1e9 else "missing"
    return Finding(
        what="captures", state=state, says=f"{folder}, {free / 1e9:.1f} GB free", more={"folder": str(folder)}
    )


def _sites() -> Finding:
    from monitor.sites.profile import load_profiles

    found, problems = load_profiles(sites_folder())
    names = ", ".join(profile.name for profile in found)
    if problems:
        return Finding(
            what="sites", state="missing", says=f"{names}; skipped: {problems[0]}", do="mend or remove that file"
        )
    return Finding(what="sites", state="ok", says=f"{names}; your own go to {sites_folder()}")


def _decoders() -> Finding:
    from monitor.decode import plugins, registry

    found, problems = plugins.load(decoders_folder())
    names = ", ".join(one.name for one in found)
    says = f"{len(registry.shipped())} protocols" + (f", and your own: {names}" if names else "")
    if problems:
        return Finding(
            what="decoders", state="missing", says=f"{says}; skipped: {problems[0]}", do="mend or remove that file"
        )
    return Finding(what="decoders", state="ok", says=f"{says}; your own go to {decoders_folder()}")


def _terminal() -> Finding:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Finding(what="terminal", state="note", says="none: watch and demo print lines instead of a dashboard")
    size = shutil.get_terminal_size()
    colour = "no colour" if os.environ.get("NO_COLOR") else os.environ.get("COLORTERM") or "256 colours or fewer"
    words = f"{os.environ.get('TERM', '?')}, {size.columns}×{size.lines}, {colour}, {sys.stdout.encoding}"
    small = size.columns < 80 or size.lines < 24
    unicode = "utf" in (sys.stdout.encoding or "").lower()
    advice = "make the window 80×24 or larger" if small else "" if unicode else "set LANG to a UTF-8 locale"
    return Finding(what="terminal", state="note" if advice else "ok", says=words, do=advice)
