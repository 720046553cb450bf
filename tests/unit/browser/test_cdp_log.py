from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.browser import cdp_log
from monitor.browser.cdp_log import Attach, CdpLog, Line
from monitor.browser.output import decode
from monitor.errors import CaptureError

SAID = '{"method":"A.b","params":{"c":"é"}}'.encode()


def lines(path: Path) -> list[Line]:
    return [decode(line, Line) for line in path.read_bytes().splitlines()]


def test_what_was_said_is_kept_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "cdp"
    log, arrival = CdpLog(path), 12345.123456789
    log.attach(0, Attach(5.0, True, "world", "ws://x", "name"), arrival)
    log.message(1, "in", SAID, arrival)
    log.message(1, "out", b'{"id":1}', arrival)
    log.do(1, "end", arrival, "lost")
    log.close()
    attached, said, asked, ended = lines(path)
    assert attached.attach == Attach(5.0, True, "world", "ws://x", "name")
    assert (said.t, said.browser, said.dir) == (arrival, 1, "in")
    assert bytes(said.message) == SAID
    assert (asked.dir, bytes(asked.message)) == ("out", b'{"id":1}')
    assert (ended.do, ended.because) == ("end", "lost")
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_does_not_fit_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdp_log, "WAITING", -1)
    log = CdpLog(tmp_path / "cdp")
    for _ in range(3):
        log.message(0, "in", b"{}", 1.0)
    monkeypatch.setattr(cdp_log, "WAITING", 1000)
    log.message(0, "in", b"{}", 2.0)
    log.close()
    assert [line.lost for line in lines(tmp_path / "cdp")] == [3, 0]


def test_no_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "cdp").write_text("x")
    with pytest.raises(CaptureError, match="never overwritten"):
        CdpLog(tmp_path / "cdp")
    with pytest.raises(CaptureError, match="cannot be made"):
        CdpLog(tmp_path / "none" / "cdp")


def test_a_full_disk_ends_the_log_and_not_the_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr(os, "open", lambda *words: full)
    log = CdpLog(tmp_path / "cdp")
    log.message(0, "in", b"x" * (1 << 17), 1.0)
    log.close()
    assert log.problem == "The log of CDP cannot be written on: No space left on device."
