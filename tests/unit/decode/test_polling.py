from __future__ import annotations

import pytest

from monitor.decode import polling as module
from monitor.decode.polling import PollingReader, packets, past


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2", ["2"]),
        ("42[1]\x1e3", ["42[1]", "3"]),
        ('2:409:42["a",1]', ["40", '42["a",1]']),
        ("4:42[", ["4:42["]),
        ("4:4😀a5:4abcd", ["4😀a", "4abcd"]),
        ('42["1:2"]', ['42["1:2"]']),
    ],
)
def test_packets_of_a_body(text: str, found: list[str]) -> None:
    assert packets(text, 10) == (found, "")


def test_lengths_count_as_javascript_does() -> None:
    assert past("a😀b", 1, 2) == 2
    assert past("a😀b", 1, 1) is None
    assert past("ab", 0, 3) is None


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_body_may_be_cut_anywhere(size: int) -> None:
    data = '42["é"]\x1e2\x1ebAAEC'.encode()
    reader = PollingReader()
    items = [item for at in range(0, len(data), size) for item in reader.feed(data[at : at + size])]
    assert [item.text for item in items + reader.finish()] == ['42["é"]', "2", "bAAEC"]
    assert reader.held == 0


def test_a_packet_too_long_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINE", 10)
    reader = PollingReader()
    assert reader.feed("4" * 20) == []
    assert (reader.cut, reader.held) == (1, 0)
