"""Find the DevTools socket of a browser, and its tabs over HTTP; HTTP is never required where the socket is known.

Three ways in: a ws:// address; host and port, asked over HTTP at /json/version; a profile directory, whose
`DevToolsActivePort` names port and path. In the last case /json/* may answer 404 and the WebSocket handshake waits
until a person clicks Allow.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from monitor.browser.launch import direct, read_port_file
from monitor.errors import AttachError

T = TypeVar("T")

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 9222
HTTP_TIMEOUT_S = 5.0
APPROVAL_TIMEOUT_S = 120.0


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a browser can be reached.

    socket: its ws:// address. http: its HTTP address, None where it has none. browser: its name and version, where it
    said so. approval: the handshake may wait for a person.
    """

    socket: str
    http: str | None = None
    browser: str | None = None
    approval: bool = False


class BrowserTab(msgspec.Struct, frozen=True, kw_only=True):
    """A tab as the browser lists it; `id` is its DevTools target id."""

    id: str
    title: str = ""
    url: str = ""


class Where(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the user said about where the browser is: an address, or a profile directory, or host and port."""

    endpoint: str | None = None
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    profile_dir: Path | None = None


async def find(where: Where) -> Endpoint:
    """The socket of the browser that the user means. Raises AttachError with what to type."""
    if where.endpoint is not None:
        return await _from_address(where.endpoint)
    if where.profile_dir is not None:
        return await _from_profile(where.profile_dir)
    host = f"[{where.host}]" if ":" in where.host else where.host
    return await _from_http(f"http://{host}:{where.port}")


async def _from_address(address: str) -> Endpoint:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme in ("ws", "wss"):
        if parts.path.strip("/"):
            return Endpoint(socket=address)
        # An address with no path is that of the HTTP end.
        return await _from_http(f"http://{parts.netloc}")
    if parts.scheme in ("http", "https"):
        return await _from_http(f"{parts.scheme}://{parts.netloc}")
    raise AttachError(f"{address} is no address of a browser. Write ws://…, http://… or HOST:PORT.")


async def _from_http(address: str) -> Endpoint:
    version = await asyncio.to_thread(_version, address)
    socket = version.get("webSocketDebuggerUrl")
    if not isinstance(socket, str):
        raise AttachError(
            f"{address} answered, but named no DevTools socket: it is not a browser with remote debugging on."
        )
    # The browser names the socket by the Host header it was asked with; a forwarded port must stay the one used.
    path = urlsplit(socket).path
    return Endpoint(
        socket=f"ws://{urlsplit(address).netloc}{path}", http=address, browser=str(version.get("Browser", ""))
    )


def _version(address: str) -> dict[str, Any]:
    host = urlsplit(address).netloc
    try:
        with direct.open(f"{address}/json/version", timeout=HTTP_TIMEOUT_S) as answer:
            found = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise AttachError(_http_error(address, error.code)) from None
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise AttachError(_unreachable(host, getattr(error, "reason", error))) from None
    except (ValueError, OSError, http.client.HTTPException) as error:
        raise AttachError(_stranger(host, error)) from None
    if not isinstance(found, dict):
        raise AttachError(_stranger(host, "its answer is not that of a browser"))
    return found


def start_line(port: int = DEFAULT_PORT) -> str:
    """What to type to start a Chrome that can be attached to."""
    return f"--remote-debugging-port={port} --user-data-dir=$HOME/.syncmon-chrome"


def _unreachable(host: str, reason: object) -> str:
    port = urlsplit(f"//{host}").port or DEFAULT_PORT
    if isinstance(reason, ConnectionRefusedError):
        return (
            f"Nothing listens on {host}. Start Chrome with {start_line(port)}, or let syncmon start one with --launch."
        )
    if isinstance(reason, TimeoutError):
        return f"{host} took the connection but did not answer within {HTTP_TIMEOUT_S:g} s: it may not be a browser."
    return f"{host} cannot be reached ({reason}). Check the address, or start Chrome with {start_line(port)}."


def _stranger(host: str, why: object) -> str:
    return (
        f"What listens on {host} does not speak the DevTools protocol ({why})."
        " Is that the port of Chrome's remote debugging?"
    )


def _http_error(address: str, code: int) -> str:
    if code == 404:
        return (
            f"{address}/json/version answers 404: either that is no browser, or a Chrome that was switched on in"
            " chrome://inspect/#remote-debugging. Attach to that one by --profile-dir, with the directory above the"
            " 'Profile Path' of chrome://version."
        )
    if code in (401, 403):
        return f"{address} refused ({code}): use 127.0.0.1 or localhost as the host, Chrome answers to no other name."
    return f"{address}/json/version answered {code}: this is not a browser's DevTools port."


async def _from_profile(profile: Path) -> Endpoint:
    found = await asyncio.to_thread(_port_file, profile)
    if found is None:
        raise AttachError(
            f"{profile} has no DevToolsActivePort file: the Chrome of this profile is not open for debugging."
            f" Switch it on in chrome://inspect/#remote-debugging, or start Chrome with {start_line()}."
        )
    port, path = found
    return Endpoint(socket=f"ws://{DEFAULT_HOST}:{port}{path}", approval=True)


def _port_file(profile: Path) -> tuple[int, str] | None:
    # chrome://version names a profile within the user data directory; the file lies in the latter.
    return read_port_file(profile) or read_port_file(profile.parent)


# ── tabs, over HTTP ───────────────────────────────────────────────────────────────────────────────────────────────────


async def list_tabs(endpoint: Endpoint) -> list[BrowserTab]:
    """The tabs of a browser, newest first. Raises AttachError."""

    def work(browser: Any) -> list[BrowserTab]:
        fields = ("id", "title", "url")
        # pychrome keeps the listing's fields under private names.
        raw = [
            tab._kwargs if hasattr(tab, "_kwargs") else {"id": tab.id}
            for tab in browser.list_tab(timeout=HTTP_TIMEOUT_S)
        ]
        return [BrowserTab(**{name: str(tab.get(name, "")) for name in fields}) for tab in raw]

    return await _with_pychrome(endpoint, work)


async def open_tab(endpoint: Endpoint, url: str) -> str:
    """Open a tab; returns its target id. Raises AttachError."""
    return await _with_pychrome(endpoint, lambda browser: str(browser.new_tab(url, timeout=HTTP_TIMEOUT_S).id))


async def focus_tab(endpoint: Endpoint, target: str) -> None:
    """Bring a tab to the front. Raises AttachError."""
    await _with_pychrome(endpoint, lambda browser: browser.activate_tab(target, timeout=HTTP_TIMEOUT_S))


async def close_tab(endpoint: Endpoint, target: str) -> None:
    """Close a tab. Raises AttachError."""
    await _with_pychrome(endpoint, lambda browser: browser.close_tab(target, timeout=HTTP_TIMEOUT_S))


async def _with_pychrome(endpoint: Endpoint, work: Callable[[Any], T]) -> T:
    if endpoint.http is None:
        raise AttachError(
            "This browser offers no HTTP: its tabs can only be managed over the recording's own connection."
        )
    address = endpoint.http

    def run() -> T:
        import pychrome  # costs 200 ms, and only tab management over HTTP wants it

        try:
            return work(pychrome.Browser(address))
        except (OSError, ValueError, pychrome.PyChromeException) as error:
            raise AttachError(f"{address} did not do what was asked ({error}).") from None

    return await asyncio.to_thread(run)
