"""Messages whose type is found in what they hold."""

from __future__ import annotations

from typing import Any

from monitor.formats.infer import MAX_TYPES
from monitor.formats.places import Place
from monitor.formats.pools import Held, Pool, type_key
from monitor.formats.row import Sample
from monitor.model import Direction

KEY = ("example.org", "socket", "json", "/live")


def sample(value: Any) -> Sample:
    return Sample(1, 0.0, "A", 10, value, Place("example.org", "socket", "/live", "/live", "c1", "c1"), None, "frame")


def filled(*values: tuple[Direction, Any]) -> Pool:
    pool = Pool()
    pool.held = [Held(sample(value), way, ()) for way, value in values]
    pool.rules = pool.settle()
    return pool


def test_a_key_that_parts_the_messages_tells_their_type() -> None:
    said: list[tuple[Direction, Any]] = [("in", {"op": "add", "n": n}) for n in range(9)]
    pool = filled(*said, *(("in", {"op": "drop", "id": n, "why": "old"}) for n in range(9)))
    assert pool.type_of(KEY, sample({"op": "add"}), "in")[-1] == "add"


def test_one_side_is_read_as_the_other_is() -> None:
    said: list[tuple[Direction, Any]] = [("in", {"op": name, f"of_{name}": 1}) for name in ("add", "drop") * 9]
    pool = filled(*said, ("out", {"op": "join"}))
    assert pool.type_of(KEY, sample({"op": "join"}), "out")[-1] == "join"


def test_more_types_than_there_may_be_share_one() -> None:
    said: list[tuple[Direction, Any]] = [("in", {"op": name, f"of_{name}": 1}) for name in ("add", "drop") * 9]
    pool = filled(*said)
    kinds = {pool.type_of(KEY, sample({"op": f"op{number}"}), "in")[-1] for number in range(MAX_TYPES + 50)}
    assert len(kinds) == MAX_TYPES + 1
    assert "/live" in kinds


def test_what_is_stored_keeps_its_name() -> None:
    assert type_key(("s", "storage", "json", "theme"), "in", "dark") == ("s", "storage", "in", "json", "theme/dark")
    assert type_key(KEY, "in", "add") == ("example.org", "socket", "in", "json", "add")
    assert type_key(KEY, "in", None) == ("example.org", "socket", "in", "json", "/live")
