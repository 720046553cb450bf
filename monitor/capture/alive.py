"""The events that a reader must know to understand what comes after them: what is attached, open and under way; pure.

A segment of a rotated capture begins with them, so that it can be read when those before it are gone. What pages show
is not among them: the recorder asks the pages to say it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.model import (
    Action,
    Body,
    Chunk,
    Event,
    Failed,
    Finished,
    Frame,
    Navigation,
    Recording,
    Request,
    RequestBody,
    Response,
    Shown,
    SocketClosed,
    SocketHandshake,
    SocketOpened,
    SseMessage,
    TargetAttached,
    TargetChanged,
    TargetGone,
    Visibility,
)

MANY = 5000
_CONNECTIONS = (SocketOpened, SocketHandshake, Request, RequestBody, Response)
_PASSING = frozenset({Frame, Chunk, Shown, SseMessage})


class Alive:
    """A fold over numbered events. Of connections that never end, the newest `MANY` are kept."""

    def __init__(self) -> None:
        self._recording: dict[str, tuple[int, Event]] = {}
        self._targets: dict[str, dict[object, tuple[int, Event]]] = {}
        self._connections: dict[str, list[tuple[int, Event]]] = {}

    def feed(self, seq: int, event: Event) -> None:
        """Take one event."""
        if type(event) in _PASSING:
            return
        if isinstance(event, _CONNECTIONS):
            self._connections.setdefault(event.connection, []).append((seq, event))
            if len(self._connections) > MANY:
                del self._connections[next(iter(self._connections))]
        elif isinstance(event, SocketClosed | Failed | Body) or (isinstance(event, Finished) and event.body != "later"):
            self._connections.pop(event.connection, None)
        elif isinstance(event, TargetGone):
            self._targets.pop(event.target or "", None)
        elif isinstance(event, Recording):
            self._recording[event.state] = seq, event
        elif (what := _about(event)) is not None:
            self._targets.setdefault(event.target or "", {})[what] = seq, event

    def events(self) -> Iterator[tuple[int, Event]]:
        """What is alive, by number."""
        groups: list[Iterable[tuple[int, Event]]] = [self._recording.values(), *self._connections.values()]
        groups += [known.values() for known in self._targets.values()]
        yield from sorted((pair for group in groups for pair in group), key=lambda pair: pair[0])


def _about(event: Event) -> object:
    """What of its target the event replaces; None where it says nothing that lasts."""
    match event:
        case TargetAttached() | TargetChanged() | Visibility():
            return event.kind
        case Navigation():
            return event.kind, event.frame
        case Action(do="offline"):
            return event.do
        case _:
            return None
