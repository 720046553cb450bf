"""Exports, one module a format: each is found here by its file, and needs no registration.

A format's module has `export(capture, query, out, redact) -> int` (what it writes to `out`, and how many events that
was), `SUFFIX`, and a docstring whose first line describes it. `json_schema.py` is the format `json-schema`. Modules
with no `export` are helpers. A format that is a folder of files has `export_folder(capture, query, folder, redact)`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

import msgspec

from monitor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture

    Export = Callable[[Capture, Query | None, IO[str], bool], int]
    ExportFolder = Callable[[Capture, Query | None, Path, bool], int]


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One format: its name on the command line, what it is, and the usual suffix of its files.

    export_folder: where the format is a folder of files instead of one.
    """

    name: str
    about: str
    suffix: str
    export: Export
    export_folder: ExportFolder | None = None


def names() -> list[str]:
    """The formats there are, sorted."""
    return sorted(name for module in pkgutil.iter_modules(__path__) if _load(name := module.name.replace("_", "-")))


def find(name: str) -> Format:
    """The format of this name; UsageError lists those there are."""
    found = _load(name)
    if found is None:
        raise UsageError(f"There is no export format {name}. There are {', '.join(names())}.")
    return found


def _load(name: str) -> Format | None:
    known = {module.name for module in pkgutil.iter_modules(__path__)}
    file = name.replace("-", "_")
    if file not in known:
        return None
    module = importlib.import_module(f"{__name__}.{file}")
    export = getattr(module, "export", None)
    if export is None:
        return None
    about = (module.__doc__ or "").strip().partition("\n")[0]
    return Format(name=name, about=about, suffix=getattr(module, "SUFFIX", f".{file}"), export=export,
                  export_folder=getattr(module, "export_folder", None))  # fmt: skip
