"""Elle's history (EDN), one operation a line: what tabs wrote and showed, as list-append transactions for elle-cli.

    {:index 4, :time 1200000000, :type :ok, :process 1, :f :txn, :value [[:r "chatgpt c1" ["m1" "m2"]]], :tab "B"}

How it maps:

- A key is a subject. Its list are the subject's items, in the order in which a page shows them.
- An append is a write: invoked when it left the tab, `:ok` when the server acknowledged it, `:fail` when it refused it,
  `:info` when that was never seen. One write may append several items. What no tab was seen to write (an answer, what
  others wrote, what was there before) is appended by processes of its own, when it first was known, so that no read
  finds what nobody appended.
- A read is what a tab showed when its load was over, at each change of it from then on, and at the end: so a tab that
  stayed behind is read after the write that it lacks. It takes no time. A page that keeps only a part
  of a long list mounted is read with what stands above that part, by the parents that the items name.
- A process is a tab. An operation of a tab while a write of it is out would make it two things at once: such a read is
  put at the write's end, such a write is of another process. After `:info` a tab goes on as another process, as Jepsen
  has it.
- `:time` is nanoseconds since the first event. The whole recording is one history: a filter is refused.

Check it with `elle-cli --model list-append FILE`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Literal

import msgspec
import platformdirs

from monitor.capture.rows import plain
from monitor.errors import UsageError
from monitor.export.passages import learned
from monitor.model import Event, Shown
from monitor.sites.profile import load_profiles
from monitor.sync.analysis import Analysis
from monitor.sync.items import Item
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import place

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture

SUFFIX = ".edn"
_AFTER_S = 0.001  # a load is over after its last moment
_OTHERS = 1_000_000  # processes of this number and above are of no tab

Kind = Literal["invoke", "ok", "fail", "info"]


class Operation(msgspec.Struct, frozen=True):
    """One thing that a process did: appends (ids), or a read. end: None where how it ended was never seen."""

    start: float
    end: float | None
    tab: str | None
    key: str
    appends: tuple[str, ...] = ()
    read: tuple[str, ...] | None = None
    failed: bool = False


class Line(msgspec.Struct, frozen=True):
    """One line of the history."""

    at: float
    type: Kind
    process: int
    operation: Operation


def export(capture: Capture, query: Query | None, out: IO[str], redact: bool) -> int:
    """Write the history; returns how many lines. UsageError where a part of it is asked for."""
    if query is not None:
        raise UsageError("A history for Elle is of the whole recording. Leave the filter out.")
    profiles, _ = load_profiles(platformdirs.user_config_path("syncmon") / "sites")
    watched = Watched(Analysis(profiles))
    start = 0.0
    for event in capture.events():
        start = start or event.time
        watched.feed(event)
    hide = learned(capture) if redact else None
    count = 0
    for line in history(watched.operations()):
        text = edn(line, count, start)
        out.write((hide.text(text) if hide else text) + "\n")
        count += 1
    return count


class Watched:
    """The analysis, and each change of what a tab shows of its subject."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._reads: list[tuple[float, str, Subject, tuple[Item, ...]]] = []
        self._last: dict[str, tuple[Subject, tuple[Item, ...]]] = {}
        self._loading: set[str] = set()  # the tabs that showed something while they loaded

    def feed(self, event: Event) -> None:
        """Take an event into account."""
        self._settle(event.time)
        self._analysis.feed(event)
        if isinstance(event, Shown) and event.tab is not None:
            self._look(event.tab, event.time)

    def _settle(self, time: float) -> None:
        """The loads that are over by now: what their tabs showed then is read."""
        tabs = self._analysis.state.tabs
        for label in [label for label in self._loading if tabs[label].settled < time]:
            self._loading.discard(label)
            self._look(label, min(time, tabs[label].settled + _AFTER_S))

    def _look(self, label: str, time: float) -> None:
        tab = self._analysis.state.tabs[label]
        subject = self._analysis.state.subject_of(tab)
        if subject is None or not tab.painted:
            return
        if time <= tab.settled:
            self._loading.add(label)
            return
        before = self._last.get(label)
        shows = _shows(subject, label)
        if subject.windowed:
            same = before is not None and before[0] is subject
            shows = _with_above(subject, before[1] if before is not None and same else (), shows)
        if before is None or before != (subject, shows):
            self._last[label] = subject, shows
            self._reads.append((time, label, subject, shows))

    def operations(self) -> Iterator[Operation]:
        """All of them, in the order in which they began. What never counted as an item is left out."""
        found = [*self._appends(), *self._read()]
        found += self._at_the_end()
        yield from sorted(found, key=lambda one: (one.start, one.read is not None))

    def _at_the_end(self) -> Iterator[Operation]:
        """What each tab that is still there shows: it may have been read long ago."""
        state = self._analysis.state
        for label, (subject, items) in self._last.items():
            tab = state.tabs[label]
            if not tab.gone and not tab.crashed and state.subject_of(tab) is subject and state.now > tab.settled:
                ids = tuple(item.id for item in items if _counts(item))
                yield Operation(state.now, state.now, label, place(subject.site, subject.key), read=ids)

    def _appends(self) -> Iterator[Operation]:
        writes, sights = self._analysis.state.writes.all, self._first_sights()
        for subject in self._analysis.state.subjects.values():
            key = place(subject.site, subject.key)
            written: set[str] = set()
            for write in writes:
                own = tuple(i for i in write.items if i in subject.items and i not in write.answers)
                own = tuple(i for i in own if i not in written)
                if write.subject == (subject.site, subject.key) and own:
                    written.update(own)
                    end = write.at if write.at is not None else (write.sent if write.failed else None)
                    start = min(write.sent, *(sights.get((key, i), write.sent) for i in own))
                    yield Operation(start, end, write.tab, key, appends=own, failed=write.failed)
            for item in subject.items.values():
                if item.id not in written and _counts(item):
                    at = min(item.at, sights.get((key, item.id), item.at))
                    yield Operation(at, at, None, key, appends=(item.id,))

    def _first_sights(self) -> dict[tuple[str, str], float]:
        """When each item of a key was first read: a page may show it a moment before what brought it is told."""
        found: dict[tuple[str, str], float] = {}
        for time, _, subject, items in self._reads:
            for item in items:
                found.setdefault((place(subject.site, subject.key), item.id), time)
        return found

    def _read(self) -> Iterator[Operation]:
        last: dict[tuple[str, str], tuple[str, ...]] = {}
        for time, label, subject, items in self._reads:
            key = place(subject.site, subject.key)
            ids = tuple(item.id for item in items if _counts(item))
            if last.get((label, key)) != ids:
                last[label, key] = ids
                yield Operation(time, time, label, key, read=ids)


