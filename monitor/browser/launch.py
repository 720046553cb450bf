"""Start a Chromium of our own, with a profile of its own, and leave nothing behind when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import shutil
import signal
import sys
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from monitor.errors import AttachError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge",
    "brave-browser",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-quic",
)
SOCKET_PATH = 100  # bytes that the path of a Unix socket may have, with some to spare
# HTTP to the browser never goes through a proxy.
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
INSTALL = (
    "No Chrome or Chromium was found. Install one (Debian: apt-get install chromium; Fedora: dnf install chromium;"
    " macOS: brew install --cask chromium), or start your own with --remote-debugging-port=9222 and attach to it."
)


class Launched:
    """A browser we started.

    endpoint: its ws:// address. profile: its directory. notes: what was done that the user should know.
    """

    def __init__(self, process: asyncio.subprocess.Process, profile: Path, ours: bool, notes: tuple[str, ...]) -> None:
        self.process = process
        self.profile = profile
        self.endpoint = ""
        self.notes = notes
        self._ours = ours

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.returncode is None

    def kill(self) -> None:
        """End the browser and its children at once."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        elif self.alive:
            self.process.kill()

    async def close(self) -> None:
        """End the browser, wait for it, and remove the profile if it was a temporary one."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await self.process.wait()
        self.kill()
        await self.process.wait()
        if self._ours:
            await asyncio.to_thread(_remove, self.profile)


def find_browser(binary: str | None = None) -> str:
    """The path of a browser to start: `binary`, else $SYNCMON_BROWSER, else the first one known. Raises AttachError."""
    wanted = binary or os.environ.get("SYNCMON_BROWSER")
    if wanted:
        if found := shutil.which(wanted):
            return found
        raise AttachError(
            f"There is no browser at {wanted}. Name an executable, or leave it out to use the installed one."
        )
    for name in NAMES:
        if found := shutil.which(name):
            return found
    for place in PLACES:
        if Path(place).is_file():
            return place
    raise AttachError(INSTALL)


def has_display() -> bool:
    """Whether a browser can show a window here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_root() -> bool:
    """Whether a browser needs --no-sandbox to start."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def arguments(profile: Path, urls: Sequence[str], headless: bool, extra: Sequence[str], root: bool) -> list[str]:
    """The command line after the binary."""
    line = ["--remote-debugging-port=0", f"--user-data-dir={profile}", *QUIET]
    if headless:
        line += ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--mute-audio"]
    if root:
        line.append("--no-sandbox")
    return [*line, *extra, *(urls or ["about:blank"])]


async def launch(
    urls: Sequence[str] = (),
    *,
    headless: bool = False,
    profile_dir: Path | None = None,
    binary: str | None = None,
    extra: Sequence[str] = (),
    start_timeout: float = 30.0,
) -> Launched:
    """Start a browser on `urls` and wait until it can be attached to. Raises AttachError.

    headless: without a window, as it is where there is no display.
    profile_dir: kept where given; else a temporary one is made and removed at the end.
    """
    path = await asyncio.to_thread(find_browser, binary)
    profile = await asyncio.to_thread(_make_profile, profile_dir)
    root = is_root()
    notes: tuple[str, ...] = ("The browser runs as root, so it was started with --no-sandbox.",) if root else ()
    if not headless and not has_display():
        headless = True
        notes += ("There is no display here, so the browser was started without a window.",)
    # Without windows it takes one address alone.
    line = arguments(profile, urls[:1] if headless else urls, headless, extra, root)
    log = profile / "syncmon-browser.log"
    process = await asyncio.to_thread(_open_log, log)
    try:
        child = await asyncio.create_subprocess_exec(
            path, *line, stdin=asyncio.subprocess.DEVNULL, stdout=process, stderr=process, start_new_session=True,
            env=_environment(profile),
        )  # fmt: skip
    except OSError as error:
        raise AttachError(f"{path} could not be started: {error.strerror or error}.") from None
    finally:
        os.close(process)
    launched = Launched(child, profile, profile_dir is None, notes)
    try:
        launched.endpoint = await _await_endpoint(launched, log, start_timeout)
        for url in urls[1:] if headless else ():
            await asyncio.to_thread(_open_tab, launched.endpoint, url)
    except BaseException:
        launched.kill()
        await launched.close()
        raise
    return launched


@contextlib.asynccontextmanager
async def launched(
    urls: Sequence[str] = (), *, headless: bool = False, extra: Sequence[str] = ()
) -> AsyncIterator[Launched]:
    """A browser for the time of a `with`."""
    browser = await launch(urls, headless=headless, extra=extra)
    try:
        yield browser
    finally:
        await browser.close()


def read_port_file(profile: Path) -> tuple[int, str] | None:
    """Port and path from a profile's DevToolsActivePort, or None where there is none (yet)."""
    try:
        lines = (profile / "DevToolsActivePort").read_text("utf-8").split("\n")
        return int(lines[0]), lines[1].strip()
    except (OSError, ValueError, IndexError):
        return None


def _environment(profile: Path) -> dict[str, str]:
    """What the browser leaves in its temporary folder goes with its profile, where a socket's path is short enough.

    Where it is not, the usual temporary folder is taken, or /tmp: with a longer one no Chrome starts.
    """
    for folder in (profile, Path(tempfile.gettempdir()), Path("/tmp")):
        if len(f"{folder}/org.chromium.Chromium.XXXXXX/SingletonSocket".encode()) < SOCKET_PATH:
            return {**os.environ, "TMPDIR": str(folder)}
    return dict(os.environ)


async def _await_endpoint(browser: Launched, log: Path, start_timeout: float) -> str:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + start_timeout
    while loop.time() < deadline:
        found = await asyncio.to_thread(read_port_file, browser.profile)
        if found is not None and found[1]:
            return f"ws://127.0.0.1:{found[0]}{found[1]}"
        if not browser.alive:
            raise AttachError(f"The browser ended at once: {await asyncio.to_thread(_last_words, log)}")
        await asyncio.sleep(0.02)
    raise AttachError(f"The browser did not open its DevTools port within {start_timeout:g} s.")


def _open_tab(endpoint: str, url: str) -> None:
    """One more tab in a browser without windows, over its HTTP."""
    host = urlsplit(endpoint).netloc
    request = urllib.request.Request(f"http://{host}/json/new?{quote(url, safe='')}", method="PUT")
    try:
        with direct.open(request, timeout=10):
            pass
    except (OSError, http.client.HTTPException) as error:
        raise AttachError(f"The browser did not open {url} ({error}).") from None


def _make_profile(given: Path | None) -> Path:
    if given is None:
        return Path(tempfile.mkdtemp(prefix="syncmon-profile-"))
    given.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A file left by an earlier run names a port that is gone.
    (given / "DevToolsActivePort").unlink(missing_ok=True)
    return given


def _open_log(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def _last_words(log: Path) -> str:
    """What a browser died of as it said, else the last that it said: its children complain when it is gone."""
    with contextlib.suppress(OSError):
        lines = [line for line in log.read_text("utf-8", "replace").split("\n") if line.strip()]
        if lines:
            return next((line for line in lines if ":FATAL:" in line), lines[-1])[-300:]
    return "it said nothing"


def _remove(profile: Path) -> None:
    # Its children may still be writing for a moment after the kill.
    for _ in range(5):
        shutil.rmtree(profile, ignore_errors=True)
        if not profile.exists():
            return
    if profile.exists():
        print(f"syncmon: could not remove {profile}", file=sys.stderr)
