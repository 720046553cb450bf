"""What a capture file goes through: killed writers, full disks, read-only folders, files that are something else."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.capture import schema
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.errors import CaptureError, NewerCapture, NotACapture
from monitor.model import Frame, Mark

WRITE_UNTIL_KILLED = """
import sys
from pathlib import Path
from monitor.capture.writer import CaptureWriter
from monitor.model import Mark
writer = CaptureWriter(Path(sys.argv[1]))
while True:
    for number in range(10):
        writer.append(Mark(time=writer.last_seq + number, text="x" * 500))
    print(writer.commit(), flush=True)
    writer.append(Mark(time=0.0, text="pending"))
"""


def killed_capture(path: Path) -> int:
    """Run a writer in a child process, kill -9 it, and say the last number it had announced as committed."""
    with subprocess.Popen([sys.executable, "-c", WRITE_UNTIL_KILLED, str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        announced = [child.stdout.readline() for _ in range(20)]
        child.kill()
        announced += child.stdout.readlines()
    return int([line for line in announced if line.endswith(b"\n")][-1])


def test_a_killed_writer_loses_nothing_it_had_committed(tmp_path: Path) -> None:
    path = tmp_path / "killed.syncmon"
    last = killed_capture(path)
    with Capture(path) as capture:
        assert capture.last_seq() >= last
        assert [event.seq for event in capture.events()] == list(range(1, capture.last_seq() + 1))


def test_it_is_read_while_it_grows(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    capture = Capture(writer.path)
    seen = 0
    for number in range(5):
        writer.append(Mark(time=float(number)))
        assert capture.read_after(seen, 10) == []
        writer.commit()
        assert [event.time for event in capture.read_after(seen, 10)] == [number]
        seen = capture.last_seq()
    writer.close()
    assert capture.last_seq() == 5
    capture.close()


def test_it_is_private(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    writer.append(Mark(time=0.0))
    writer.commit()
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "a.syncmon": 0o600,
        "a.syncmon-shm": 0o600,
        "a.syncmon-wal": 0o600,
    }
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.syncmon"]


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Be a user who may write nowhere: root's rights would hide every refusal."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def counted(path: Path) -> int:
    with as_nobody(), Capture(path) as capture:
        return capture.last_seq()


def refusal(path: Path) -> str:
    with as_nobody(), pytest.raises(CaptureError) as caught:
        Capture(path)
    return str(caught.value)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that another user may look into."""
    folder = tmp_path
    while folder != folder.parent and folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
        folder.chmod(0o755)
        folder = folder.parent
    return tmp_path


def test_a_finished_file_opens_in_a_read_only_folder(open_folder: Path) -> None:
    path = open_folder / "a.syncmon"
    writer = CaptureWriter(path)
    writer.append(Mark(time=0.0))
    writer.close()
    path.chmod(0o444)
    open_folder.chmod(0o555)
    assert counted(path) == 1


def test_a_finished_file_still_in_wal_mode_opens_in_a_read_only_folder(open_folder: Path) -> None:
    path = open_folder / "a.syncmon"
    writer = CaptureWriter(path)
    reader = Capture(path)
    writer.append(Mark(time=0.0))
    writer.close()  # cannot leave WAL mode: someone reads
    reader.close()
    for file in open_folder.iterdir():
        if file != path:
            file.unlink()
    path.chmod(0o444)
    open_folder.chmod(0o555)
    assert counted(path) == 1


def test_a_killed_capture_in_a_read_only_folder_says_what_to_do(open_folder: Path) -> None:
    path = open_folder / "a.syncmon"
    killed_capture(path)
    (open_folder / "a.syncmon-shm").unlink()
    for file in open_folder.iterdir():
        file.chmod(0o444)
    open_folder.chmod(0o555)
    assert "Copy a.syncmon and a.syncmon-wal to a folder of your own" in refusal(path)


