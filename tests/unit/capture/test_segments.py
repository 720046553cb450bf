"""Which files are one capture."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.capture.rotation import RotatingWriter, Rotation
from monitor.capture.segments import first_name, open_segments, segment_name, siblings
from monitor.capture.writer import CaptureWriter
from monitor.errors import CaptureError
from monitor.model import Mark


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("x.syncmon", "x.syncmon"), ("x.002.syncmon", "x.syncmon"), ("a.b.1234.syncmon", "a.b.syncmon"),
        ("x.02.syncmon", "x.02.syncmon"), ("x", "x"), ("2026-01-01T00-00-00.syncmon", "2026-01-01T00-00-00.syncmon"),
    ],
)  # fmt: skip
def test_the_first_name(name: str, first: str) -> None:
    assert first_name(Path("/f") / name) == Path("/f") / first


def test_names_come_back() -> None:
    first = Path("/f/x.syncmon")
    assert [segment_name(first, number).name for number in (1, 2, 1000)] == [
        "x.syncmon", "x.002.syncmon", "x.1000.syncmon",
    ]  # fmt: skip
    assert {first_name(segment_name(first, number)) for number in (1, 2, 1000)} == {first}


def write(path: Path) -> None:
    writer = RotatingWriter(path, Rotation(age=0.0))
    for number in range(12):
        writer.append(Mark(time=float(number)))
        writer.commit()
    writer.close()


def opened(path: Path) -> list[str]:
    parts = open_segments(path)
    for _, database, _ in parts:
        database.close()
    return [path.name for path, _, _ in parts]


def test_only_files_of_the_series_are_opened_and_any_of_them_names_it(tmp_path: Path) -> None:
    write(tmp_path / "x.syncmon")
    CaptureWriter(tmp_path / "x.099.syncmon").close()
    (tmp_path / "x.100.syncmon").write_text("something else")
    names = ["x.syncmon", *(f"x.{number:03d}.syncmon" for number in range(2, 14))]
    assert [path.name for path in siblings(tmp_path / "x.syncmon")] == [*names, "x.099.syncmon", "x.100.syncmon"]
    assert opened(tmp_path / "x.syncmon") == opened(tmp_path / "x.007.syncmon") == names
    assert opened(tmp_path / "x.099.syncmon") == ["x.099.syncmon"]


def test_a_first_segment_that_was_removed_still_names_the_rest(tmp_path: Path) -> None:
    write(tmp_path / "x.syncmon")
    (tmp_path / "x.syncmon").unlink()
    assert opened(tmp_path / "x.syncmon")[0] == "x.002.syncmon"
    with pytest.raises(CaptureError, match="does not exist"):
        open_segments(tmp_path / "y.syncmon")
    CaptureWriter(tmp_path / "y.003.syncmon").close()
    with pytest.raises(CaptureError, match=r"y\.syncmon does not exist"):
        open_segments(tmp_path / "y.syncmon")
