from __future__ import annotations

import pytest

from monitor.decode import lengths as module
from monitor.decode.lengths import LengthReader

TEXT = '11\n[[1,["é"]]]\r\n13\n[[2,["😀a"]]]'


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_body_may_be_cut_anywhere(size: int) -> None:
    reader = LengthReader()
    data = TEXT.encode()
    items = [item for at in range(0, len(data), size) for item in reader.feed(data[at : at + size])]
    assert [item.value for item in items] == [[[1, ["é"]]], [[2, ["😀a"]]]]
    assert items[0].layers == ("webchannel", "json")
    assert (reader.held, reader.finish(), reader.cut) == (0, [], 0)


def test_what_is_not_whole_is_given_at_the_end() -> None:
    reader = LengthReader()
    assert reader.feed("30\n[[1,[") == []
    assert [item.text for item in reader.finish()] == ["30\n[[1,["]


def test_what_has_no_length_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = LengthReader()
    assert reader.feed("hello") == []
    assert (reader.cut, reader.held) == (1, 0)
    monkeypatch.setattr(module, "MAX_LINE", 10)
    assert reader.feed("500\n" + "x" * 20) == []
    assert (reader.cut, reader.held) == (2, 0)
