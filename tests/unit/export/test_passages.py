from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.rotation import RotatingWriter, Rotation
from monitor.capture.writer import CaptureWriter
from monitor.export.passages import Reading, chosen, head, learned, stamp
from monitor.export.redact import Redactor
from monitor.model import Chunk, Event, Finished, Frame, Gap, SocketOpened, payload

SECRET = "hunter2Xq81ZZtop"


@pytest.mark.parametrize("size", [1, 2, 5, 17, 1000])
@pytest.mark.parametrize("binary", [False, True])
def test_a_secret_cut_into_chunks_leaves_in_none_of_them(size: int, binary: bool) -> None:
    text = f'{{"a":"b","token":"{SECRET}","c":"d"}}'
    reading = Reading(Redactor(b"k"))
    out = ""
    for start in range(0, len(text), size):
        piece = text[start : start + size]
        content = {"data": piece.encode()} if binary else {"text": piece}
        passage = reading.feed(Chunk(time=0.0, connection="r", offset=start, **content), None)
        assert passage is not None
        found = payload(passage.event)
        out += found.decode() if isinstance(found, bytes) else found or ""
    assert SECRET[8:] not in out
    assert '"a":"b"' in out
    assert '"c":"d"' in out


def test_the_beginning_of_a_secret_is_forgotten_with_its_connection() -> None:
    reading = Reading(Redactor(b"k"))
    events: list[Event] = [
        Chunk(time=0.0, connection="r", text='{"token":"abc'),
        Finished(time=0.0, connection="r"),
        Chunk(time=0.0, connection="r", text="plain text"),
    ]
    passages = [reading.feed(event, None) for event in events]
    assert passages[2] is not None
    assert payload(passages[2].event) == "plain text"


def test_an_address_is_matched_as_it_is_and_shown_without_its_secrets() -> None:
    reading = Reading(Redactor(b"k"))
    event = SocketOpened(time=0.0, connection="w", url=f"wss://x/?token={SECRET}")
    passage = reading.feed(event, parse(f"url:{SECRET}"))
    assert passage is not None
    assert passage.url is not None
    assert SECRET not in passage.url


def test_moments_are_utc_to_the_microsecond() -> None:
    assert stamp(1767520800.123456) == "2026-01-04T10:00:00.123456Z"
    assert stamp(0) == "1970-01-01T00:00:00.000000Z"
    assert stamp(1e300) == stamp(float("inf")) == stamp(0)


def test_the_head_of_an_empty_capture(tmp_path: Path) -> None:
    CaptureWriter(tmp_path / "a.syncmon").close()
    with Capture(tmp_path / "a.syncmon") as capture:
        found = head(capture, redact=True)
    assert found["browser"] is None
    assert found["start"].endswith("Z")
    assert found["gaps"] == 0


def test_the_head_counts_the_gaps_of_all_segments(tmp_path: Path) -> None:
    writer = RotatingWriter(tmp_path / "x.syncmon", Rotation(age=0.0))
    for number in range(4):
        writer.append(Gap(time=float(number), reason="lost"))
        writer.commit()
    writer.close()
    with Capture(tmp_path / "x.syncmon") as capture:
        assert len(capture.parts) > 1
        assert head(capture, redact=True)["gaps"] == 4


def test_some_events_are_chosen_without_secrets_that_come_to_be_known_later(tmp_path: Path) -> None:
    path = tmp_path / "x.syncmon"
    writer = CaptureWriter(path)
    writer.extend([
        SocketOpened(time=1.0, connection="w", url=f"wss://a.example/{SECRET}"),
        Frame(time=2.0, connection="w", dir="in", opcode=1, text=f"says {SECRET}", size=5),
        Frame(time=3.0, connection="w", dir="in", opcode=1, text=f'{{"token": "{SECRET}"}}', size=5),
    ])  # fmt: skip
    writer.close()
    with Capture(path) as capture:
        [said] = chosen(capture, {2}, Redactor(b"k"))
        [plain] = chosen(capture, {2}, None)
    assert (said.event.seq, SECRET in str(said)) == (2, False)
    assert (payload(plain.event), plain.url) == (f"says {SECRET}", f"wss://a.example/{SECRET}")


def test_what_one_capture_gives_away_is_hidden_in_another_one_too_and_alike(tmp_path: Path) -> None:
    texts = (f"says {SECRET}", f'{{"token": "{SECRET}"}}')
    for name, text in zip(("one", "other"), texts, strict=True):
        writer = CaptureWriter(tmp_path / name)
        writer.append(Frame(time=1.0, connection="w", dir="in", opcode=1, text=text, size=5))
        writer.close()
    with Capture(tmp_path / "one") as one, Capture(tmp_path / "other") as other:
        hide = learned(one, other)
        shown = [payload(found.event) for capture in (one, other) for found in chosen(capture, {1}, hide)]
    stand_in = hide.pseudonym(SECRET)
    assert shown == [f"says {stand_in}", f'{{"token":"{stand_in}"}}']


@pytest.mark.parametrize(
    ("pieces", "kept"),
    [
        (['{"n":1,"session_token":"tOk3nSpl1t', 'OverTwoFr4mes77","x":2}'], '","x":2}'),
        (["hello eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0", "LdozjgNryP4J3jVmNHl0w5N_XgL0n3I9P bye"], " bye"),
        ([b'\xff\x01{"access_token":"b1nSplit', b'Tok3nOverFr4mes99"}\xff'], '"}\xff'),
        (['{"a":1}', "OverTwoFr4mes77"], "OverTwoFr4mes77"),
    ],
)
def test_the_rest_of_a_secret_that_one_frame_began_leaves_in_no_form(pieces: list[str | bytes], kept: str) -> None:
    reading = Reading(Redactor(b"k"))
    for seq, piece in enumerate(pieces, 1):
        content: dict[str, Any] = {"data": piece} if isinstance(piece, bytes) else {"text": piece}
        last = reading.feed(Frame(seq=seq, time=0.0, connection="w", dir="in", opcode=1, **content), None)
    assert last is not None
    found = payload(last.event)
    text = found.decode("latin-1") if isinstance(found, bytes) else found or ""
    assert text.endswith(kept)
    rest = pieces[1][:13]
    hidden = (rest.decode() if isinstance(rest, bytes) else rest) not in f"{text} {last.decoded}"
    assert hidden is (kept != pieces[1])