def test_a_file_of_someone_else_says_so(open_folder: Path) -> None:
    path = open_folder / "a.syncmon"
    CaptureWriter(path).close()
    path.chmod(0o000)
    assert "may not be read by you" in refusal(path)


def test_a_folder_that_cannot_be_written_to(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    path = open_folder / "a.syncmon"
    with as_nobody(), pytest.raises(CaptureError) as caught:
        CaptureWriter(path)
    assert str(caught.value) == f"{path} cannot be made: Permission denied."


def other_database(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE x (y)")
    database.commit()
    database.close()


def newer_capture(path: Path) -> None:
    CaptureWriter(path).close()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {schema.FORMAT_VERSION + 1}")
    database.commit()
    database.close()


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda path: None, CaptureError, "does not exist"),
        (lambda path: path.mkdir(), CaptureError, "is a folder"),
        (lambda path: path.write_bytes(b""), NotACapture, "is empty"),
        (lambda path: path.write_text("GET / HTTP/1.1\n"), NotACapture, "is not a syncmon capture"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096), NotACapture, "is not a syncmon capture"),
        (lambda path: path.write_bytes(b"SQL"), NotACapture, "is not a syncmon capture"),
        (other_database, NotACapture, "is an SQLite database, but not a syncmon capture"),
        (newer_capture, NewerCapture, "Update syncmon"),
    ],
)
def test_what_is_no_capture_is_refused_in_words(
    tmp_path: Path, make: object, error: type[CaptureError], words: str
) -> None:
    path = tmp_path / "x#?% ü.syncmon"
    make(path)  # type: ignore[operator]
    with pytest.raises(error, match=words) as caught:
        Capture(path)
    assert str(path) in str(caught.value)
    assert caught.value.exit_code == 4


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    writer = CaptureWriter(path)
    for number in range(500):
        writer.append(Mark(time=float(number), text="x" * 1000))
    writer.close()
    content = bytearray(path.read_bytes())
    content[20 * 4096 : 100 * 4096] = b"\xa5" * (80 * 4096)
    path.write_bytes(content)
    with pytest.raises(CaptureError, match=r"a\.syncmon"), Capture(path) as capture:
        list(capture.events())


def test_a_full_disk_keeps_what_was_committed_and_what_is_pending(tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    writer = CaptureWriter(path)
    writer.append(Mark(time=0.0, text="first"))
    writer.commit()
    pages = writer._database.execute("PRAGMA page_count").fetchone()[0]
    writer._database.execute(f"PRAGMA max_page_count = {pages}")
    writer.append(Frame(time=1.0, connection="w1", dir="in", data=b"x" * 100_000))
    for _ in range(2):
        with pytest.raises(CaptureError, match="the disk is full") as caught:
            writer.commit()
        assert str(path) in str(caught.value)
        assert writer.pending == 1
    with Capture(path) as capture:
        assert [event.kind for event in capture.events()] == ["mark"]
    writer._database.execute("PRAGMA max_page_count = 1000000")
    assert writer.commit() == 2
    writer.close()


def test_a_write_that_the_system_refuses_loses_nothing_committed(tmp_path: Path) -> None:
    code = """
import resource, signal, sys
from pathlib import Path
from monitor.capture.writer import CaptureWriter
from monitor.errors import CaptureError
from monitor.model import Mark
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
writer = CaptureWriter(Path(sys.argv[1]))
try:
    while True:
        writer.append(Mark(time=0.0, text="x" * 1000))
        last = writer.commit()
except CaptureError as error:
    print(last, error)
"""
    path = tmp_path / "a.syncmon"
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    last, _, words = run.stdout.partition(" ")
    assert str(path) in words
    with Capture(path) as capture:
        assert capture.last_seq() == int(last) > 10


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    path.write_text("mine")
    with pytest.raises(CaptureError, match="never overwritten"):
        CaptureWriter(path)
    assert path.read_text() == "mine"
    with pytest.raises(CaptureError, match="does not exist"):
        CaptureWriter(tmp_path / "no" / "a.syncmon")
