"""The recording itself, as its events tell it: how far it is, what it records, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Event, Fault, Gap, Recording


@dataclass(slots=True)
class RecordingLog:
    """State, counts, and the newest trouble. attached: the newest event that names the browser."""

    seq: int = 0
    events: int = 0
    gaps: int = 0
    started: float = 0.0
    newest: Recording | None = None
    attached: Recording | None = None
    problem: Fault | Gap | None = None

    def note(self, event: Event) -> None:
        """Take an event into account."""
        self.seq, self.events = event.seq, self.events + 1
        self.started = self.started or event.time
        match event:
            case Recording():
                self.newest = event
                self.attached = event if event.browser else self.attached
                if event.state in ("resumed", "attached"):
                    self.problem = None
            case Fault():
                self.problem = event
            case Gap():
                self.gaps += 1
                self.problem = event
