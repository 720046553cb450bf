"""One type in the making."""

from __future__ import annotations

import pytest

from monitor.capture.filter import parse
from monitor.formats.model import TypeKey
from monitor.formats.places import Place
from monitor.formats.row import Row, Sample


def made(key: TypeKey, named: str | None, kind: str = "frame", sizes: tuple[int, ...] = (10, 30, 20)) -> Row:
    row = Row(key)
    place = Place(key[0], key[1], key[4], "https://x.test/rooms/{id}", "c", "c")
    for seq, size in enumerate(sizes, 1):
        row.add(Sample(seq, 100.0 + 10 * seq, "AB"[seq % 2], size, {"n": seq}, place, named, kind))
    return row


def test_numbers_of_a_row() -> None:
    found = made(("x.test", "socket", "in", "p", "tick"), "tick").told()
    assert (found.count, found.bytes, found.min_size, found.max_size) == (3, 60, 10, 30)
    assert found.median_size == pytest.approx(20, abs=1)
    assert (found.first, found.last, found.tabs) == (110.0, 130.0, ("A", "B"))
    assert found.addresses == ("https://x.test/rooms/{id}",)
    assert [field.path for field in found.fields] == ["n"]


def test_it_is_told_anew_only_where_something_came() -> None:
    row = made(("x.test", "socket", "in", "p", "tick"), "tick")
    first = row.told()
    assert row.told() is first
    row.add(Sample(9, 999.0, "A", 5, {}, Place("x.test", "socket", "", "", "c", "c"), "tick", "frame"))
    assert row.told().count == 4


@pytest.mark.parametrize(
    ("key", "named", "kind", "wanted"),
    [
        (("x", "socket", "in", "p", "a/b"), "a/b", "frame", 'channel:socket dir:in type:"a/b"'),
        (("x", "socket", "in", "json", "7"), None, "frame", 'channel:socket dir:in url:"https://x.test/rooms/*"'),
        (("x", "fetch", "out", "json", "POST /rooms/{id}"), None, "request",
         'kind:request dir:out url:"https://x.test/rooms/*" method:POST'),
        (("x", "storage", "in", "json", "theme"), None, "storage", "channel:storage dir:in key:theme"),
        (("x", "fetch-stream", "in", "claude", "ping"), "ping", "chunk", "dir:in type:ping"),
    ],
)  # fmt: skip
def test_its_filter_is_one_that_parses(key: TypeKey, named: str | None, kind: str, wanted: str) -> None:
    found = made(key, named, kind).told().filter
    assert found == wanted
    parse(found)