def history(operations: Iterator[Operation]) -> list[Line]:
    """The lines, in time order, with a process for each operation that has none running."""
    busy: dict[int, float] = {}  # until when each process is
    tabs: dict[str, int] = {}  # the process of each tab now
    following = 0
    lines: list[Line] = []
    for number, one in enumerate(operations):
        if one.tab is None:
            process, start, end = _OTHERS + number, one.start, one.end
        else:
            if one.tab not in tabs:
                tabs[one.tab], following = following, following + 1
            process, start, end = tabs[one.tab], one.start, one.end
            if start < busy.get(process, 0.0) and one.read is not None:
                start = end = busy[process]
            elif start < busy.get(process, 0.0):
                process, following = following, following + 1
            busy[process] = max(busy.get(process, 0.0), start if end is None else end)
            if end is None and process == tabs[one.tab]:
                tabs[one.tab], following = following, following + 1
        lines.append(Line(start, "invoke", process, one))
        finish: Kind = "info" if end is None else "fail" if one.failed else "ok"
        lines.append(Line(start if end is None else end, finish, process, one))
    return [line for _, line in sorted(enumerate(lines), key=lambda pair: (pair[1].at, pair[0]))]


def edn(line: Line, index: int, start: float) -> str:
    """A line as EDN."""
    one = line.operation
    if one.read is not None:
        read = "nil" if line.type == "invoke" else f"[{' '.join(map(_string, one.read))}]"
        value = f"[:r {_string(one.key)} {read}]"
    else:
        value = " ".join(f"[:append {_string(one.key)} {_string(item)}]" for item in one.appends)
    tab = f", :tab {_string(one.tab)}" if one.tab is not None else ""
    time = max(0, round((line.at - start) * 1e9))
    return (
        f"{{:index {index}, :time {time}, :type :{line.type}, :process {line.process}, :f :txn, :value [{value}]{tab}}}"
    )


def _shows(subject: Subject, label: str) -> tuple[Item, ...]:
    """What a tab shows, in the order of its page where that is known, else in that of its becoming known."""
    replica = subject.replicas[label]
    if replica.sequence:
        return tuple(subject.items[i] for i in replica.sequence if i in subject.items)
    return tuple(sorted((item for i, item in subject.items.items() if i in replica.shown), key=lambda item: item.at))


def _with_above(subject: Subject, before: tuple[Item, ...], shows: tuple[Item, ...]) -> tuple[Item, ...]:
    """A part of a list that is mounted, with what stands above it: each item names its parent, or was shown there."""
    above: list[Item] = []
    item = subject.items.get(shows[0].parent or "") if shows else None
    while item is not None and item not in above:
        above.append(item)
        item = subject.items.get(item.parent or "")
    whole = (*reversed(above), *shows)
    first = next((n for n, known in enumerate(before) if whole and known is whole[0]), 0)
    return (*before[:first], *whole)


def _counts(item: Item) -> bool:
    return item.accepted and not item.hidden


def _string(text: str) -> str:
    clean = plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + clean.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'
