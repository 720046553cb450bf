"""A browser profile made ready before its first start: origins that may show notifications, and so be pushed to.

A grant over DevTools would end with the connection that made it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ALLOW = 1
PREFIX = "syncmon-lab-"
OWNER = "syncmon-lab"  # in it: the process that made the profile


def make() -> Path:
    """A new profile in the temporary folder; what earlier labs had to leave there is removed."""
    profile = Path(tempfile.mkdtemp(prefix=PREFIX))
    (profile / OWNER).write_text(str(os.getpid()), "utf-8")
    for other in profile.parent.glob(f"{PREFIX}*"):
        if other != profile and (other / OWNER).is_file() and not _is_alive(_read(other / OWNER)):
            forget(other)
    return profile


def allow_notifications(profile: Path, origins: Sequence[str]) -> None:
    """Allow them in a profile that no browser runs on."""
    path = profile / "Default" / "Preferences"
    path.parent.mkdir(parents=True, exist_ok=True)
    preferences: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    exceptions = preferences.setdefault("profile", {}).setdefault("content_settings", {}).setdefault("exceptions", {})
    # An origin is written with its port.
    exceptions.setdefault("notifications", {}).update({f"{_with_port(o)},*": {"setting": ALLOW} for o in origins})
    path.write_text(json.dumps(preferences), "utf-8")


def forget(profile: Path) -> bool:
    """Remove a profile, unless a browser still runs on it; whether it is gone."""
    if not _in_use(profile):
        shutil.rmtree(profile, ignore_errors=True)
    return not profile.exists()


def _in_use(profile: Path) -> bool:
    """Whether the process that Chromium's lock names, as `HOST-PID`, is alive; a browser that was killed leaves it."""
    try:
        return _is_alive((profile / "SingletonLock").readlink().name.rpartition("-")[2])
    except OSError:
        return False


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True  # somebody else's
    except (OSError, ValueError):
        return False
    return True


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""


def _with_port(origin: str) -> str:
    scheme, _, host = origin.partition("://")
    return origin if ":" in host else f"{origin}:{443 if scheme == 'https' else 80}"
