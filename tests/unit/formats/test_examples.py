"""Which messages are kept as examples."""

from __future__ import annotations

from monitor.formats.examples import LARGEST, Examples, shortened


def test_a_typical_one_and_the_smallest() -> None:
    found = Examples()
    for seq, size in enumerate((100, 100, 20, 100, 100, 5000, 100, 100), 1):
        found.add(seq, size, {"n": seq})
    typical, smallest = found.told(100)
    assert (typical.which, typical.value["n"] in (1, 2, 4, 8)) == ("typical", True)
    assert (smallest.which, smallest.seq) == ("smallest", 3)


def test_equal_messages_are_told_once() -> None:
    found = Examples()
    for seq in range(1, 5):
        found.add(seq, 10 - seq, "ping")
    assert len(found.told(8)) == 1
    assert Examples().told(0) == ()


def test_what_is_large_is_shortened_and_says_so() -> None:
    found = Examples()
    found.add(1, LARGEST + 1, {"text": "x" * 9000, "items": list(range(100)), "data": b"\xff" * 900})
    [one] = found.told(1)
    assert one.cut
    assert len(one.value["text"]) < 300
    assert one.value["items"] == [0, 1, 2]
    assert len(one.value["data"]) < 300


def test_depth_is_shortened_too() -> None:
    deep: list[object] = []
    for _ in range(50):
        deep = [deep]
    assert str(shortened(deep)).count("[") < 20
