"""What each step of an experiment called forth: the messages, requests and connections from its mark to the next one.

A fold over events. What is counted is told by its name: a message by its type, or by what its keys say of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.formats.places import key_of_storage
from monitor.model import (
    Broadcast,
    Decoded,
    Event,
    Frame,
    Mark,
    Push,
    Request,
    SocketClosed,
    SocketOpened,
    SseMessage,
    Storage,
)
from monitor.report.words import cut, request
from monitor.sites.address import path_of

EXPERIMENT = re.compile(r"experiment ([\w.-]{1,80}): (.{1,400})")  # as the experiment leaves its marks
_TELLING = ("type", "op", "event", "kind", "action", "method", "cmd", "t")
_WORD = re.compile(r"[A-Za-z][\w.:/-]{0,40}")
_STEPS = 200
_KINDS = 60  # of what one step called forth
_KEYS = 4
_ARROWS = {"in": "◀", "out": "▶"}


@dataclass(slots=True)
class Step:
    """One step. called: what came after it, in words, by tab (empty of a push): how often, and the first event."""

    experiment: str
    text: str
    seq: int
    called: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def of(self, tabs: set[str], but: frozenset[str] = frozenset()) -> Iterator[tuple[str, int]]:
        """What came in some tabs, or in none of them as a push does: in words, with the first event.

        but: what is left out, as it comes anyway: such as "◀ `ping`".
        """
        for (tab, what), (count, seq) in self.called.items():
            if (tab in tabs or not tab) and what not in but:
                yield f"{f'{tab} ' if tab else ''}{what}{f' ({count} times)' if count > 1 else ''}", seq


class Steps:
    """Every step of the experiments in a recording."""

    def __init__(self) -> None:
        self.all: list[Step] = []

    def feed(self, event: Event, decoded: Decoded | None) -> None:
        """Take one event into account, once it is decoded."""
        if isinstance(event, Mark):
            found = EXPERIMENT.match(event.text)
            if found is not None and len(self.all) < _STEPS:
                self.all.append(Step(found[1], found[2].rstrip(". "), event.seq))
        elif self.all:
            called = self.all[-1].called
            for what in _told(event, decoded):
                key = (event.tab or "", what)
                if key in called or len(called) < _KINDS:
                    count, seq = called.get(key, (0, event.seq))
                    called[key] = (count + 1, seq)


def _told(event: Event, decoded: Decoded | None) -> Iterator[str]:
    match event:
        case Request(resource="fetch" | "xhr" | "eventsource"):
            yield f"asks `{request(f'{event.method} {path_of(event.url)}')}`"
        case SocketOpened(late=False):
            yield "opens a socket"
        case SocketClosed(derived=False):
            yield "loses a socket"
        case Frame() | SseMessage():
            for name in names(decoded):
                yield f"{_ARROWS[event.dir]} `{name}`"
        case Push(stage="received"):
            for name in names(decoded):
                yield f"a push `{name}`"
        case Broadcast():
            for name in names(decoded):
                yield f"a BroadcastChannel message `{name}`"
        case Storage(dir="out"):
            yield f"sets `{key_of_storage(event.key or '')}`"


def names(decoded: Decoded | None) -> Iterator[str]:
    for message in decoded.messages if decoded is not None else ():
        yield cut(message.type or _said(message.value) or message.protocol)


def _said(value: object) -> str:
    """What a message of no known protocol says that it is, else its keys."""
    if value == []:
        return "[]"
    if not isinstance(value, dict):
        return ""
    for key in _TELLING:
        word = value.get(key)
        if isinstance(word, str) and _WORD.fullmatch(word):
            return word
    keys = [str(key) for key in value]
    return f"{{{', '.join(keys[:_KEYS])}{', …' if len(keys) > _KEYS else ''}}}"
