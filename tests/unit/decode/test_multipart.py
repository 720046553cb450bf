from __future__ import annotations

import pytest

from monitor.decode import multipart as module
from monitor.decode.multipart import MultipartReader

TEXT = (
    '\r\n--b\r\nContent-Type: application/json\r\n\r\n{"a":"é"}\r\n--b\r\n'
    "content-type: text/plain\r\n\r\nhello\r\n\r\nworld\r\n--b\r\n\r\n\r\n--b--\r\n"
)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_body_may_be_cut_anywhere(size: int) -> None:
    reader = MultipartReader()
    data = TEXT.encode()
    items = [item for at in range(0, len(data), size) for item in reader.feed(data[at : at + size])]
    assert [item.text for item in items] == ['{"a":"é"}', "hello\n\nworld"]
    assert items[0].value == {"a": "é"}
    assert items[0].layers == ("multipart", "json")
    assert reader.finish() == []


def test_the_last_part_may_lack_its_end() -> None:
    reader = MultipartReader()
    assert reader.feed('--b\nA: b\n\n{"a":1}') == []
    assert [item.value for item in reader.finish()] == [{"a": 1}]
    assert MultipartReader().finish() == []


def test_what_has_no_delimiter_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINE", 10)
    reader = MultipartReader()
    assert reader.feed("x" * 20) == []
    assert (reader.cut, reader.held) == (1, 0)
