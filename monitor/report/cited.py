"""Which events a column's claims rest on, so that a document can show them beside the claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from monitor.report.model import SiteReport, shown

_NAMES = frozenset({"seq", "write_seq", "seen_seq"})


def cited(site: SiteReport) -> set[int]:
    """The numbers of the events that the document of a column names."""
    told = msgspec.structs.replace(site, results=site.told_results, cited=())
    return set(_numbers(msgspec.to_builtins(told)))


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "events" and isinstance(part, (list, tuple)):
                yield from shown(part)
            elif name in _NAMES and isinstance(part, int):
                yield part
            else:
                yield from _numbers(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _numbers(part)
