from __future__ import annotations

from monitor.imports import held
from monitor.imports.held import Held


def test_it_is_read_as_often_as_one_likes() -> None:
    one = Held()
    assert not one
    wanted = [
        {"n": number, "text": "é\ud800\n", "none": None, "great": 1 << 70, "x": 1.5}
        for number in range(held._IN_MEMORY // 60)
    ]
    for value in wanted:
        one.add(value)
    assert len(one) == len(wanted)
    assert list(one) == list(one) == wanted
    one.close()
