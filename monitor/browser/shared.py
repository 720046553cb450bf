"""What the browsers of one recording have in common: where events go, what is looked for, and which names are taken."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from monitor.browser.cdp_log import CdpLog
from monitor.browser.names import Labels, Names
from monitor.browser.outbox import Outbox
from monitor.model import SitePlan

# Told each piece of news as one small dict; must not block.
Status = Callable[[Mapping[str, Any]], None]


class Shared(msgspec.Struct):
    """One for a recording. push, deep, log: see `recorder.RecordOptions`. numbers: of the browsers, for the log."""

    outbox: Outbox
    status: Status
    plan: tuple[SitePlan, ...]
    world: str
    push: bool = False
    deep: set[str] = set()
    labels: Labels = msgspec.field(default_factory=Labels)
    names: Names = msgspec.field(default_factory=Names)
    log: CdpLog | None = None
    numbers: Iterator[int] = msgspec.field(default_factory=itertools.count)
