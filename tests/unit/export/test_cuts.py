from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.export.cuts import Cuts
from monitor.export.known import Known
from monitor.export.passages import chosen, learned, passages
from monitor.model import Chunk, Decoded, Event, Finished, Frame, Message, Request, SocketOpened, payload

SECRET = "hunter2Xq81ZZtop"
MARK = "[redacted:0123456789ab]"


def cuts(*events: Event) -> Cuts:
    known = Known(lambda secret: MARK)
    known.learn(SECRET)
    found = Cuts(known, lambda secret: MARK)
    for event in events:
        found.feed(event)
    return found


def chunk(seq: int, text: str, connection: str = "r") -> Chunk:
    return Chunk(seq=seq, time=0.0, connection=connection, text=text)


def frame(seq: int, text: str, way: str = "in") -> Frame:
    return Frame(seq=seq, time=0.0, connection="w", dir="out" if way == "out" else "in", text=text)


def texts(found: Cuts, *events: Event) -> list[str | bytes | None]:
    return [payload(found.hidden(event)) for event in events]


@given(st.lists(st.integers(1, 39), max_size=6), st.booleans())
def test_however_a_secret_is_cut_it_is_hidden_once_and_all_else_stays(places: list[int], binary: bool) -> None:
    text = f"some words {SECRET} and more"
    edges = [0, *sorted({place for place in places if place < len(text)}), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges)]
    events = [
        Chunk(seq=seq, time=0.0, connection="r", **({"data": one.encode()} if binary else {"text": one}))
        for seq, one in enumerate(pieces, 1)
    ]
    found = cuts(*events)
    out = [found.hidden(event) for event in events]
    inside = any(11 < edge < 11 + len(SECRET) for edge in edges)
    if binary:
        assert [len(event.data or b"") for event in out if isinstance(event, Chunk)] == [len(one) for one in pieces]
        joined = b"".join(event.data or b"" for event in out if isinstance(event, Chunk)).decode()
        assert (SECRET in joined) is not inside
    else:
        joined = "".join(event.text or "" for event in out if isinstance(event, Chunk))
        assert joined == (text.replace(SECRET, MARK) if inside else text)
    assert joined.startswith("some words ")
    assert joined.endswith(" and more")


def test_only_what_follows_on_the_same_connection_and_way_goes_on() -> None:
    halves = (SECRET[:7], SECRET[7:])
    apart = [chunk(1, halves[0]), chunk(2, halves[1], "other")]
    assert texts(cuts(*apart), *apart) == list(halves)
    ways = [frame(1, halves[0]), frame(2, halves[1], "out")]
    assert texts(cuts(*ways), *ways) == list(halves)
    ended = [chunk(1, halves[0]), Finished(seq=2, time=0.0, connection="r"), chunk(3, halves[1])]
    assert texts(cuts(*ended), ended[0], ended[2]) == list(halves)
    between = [frame(1, halves[0]), frame(2, "ping", "out"), frame(3, halves[1])]
    assert texts(cuts(*between), *between) == [MARK, "ping", ""]
    whole = [frame(1, '{"a":"' + halves[0] + '"}'), frame(2, halves[1])]
    assert texts(cuts(*whole), *whole) == [payload(event) for event in whole]


def test_a_long_stream_keeps_no_more_than_its_end() -> None:
    events = [*(chunk(seq, "word " * 500) for seq in range(1, 9)), chunk(9, SECRET[:5]), chunk(10, SECRET[5:] + " end")]
    found = cuts(*events)
    assert texts(found, *events[-2:]) == [MARK, " end"]
    assert texts(found, *events[:8]) == [payload(event) for event in events[:8]]


@pytest.mark.parametrize("cut", [2, 8, 14])
def test_what_a_piece_decodes_to_has_no_part_either(cut: int) -> None:
    events = [chunk(1, f"words {SECRET[:cut]}"), chunk(2, f"{SECRET[cut:]} more")]
    found = cuts(*events)
    values = []
    for event in events:
        message = Message(protocol="text", type="text", value={"said": [event.text]}, notes=(event.text or "",))
        [clean] = found.decoded(event.seq, Decoded(messages=(message,))).messages
        assert clean.notes == (clean.value["said"][0],)
        values += clean.value["said"]
    assert values == [f"words {MARK}", " more"]


@pytest.mark.parametrize("late", [False, True])
def test_what_only_another_event_gives_away_is_hidden_in_the_pieces(tmp_path: Path, late: bool) -> None:
    tells: Event = Request(
        time=9.0, connection="q", method="GET", url="https://x/", headers={"Authorization": f"Bearer {SECRET}"}
    )
    said: list[Event] = [
        SocketOpened(time=2.0, connection="w", url="wss://x/"),
        Frame(time=3.0, connection="w", dir="in", text=f"your key is {SECRET[:7]}"),
        Frame(time=4.0, connection="w", dir="in", text=f"{SECRET[7:]} keep it"),
    ]
    writer = CaptureWriter(tmp_path / "a.syncmon")
    for event in [*said, tells] if late else [tells, *said]:
        writer.append(event)
    writer.commit()
    writer.close()
    with Capture(tmp_path / "a.syncmon") as capture:
        shown = [one for one in passages(capture, None, redact=True) if isinstance(one.event, Frame)]
        wanted = {one.event.seq for one in shown}
        cited = list(chosen(capture, wanted, learned(capture)))
    for found in (shown, cited):
        out = repr(found)
        assert SECRET[:7] not in out
        assert SECRET[7:] not in out
        first, second = (payload(one.event) for one in found)
        assert str(first).startswith("your key is [redacted:")
        assert second == " keep it"
