"""Firebase's own SDK for pages and workers, from npm's package `firebase`, kept in the user's cache.

The lab works without it, so nothing here fails: `fetch` answers with what went wrong.
"""

from __future__ import annotations

import asyncio
import tarfile
import tempfile
from pathlib import Path

import platformdirs

VERSION = "12.19.0"
FILES = ("firebase-app-compat.js", "firebase-messaging-compat.js")
FETCH_S = 60.0


def cache() -> Path:
    """The folder of this version."""
    return platformdirs.user_cache_path("syncmon") / f"firebase-{VERSION}"


def find(folder: Path | None = None) -> dict[str, str] | None:
    """The scripts by name; None where they were not fetched."""
    folder = folder or cache()
    try:
        return {name: (folder / name).read_text("utf-8") for name in FILES}
    except OSError:
        return None


async def fetch(folder: Path | None = None, *, npm: str = "npm") -> str | None:
    """Have npm get the package unless the scripts are there; what went wrong, None where nothing did."""
    folder = folder or cache()
    if await asyncio.to_thread(find, folder) is not None:
        return None
    with tempfile.TemporaryDirectory(prefix="syncmon-firebase-") as made:
        command = ("pack", f"firebase@{VERSION}", "--silent", "--fetch-retries=0", "--pack-destination", made)
        try:
            async with asyncio.timeout(FETCH_S):
                problem = await _run(npm, *command, cwd=made)
            if problem is None:
                await asyncio.to_thread(_unpack, Path(made), folder)
        except (OSError, tarfile.TarError, KeyError, TimeoutError) as error:
            problem = str(error) or type(error).__name__
    return problem


async def _run(*command: str, cwd: str) -> str | None:
    """Run a command to its end; its last words where it failed."""
    null, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=cwd, stdin=null, stdout=null, stderr=pipe)
    try:
        _, said = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode == 0:
        return None
    words = said.decode("utf-8", "replace").strip().splitlines()
    return words[-1] if words else f"{command[0]} ended with {process.returncode}"


def _unpack(made: Path, folder: Path) -> None:
    """Take the scripts out of the one archive in `made`; each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(next(made.glob("*.tgz"), made / "none.tgz")) as archive:
        for name in FILES:
            member = archive.extractfile(f"package/{name}")
            assert member is not None
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as new:
                new.write(member.read())
            Path(new.name).replace(folder / name)
