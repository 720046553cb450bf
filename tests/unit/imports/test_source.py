from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from monitor.errors import CaptureError
from monitor.imports.source import Source


def source(folder: Path, content: bytes) -> Source:
    path = folder / "log"
    path.write_bytes(content)
    return Source(path)


def test_the_values_of_lines(tmp_path: Path) -> None:
    one = source(tmp_path, b'\n{"a":1}\r\n  \n"\\ud800"\n[2]')
    assert list(one.values()) == [(2, {"a": 1}), (4, "\ud800"), (5, [2])]
    assert one.cut is None


def test_a_last_line_that_is_none_is_the_end_in_the_middle(tmp_path: Path) -> None:
    one = source(tmp_path, b'{"a":1}\n{"a":')
    assert list(one.values()) == [(1, {"a": 1})]
    assert one.cut == "line 2 ends in the middle"


@pytest.mark.parametrize("bad", [b"{", b"\xff", b"[" * 5000, b"nope"])
def test_a_line_in_the_middle_is_an_error_with_its_place(tmp_path: Path, bad: bytes) -> None:
    with pytest.raises(CaptureError, match=f"{tmp_path}/log: line 2: it is no JSON"):
        list(source(tmp_path, b"1\n" + bad + b"\n3\n").values())


def test_compressed_files_and_half_of_one(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(b'{"a":%d}\n' % number for number in range(50_000)))
    assert len(list(source(tmp_path, whole).values())) == 50_000
    half = source(tmp_path, whole[: len(whole) // 2])
    assert 0 < len(list(half.values())) < 50_000
    assert half.cut == "the compressed file ends in the middle"


def test_a_document(tmp_path: Path) -> None:
    one = source(tmp_path, b'{"a":[1,"2')
    assert list(one.items("a.item")) == [("a.item", 1)]
    assert one.cut == "the document ends in the middle"
    with pytest.raises(CaptureError, match="log: before byte 10: it is no JSON"):
        list(source(tmp_path, b'{"a":[1,x]').items("a.item"))


@pytest.mark.parametrize("content", [b"", b"  \n"])
def test_nothing(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CaptureError, match="is empty"):
        source(tmp_path, content)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="cannot be read: Is a directory"):
        Source(tmp_path)
    with pytest.raises(CaptureError, match="cannot be read: No such file"):
        Source(tmp_path / "none")
