"""What the dashboard remembers from one run to the next: the theme, in the user's state folder."""

from __future__ import annotations

from pathlib import Path

import msgspec
from platformdirs import user_state_path

from monitor.tui.theme import DEFAULT


class Remembered(msgspec.Struct, frozen=True):
    """The choices that are kept."""

    theme: str = DEFAULT


def _file() -> Path:
    return user_state_path("syncmon") / "dashboard.json"


def recall() -> Remembered:
    """The kept choices; the defaults where there are none or they cannot be read."""
    try:
        return msgspec.json.decode(_file().read_bytes(), type=Remembered)
    except (OSError, msgspec.DecodeError):
        return Remembered()


def remember(choices: Remembered) -> str | None:
    """Keep the choices; gives the reason where that was not possible."""
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().write_bytes(msgspec.json.encode(choices))
    except OSError as error:
        return str(error)
    return None
