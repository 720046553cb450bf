"""No planted secret leaves by any way out, in any form; and all of them do with --no-redact, or nothing is proved."""

from __future__ import annotations

import io

import pytest

from monitor import export
from monitor.capture.reader import Capture
from monitor.cli import run
from tests.unit.export.planted import SECRETS, capture, found_in

__all__ = ["capture"]
FILES = ("parquet",)  # written to a folder: tested beside the format


@pytest.mark.parametrize("form", [name for name in export.names() if name not in FILES])
def test_no_secret_leaves_in_an_export(capture: Capture, form: str) -> None:
    out = io.StringIO()
    export.find(form).export(capture, None, out, True)
    assert found_in(out.getvalue()) == []


@pytest.mark.parametrize("form", ["jsonl", "csv", "har"])
def test_they_are_all_there_to_be_found(capture: Capture, form: str) -> None:
    out = io.StringIO()
    export.find(form).export(capture, None, out, False)
    missing = {"storage"} if form == "har" else set()
    assert set(found_in(out.getvalue())) >= set(SECRETS) - missing


@pytest.mark.parametrize(
    "command",
    [
        "tail", "tail --json", "divergence", "divergence --json", "formats", "formats --json", "formats --format md",
        "report", "report --json", "report -o OUT.html", "diff FILE", "diff FILE --json",
    ],
)  # fmt: skip
def test_no_secret_is_printed(capture: Capture, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = capture.path.with_name("out.html")
    name, *options = command.replace("FILE", str(capture.path)).replace("OUT.html", str(out)).split()
    assert run([name, str(capture.path), *options]) == 0
    told = capsys.readouterr().out
    assert found_in(told + (out.read_text("utf-8") if out.exists() else "")) == []


@pytest.mark.slow
def test_equal_secrets_are_equal_in_every_export(capture: Capture) -> None:
    from monitor.export.passages import learned

    stand_in = learned(capture).pseudonym(SECRETS["jwt"])
    for form in ("jsonl", "csv", "har"):
        out = io.StringIO()
        export.find(form).export(capture, None, out, True)
        assert stand_in in out.getvalue()
