"""The recorder where there is no browser."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from monitor.browser.recorder import RecordOptions, Where, record
from monitor.errors import AttachError, UsageError
from monitor.model import Event, Recording


class Sink:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.commits = 0

    def extend(self, events: Sequence[Event]) -> None:
        self.events.extend(events)

    def commit(self) -> None:
        self.commits += 1


@contextlib.contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def options(port: int) -> RecordOptions:
    return RecordOptions(browsers=(Where(port=port),))


async def test_nothing_to_attach_to_is_one_plain_error(deaf_port: int) -> None:
    sink = Sink()
    with pytest.raises(AttachError, match="Nothing listens"):
        await record(options(deaf_port), sink)
    assert [e.state for e in sink.events if isinstance(e, Recording)] == ["started", "stopped"]
    assert sink.commits > 0


async def test_a_cancelled_recording_is_committed() -> None:
    sink = Sink()
    with silent() as port, pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await record(options(port), sink)
    assert isinstance(sink.events[-1], Recording)
    assert sink.events[-1].state == "stopped"


async def test_a_stop_ends_it_before_anything_is_attached() -> None:
    async def control() -> AsyncIterator[dict[str, str]]:
        yield {"do": "stop"}

    news: list[object] = []
    with silent() as port:
        await record(options(port), Sink(), control(), news.append)
    assert news[-1] == {"event": "stopped", "events": 3, "gaps": 0}


async def test_deep_mode_wants_origins() -> None:
    with silent() as port, pytest.raises(UsageError, match="no origin"):
        await record(RecordOptions(browsers=(Where(port=port),), deep=("a.example",)), Sink())
