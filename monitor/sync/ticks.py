"""The moments on the tabs' timelines, and how much each tab was sent: frames, pushes, reloads, gaps, notes.

What comes within a fifth of a second of its like is the same moment: a lane has no room for more.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from monitor.model import Body, Chunk, Event, Finished, Frame, Gap, Mark, Request, SseMessage
from monitor.sync.network import Connection
from monitor.sync.snapshot import Tick
from monitor.sync.tabs import Tab

_TICKS = 2_000
_ALIKE_S = 0.2


class Ticks:
    """The newest moments of each tab, by its label."""

    def __init__(self) -> None:
        self.of: dict[str, deque[Tick]] = {}

    def begin(self, tab: str) -> None:
        """A tab is there."""
        self.of[tab] = deque(maxlen=_TICKS)

    def mark(self, tab: str, time: float, what: Any) -> None:
        """Something happened in a tab."""
        marks = self.of[tab]
        if marks and marks[-1].what == what and time - marks[-1].at < _ALIKE_S:
            return
        marks.append(Tick(at=time, what=what))

    def mark_all(self, time: float, what: Any) -> None:
        """Something concerns all tabs."""
        for tab in self.of:
            self.mark(tab, time, what)

    def count(self, event: Event, tab: Tab, connection: Connection | None) -> None:
        """An event of a tab: what it was sent, by which channel, and what is drawn of it."""
        match event:
            case Request() if event.resource in ("fetch", "xhr"):
                tab.ask(event.time)
            case Frame() | Chunk() | SseMessage() | Body():
                if event.dir == "in" and (connection is None or connection.resource != "document"):
                    tab.count(event.time)
                channel = connection.channel if connection else event.channel
                tab.channels.add(channel or "")
                self.mark(
                    tab.label, event.time, "sse" if channel == "sse" else "frame" if channel == "socket" else "fetch"
                )
            case Finished() if connection is not None and connection.resource in ("fetch", "xhr"):
                tab.channels.add(connection.channel)
            case Mark():
                self.mark(tab.label, event.time, "mark")
            case Gap():
                self.mark(tab.label, event.time, "gap")
            case _ if event.channel in ("storage", "broadcast", "worker"):
                tab.channels.add(event.channel)
