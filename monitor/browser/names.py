"""The names that a recording gives: A, B, C … to tabs, w1, r1 … to connections; one series across all its browsers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from monitor.model import label


class Names:
    """Counts connection names across all browsers of one recording, so that w1 is one socket of the capture."""

    def __init__(self) -> None:
        self.sockets: Iterator[int] = itertools.count(1)
        self.requests: Iterator[int] = itertools.count(1)
        self.wires: Iterator[int] = itertools.count(1)


class Labels:
    """Hands out tab labels A, B, C … across all browsers of one recording; a tab that is met again has its old one."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}
        self._count = 0

    def take(self, tab_target: str) -> str:
        """The label of a `tab` target."""
        if tab_target not in self._taken:
            self._taken[tab_target] = label(self._count)
            self._count += 1
        return self._taken[tab_target]

    def know(self, tab_targets: Iterable[str]) -> None:
        """Hand out labels in this order."""
        for target in tab_targets:
            self.take(target)

    def pass_on(self, name: str, tab_target: str) -> str:
        """The same tab goes on as another target; returns its label."""
        self._taken[tab_target] = name
        return name
