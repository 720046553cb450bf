"""Claim: what it costs to open a long capture and to search through it, beside plain SQL on the same file."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.decode import Decoder
from monitor.model import Body, Event, Finished, Frame, Recording, Request, Response, SocketOpened, TargetAttached
from tests.bench.table import Line, Table, timed

MESSAGES, QUICK, LONG = 200_000, 5_000, 1_000_000
BATCH = 5_000
SCREEN = 50
EARLY = "first 50 events"
START = 1_800_000_000.0
RARE = 997  # one message in so many holds the word that is searched for
TEXT = '"needle"'
ADDRESS = "url:item"
FIELD = "tab:B dir:in size:>100"
DECODED = "value.n:77"
ALL = "SELECT * FROM events"

Case = Callable[[Path], int]


def measure(repeats: int, *, quick: bool, long: bool = False) -> Table:
    """Open, search and filter one capture in turns, each time with a connection of its own."""
    messages = QUICK if quick else LONG if long else MESSAGES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.syncmon"
        write(path, messages)
        megabytes = path.stat().st_size / 1e6
        counts = {name: case(path) for name, case in CASES.items()}
        took = timed({name: partial(case, path) for name, case in CASES.items()}, repeats)
    for floor, ours in PAIRS:
        if EARLY in ours and not ours.startswith("open"):
            continue
        assert counts[floor] == counts[ours], f"{ours} gave {counts[ours]} rows, not the {counts[floor]} of {floor}"
    return _table(messages, megabytes, counts, took)


def write(path: Path, messages: int) -> None:
    """A capture: four frames of two tabs' sockets, which take turns, then the four events of a fetch, and so on."""
    writer = CaptureWriter(path)
    writer.append(Recording(time=START, state="started"))
    for tab in "AB":
        writer.append(
            TargetAttached(time=START, tab=tab, target=f"T{tab}", type="page", url="https://example.org/room")
        )
        writer.append(SocketOpened(time=START, tab=tab, connection=f"w{tab}", url="wss://example.org/s"))
    for number in range(0, messages, 8):
        writer.extend([*map(_frame, range(number, number + 4)), *_fetch(number + 4)])
        if number % BATCH == 0:
            writer.commit()
    writer.close()


