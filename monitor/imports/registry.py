"""Which formats can be imported: every module of this package that has a `read` is one; nothing else names them.

A format's module has
    read(source) -> Iterator[Event]   the events of a file, one by one, never the whole of it in memory
    sniff(head) -> int                how sure it is, 0–100, from the first 64 kB, that a file is of this format
and a docstring whose first line describes it. `KEEPS_ORDER = True` says that the order of its events is that of the
capture; else events that are near each other are put in the order of their times. `har_zip.py` is the format `har-zip`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache

import msgspec

import monitor.imports as package
from monitor.errors import UsageError
from monitor.imports.source import Source
from monitor.model import Event

ENOUGH = 50
CAPTURE = b"SQLite format 3\0"


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One format: its name on the command line, what it is, and how it is told and read."""

    name: str
    about: str
    read: Callable[[Source], Iterator[Event]]
    sniff: Callable[[bytes], int]
    keeps_order: bool = False


@cache
def formats() -> dict[str, Format]:
    """All formats by name, sorted."""
    files = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return {one.name: one for file in files if (one := _load(file)) is not None}


def find(name: str) -> Format:
    """The format of this name; UsageError lists those there are."""
    found = formats().get(name)
    if found is None:
        raise UsageError(f"There is no import format {name}. There are {', '.join(formats())}.")
    return found


def guess(source: Source) -> Format:
    """The format that a file's beginning looks most like; UsageError where it looks like none."""
    if source.head.startswith(CAPTURE):
        raise UsageError(f"{source.path} is a capture already: syncmon open {source.path}")
    best = max(formats().values(), key=lambda one: one.sniff(source.head))
    if best.sniff(source.head) < ENOUGH:
        names = ", ".join(formats())
        raise UsageError(f"{source.path} does not look like any of {names}. Name its format before it to try anyway.")
    return best


def _load(file: str) -> Format | None:
    module = importlib.import_module(f"{package.__name__}.{file}")
    read, sniff = getattr(module, "read", None), getattr(module, "sniff", None)
    if read is None or sniff is None:
        return None
    about = (module.__doc__ or "").strip().partition("\n")[0]
    order = bool(getattr(module, "KEEPS_ORDER", False))
    return Format(name=file.replace("_", "-"), about=about, read=read, sniff=sniff, keeps_order=order)
