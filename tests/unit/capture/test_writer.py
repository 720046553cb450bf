from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Thread

import pytest

from monitor.capture.writer import CaptureWriter, in_order
from monitor.model import Frame, Mark, Request, SocketOpened


def test_numbers_have_no_holes_and_a_batch_is_in_order_of_time(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    for time in (3.0, 1.0, 2.0):
        writer.append(Mark(seq=99, time=time))
    assert writer.pending == 3
    assert writer.commit() == 3
    assert writer.commit() == 3
    writer.append(Mark(time=0.5))
    assert writer.commit() == writer.last_seq == 4
    writer.close()
    rows = sqlite3.connect(tmp_path / "a.syncmon").execute("SELECT seq, time FROM events").fetchall()
    assert rows == [(1, 1.0), (2, 2.0), (3, 3.0), (4, 0.5)]


def test_plain_sqlite_reads_sensible_columns(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon", {"command": "record"})
    writer.append(Frame(time=1.5, mono=0.5, tab="A", connection="w1", dir="in", size=2, text="hi"))
    writer.append(Request(time=2.0, tab="B", connection="r1", method="GET", url="https://x/", headers={"a": "b"}))
    writer.close()
    database = sqlite3.connect(tmp_path / "a.syncmon")
    assert database.execute("SELECT tab, kind, channel, dir, size, opcode, data, payload FROM events").fetchall() == [
        ("A", "frame", "socket", "in", 2, 1, None, "hi"),
        ("B", "request", "fetch", "out", 0, None, '{"method":"GET","headers":{"a":"b"}}', None),
    ]
    meta = dict(database.execute("SELECT * FROM meta"))
    assert meta["command"] == "record"
    assert len(bytes.fromhex(meta["key"])) == 32
    assert {"version", "created"} <= meta.keys()


def test_an_event_that_came_first_on_its_connection_stays_first_without_a_stamp() -> None:
    opened = SocketOpened(time=10.5, connection="w1", url="wss://x/")
    frame = Frame(time=10.2, mono=1.2, connection="w1", dir="in", text="a")
    other = Frame(time=10.1, mono=1.1, connection="w2", dir="in", text="b")
    assert in_order([opened, frame, other]) == [other, opened, frame]


@pytest.mark.parametrize("text", ["\ud800", "\0", "é\U0001f600", "\ud83d\ude00"])
def test_one_odd_text_does_not_spoil_a_batch(tmp_path: Path, text: str) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    writer.append(Mark(time=1.0, text="good"))
    writer.append(Mark(time=2.0, text=text))
    assert writer.commit() == 2
    rows = writer._database.execute("SELECT payload, data FROM events").fetchall()
    assert rows[0] == ("good", None)
    assert (rows[1][1] is not None) == any(0xD800 <= ord(letter) < 0xE000 for letter in text)
    writer.close()


def test_threads_lose_nothing_between_them(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")

    def work() -> None:
        for number in range(300):
            writer.append(Mark(time=float(number)))
            if number % 3 == 0:
                writer.commit()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.commit() == 1200
    assert writer.pending == 0
    writer.close()
    count = sqlite3.connect(tmp_path / "a.syncmon").execute("SELECT count(*), max(seq) FROM events").fetchone()
    assert count == (1200, 1200)