def _fetch(number: int) -> list[Event]:
    """An exchange with an address of its own."""
    tab = "AB"[number // 8 % 2]
    of = {"tab": tab, "target": f"T{tab}", "connection": f"r{number}"}
    url, headers = (
        f"https://example.org/item/{number}",
        {"content-type": "application/json", "cache-control": "no-store"},
    )
    text = json.dumps({"n": -number, "items": ["as a person writes"] * 20})
    at = START + 1 + number / 100
    return [
        Request(time=at, **of, method="GET", url=url, resource="fetch", headers=headers),  # type: ignore[arg-type]
        Response(time=at, **of, url=url, status=200, mime="application/json", headers=headers),  # type: ignore[arg-type]
        Finished(time=at, **of, size=len(text), body="later"),  # type: ignore[arg-type]
        Body(time=at, **of, size=len(text), text=text),  # type: ignore[arg-type]
    ]


def _frame(number: int) -> Frame:
    words = "a needle in it" if number % RARE == 0 else "nothing to find"
    note = {"type": "note", "n": number, "text": f"Note {number} with {words}." + " And more." * 5 * (number % 5 == 0)}
    text, tab = json.dumps(note), "AB"[number % 2]
    return Frame(
        time=START + 1 + number / 100, tab=tab, target=f"T{tab}", connection=f"w{tab}",
        dir="out" if number % 4 == 0 else "in", size=len(text), text=text,
    )  # fmt: skip


# ── what is measured: each opens the file, and gives the number of rows it got ──


def _open(path: Path) -> int:
    with Capture(path) as capture:
        return len(capture.read_after(0, SCREEN)) + len(capture.seqs(None))


def _jump(path: Path) -> int:
    """A screen from the middle."""
    with Capture(path) as capture:
        middle = capture.last_seq() // 2
        return len(capture.page(range(middle, middle + SCREEN)))


def _plain_open(path: Path) -> int:
    ((last,),) = _sql(path, "SELECT max(seq) FROM events")
    return len(_sql(path, f"{ALL} LIMIT {SCREEN}")) + int(last)


def _filtered(text: str, *, whole: bool) -> Case:
    """The events of the first screen, as soon as it is full, or of every match."""

    def case(path: Path) -> int:
        with Capture(path, decoder=Decoder) as capture:
            seqs: list[int] = []
            for page in capture.search(parse(text)).pages():
                seqs += page
                if not whole and len(seqs) >= SCREEN:
                    break
            return len(capture.page(seqs if whole else seqs[:SCREEN]))

    return case


def _plain(where: str) -> Case:
    """The matching rows by SQL alone, as a person with sqlite3 would ask."""
    return lambda path: len(_sql(path, f"{ALL} WHERE {where}"))


def _sql(path: Path, sql: str) -> list[tuple[Any, ...]]:
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


def first_by_sql(path: Path, text: str) -> int:
    """The first screen of the rows that hold a text."""
    return len(_sql(path, f"{ALL} WHERE payload LIKE '%{text}%' LIMIT {SCREEN}"))


def _plain_address(path: Path) -> int:
    """What belongs to connections with such an address."""
    where = "url LIKE '%item%'"
    return len(_sql(path, f"{ALL} WHERE {where} OR connection IN (SELECT connection FROM events WHERE {where})"))


def _plain_json(path: Path) -> int:
    """What a decoded field comes to without decoders: every payload through json.loads."""
    texts = chain.from_iterable(_sql(path, "SELECT payload FROM events WHERE payload IS NOT NULL"))
    return len([text for text in texts if json.loads(text).get("n") == 77])


CASES: dict[str, Case] = {
    "open: sqlite3, first 50 rows and the last number": _plain_open,
    "open: Capture, first 50 events and seqs(None)": _open,
    "jump: Capture.page, 50 events from the middle": _jump,
    "text: sqlite3, LIKE": _plain("payload LIKE '%needle%'"),
    f"text: {TEXT}, first 50 events": _filtered(TEXT, whole=False),
    f"text: {TEXT}, every match": _filtered(TEXT, whole=True),
    "address: sqlite3, LIKE and connection IN": _plain_address,
    f"address: {ADDRESS}, first 50 events": _filtered(ADDRESS, whole=False),
    f"address: {ADDRESS}, every match": _filtered(ADDRESS, whole=True),
    "fields: sqlite3, WHERE": _plain("tab = 'B' AND dir = 'in' AND size > 100"),
    f"fields: {FIELD}, first 50 events": _filtered(FIELD, whole=False),
    f"fields: {FIELD}, every match": _filtered(FIELD, whole=True),
    "decoded: sqlite3 and json.loads": _plain_json,
    f"decoded: {DECODED}, first 50 events": _filtered(DECODED, whole=False),
}


def _pairs() -> list[tuple[str, str]]:
    """Each case of ours with the floor of its group: the first of it."""
    floors: dict[str, str] = {}
    return [(floors[group], name) for name in CASES if floors.setdefault(group := name.split(":")[0], name) != name]


PAIRS = _pairs()


def _table(messages: int, megabytes: float, counts: dict[str, int], took: dict[str, list[float]]) -> Table:
    ms = {name: [seconds * 1000 for seconds in figures] for name, figures in took.items()}
    floors = {ours: floor for floor, ours in PAIRS}
    lines = [
        Line(what=name, unit="ms", figures=figures, floor=ms[floors[name]] if name in floors else None)
        for name, figures in ms.items()
    ]
    found = {name.split(":")[0]: f"{counts[floor]:,}" for name, floor in floors.items() if not name.startswith("open")}
    return Table(
        title="Opening and searching",
        how=(
            f"A capture of {messages:,} events, half of them frames and half of fetches ({megabytes:.0f} MB), in the"
            " page cache. Every case opens the file anew; syncmon is imported already. The first page of a filter is"
            " shown as soon as it is full; the search goes"
            " on behind it. The floor reads every matching row."
        ),
        lines=tuple(lines),
        notes=(
            "Matches, the same by plain SQL and by syncmon: "
            + ", ".join(f"{count} by {group}" for group, count in found.items())
            + ".",
        ),
    )
