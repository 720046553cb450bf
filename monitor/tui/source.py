"""Where a dashboard's data comes from: updates with a frozen snapshot, and the messages of the capture by row.

The screens know only these protocols, so that a test can put anything behind them. `Source.latest` is read by
the dashboard when it is told of news, and on a timer: whatever happens between two readings is one repaint.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from monitor.formats.model import FormatsReport
from monitor.model import Decoded, Event
from monitor.sync.snapshot import Snapshot

if TYPE_CHECKING:
    from monitor.capture.filter import Query


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """What is known now.

    live: the file may still grow. progress: 0…1 while an existing file is being read, else None.
    messages, matching: how many messages there are, and how many of them the filter lets through.
    searching: 0…1 while the filter is still looking for some, else None.
    problem: why reading ended early, or the recorder died, in words; hint: what to do about it.
    """

    snapshot: Snapshot = Snapshot()
    live: bool = False
    progress: float | None = None
    messages: int = 0
    matching: int = 0
    searching: float | None = None
    problem: str | None = None
    hint: str = ""


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the messages' formats. progress: 0…1 while the file is read. problem: why reading ended."""

    report: FormatsReport = FormatsReport()
    progress: float | None = None
    problem: str | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The report as it stands, in Markdown. progress: 0…1 while the file is read. problem: why reading ended."""

    text: str = ""
    progress: float | None = None
    problem: str | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One message as the list shows it. `about` is its subject or address, `title` its type or first words."""

    seq: int
    time: float
    tab: str | None
    dir: str | None
    channel: str
    title: str
    about: str = ""
    size: int = 0
    typed: bool = False


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One message whole: the event, what it decoded to, its address, and the rows that came just before it."""

    event: Event
    decoded: Decoded | None
    url: str | None
    before: tuple[Row, ...] = ()


class Messages(Protocol):
    """The messages of a capture that the filter lets through, by row from 0; rows are only ever added at the end."""

    def seq_at(self, row: int) -> int:
        """The sequence number of a row."""

    def row_of(self, seq: int) -> int:
        """The row of that message, or of the first one after it."""

    async def select(self, query: Query | None) -> int:
        """Filter; gives the number of rows that are found by then."""

    async def selected(self) -> int:
        """Wait until the filter has looked at every message; gives the number of rows."""

    async def rows(self, start: int, stop: int) -> list[Row]:
        """The rows, decoded one by one."""

    def at_hand(self, newest: int) -> dict[int, Row]:
        """The rows, by number, that are there without waiting; from now on the newest so many are made as they come."""

    async def detail(self, seq: int) -> Detail | None:
        """One message whole."""

    async def find(self, text: str, row: int, step: int) -> int | None:
        """The nearest row that holds the text, going from `row` by `step` (1 or -1), around the end if need be."""


class Studies(Protocol):
    """The formats of a capture's messages, which are found out once somebody asks for them."""

    def start(self) -> None:
        """Begin, unless it began already."""

    def latest(self) -> Study:
        """What is known by now; the same object as before where nothing is new."""


class Drafts(Protocol):
    """The report of a capture, which is written once somebody asks for it."""

    def start(self) -> None:
        """Begin, unless it began already."""

    def latest(self) -> Draft:
        """The document as it stands; the same object as before where nothing is new."""


class Source(Protocol):
    """A capture being followed, or one that is finished."""

    @property
    def path(self) -> Path | None:
        """The capture file, for exports; None where there is none."""

    @property
    def messages(self) -> Messages:
        """Its messages."""

    @property
    def studies(self) -> Studies:
        """The formats of its messages."""

    @property
    def drafts(self) -> Drafts:
        """Its report."""

    def start(self, news: Callable[[], None] = lambda: None) -> None:
        """Begin to read. news: called, from any thread, when there is a newer update."""

    def latest(self) -> Update:
        """The newest update; the same object as before where nothing is new."""

    def close(self) -> None:
        """Stop reading and let go of the file."""
