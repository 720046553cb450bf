"""Settings that users write: TOML into a struct, and what is wrong with it by file, key and reason."""

from __future__ import annotations

import re
import tomllib
from typing import TypeVar

import msgspec

from monitor.errors import SettingsError

T = TypeVar("T", bound=msgspec.Struct)

_FIELD = re.compile("field `([^`]*)`")


def read_toml(text: str, file: str, kind: type[T]) -> T:
    """The struct that a TOML text describes; file: its name, for errors. Raises SettingsError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(file, "", f"not TOML: {error}") from None
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at ")
        field = _FIELD.search(reason)
        key = ".".join(filter(None, [place.strip("`").lstrip("$."), field[1] if field else ""]))
        raise SettingsError(file, key or "top level", reason) from None
