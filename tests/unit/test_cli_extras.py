"""What `record` writes beside its capture."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import cli
from monitor.commands.options import Attach
from monitor.commands.record import _extras


def test_a_log_of_messages_that_could_not_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with _extras(Attach(address=None), tmp_path / "cdp") as extras:
        assert extras.log is not None
        assert extras.wire is None
        extras.log.problem = "The log is full."
    assert capsys.readouterr().err == "syncmon: The log is full.\n"


def test_the_wires_log_is_removed_at_the_end() -> None:
    with _extras(Attach(address=None, launch=("http://x/",), wire=True), None) as extras:
        assert extras.wire is not None
        folder = extras.wire.path.parent
        assert folder.is_dir()
    assert not folder.exists()


def test_a_log_of_messages_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "cdp"
    log.write_text("mine")
    out = tmp_path / "x.syncmon"
    assert cli.run(["record", "--port", "1", "--cdp-log", str(log), "-o", str(out)]) == 4
    assert "never overwritten" in capsys.readouterr().err
    assert log.read_text() == "mine"
    assert not out.exists()
