from __future__ import annotations

import sqlite3

import pytest

from monitor.capture.patterns import Literal, Regex, Wild, number_range
from monitor.capture.terms import ANYTHING, Where
from monitor.capture.written import in_name, in_value


def holds(where: Where, payload: str) -> bool:
    """Whether SQLite says that the payload may hold it."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE events (payload)")
    database.execute("INSERT INTO events VALUES (?)", (payload,))
    (found,) = database.execute(f"SELECT {where.sql} FROM events", where.values).fetchone()
    database.close()
    return bool(found)


@pytest.mark.parametrize(
    ("word", "payload", "expected"),
    [
        ("note", '{"type":"note"}', True),
        ("NOTE", '{"type":"note"}', True),
        ("note", '{"type":"other"}', False),
        ("no*te", '{"type":"no"}', True),  # the longest part, the first of two
        ("a_b%", '{"type":"aXbYZ"}', False),
        ("note", '{"type":"n\\u006fte"}', True),  # written with an escape
        ("note", '{"type":"nöte"}', True),  # not ASCII: not judged
        ("note", "bm90ZQ==", True),  # begins as no JSON does
        ("77", '{"n":77}', True),
        ("77", '{"n":78}', False),
        ("100.0", '{"n":1e2}', True),
        ("1e-05", '{"n":0.00001}', True),
        ("*05", '{"n":0.00001}', True),
        ("*1.2345*", '{"n":12345678901234567890.0}', True),
    ],
)
def test_a_payload_without_what_is_looked_for_is_left_out(word: str, payload: str, expected: bool) -> None:
    assert holds(in_value(Wild(word), None), payload) is expected


@pytest.mark.parametrize(
    ("word", "payload", "expected"), [("1k", '{"n":1000}', True), ("1k", '{"n":999}', False), ("1k", '["1k"]', True)]
)
def test_a_number_is_looked_for_as_it_is_written_too(word: str, payload: str, expected: bool) -> None:
    assert holds(in_value(Wild(word), number_range(word)), payload) is expected


def test_a_type_made_of_key_and_number_is_looked_for_in_parts() -> None:
    assert holds(in_name(Wild("op=10")), '{"op":10}')
    assert not holds(in_name(Wild("op=10")), '{"type":"x"}')


@pytest.mark.parametrize("pattern", [Wild("*"), Wild("é"), Literal(""), Regex("^.$"), Wild("=")])
def test_nothing_is_left_out_where_nothing_must_be_written(pattern: Wild | Literal | Regex) -> None:
    assert in_name(pattern) == ANYTHING


def test_a_range_of_numbers_may_be_written_in_any_way() -> None:
    assert in_value(Wild(">4"), number_range(">4")) == ANYTHING
    assert in_value(Regex("n.t"), None) == ANYTHING
    assert holds(in_value(Regex("note?"), None), '["not"]')
