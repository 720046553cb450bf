"""The records in payloads, and pages of lists that slide."""

from __future__ import annotations

import json

import pytest

from monitor.sync.records import called_beside, dropped, naming, records_of, slid


def test_the_records_of_a_payload() -> None:
    assert records_of('42["tasks",{"id":"a","n":1}]') == [{"id": "a", "n": 1}]
    assert records_of('{"id":"a","n":1,"in":{"b":null,"c":[1]}}') == [{"id": "a", "n": 1}, {"b": None}]
    assert records_of('data: [{"a":"x"}] and more') == [{"a": "x"}]
    assert records_of(b"\x00\x01") == records_of("<p>{no json}</p>") == records_of("") == []
    assert len(records_of("[" * 5000)) == 0


def test_what_names_a_record() -> None:
    assert naming({"id": 7, "text": "Hello there", "user_id": "u1", "ref": None, "key": True, "code": "x8134"}) == {
        "7", "u1", "x8134"
    }  # fmt: skip


def page(rows: str) -> str:
    """Rows by a letter each, with who wrote them."""
    return json.dumps(
        {"items": [{"id": f"k{row}1", "text": f"Row {row}", "by": "Ann" if row < "e" else "Bob"} for row in rows]}
    )


@pytest.mark.parametrize(
    ("before", "after", "gone", "is_slid"),
    [
        ("bcde", "abcd", "rowe", True),  # a new one, and the last makes room for it
        ("abcd", "bcde", "rowa", True),  # one of an earlier page is gone, and the first moves to that
        ("abcd", "bcdef", "rowa", True),
        ("abcd", "acde", "rowb", False),  # gone, and the next page gives one
        ("abcd", "bcd", "rowa", False),
        ("abcd", "abc", "rowd", False),
        ("abcd", "abce", "rowd", False),  # another in its place
        ("abcd", "efgh", "rowa", False),  # another page
        ("bcde", "abcd", "rowc", False),
    ],
)
def test_a_page_of_a_list_slides(before: str, after: str, gone: str, is_slid: bool) -> None:
    assert slid(page(before), page(after), gone, {f"row{row}" for row in after}) == is_slid


def test_what_is_no_list_slides_not() -> None:
    assert not slid("", "", "rowa", {"rowb"})
    assert not slid(b"\x00", page("ab"), "rowa", {"rowa"})
    assert not slid(page("bcde"), page("abcd"), "rowe", set())  # what came is on no page


def test_a_record_is_dropped_by_what_it_is_called() -> None:
    assert dropped(page("abcd"), page("acde"), "rowb")
    assert not dropped(page("abcd"), page("abcd").replace("Row b", "Another"), "rowb")  # it says something else
    assert not dropped(page("abcd"), page("acde"), "rowbandmore")


def test_a_thing_is_called_by_what_stands_beside_its_number() -> None:
    players = [{"name": "Team Otter", "score": 15}, {"name": "Team Heron", "score": 20}, {"name": "Ox", "score": 15}]
    payload = json.dumps({"players": players, "question": "Which river?", "left": 15})
    assert called_beside(payload, "Team Otter 15 points", {"15"}) == {"Team Otter"}
    assert called_beside(payload, "Team Otter 16 points", {"16"}) == frozenset()
    assert called_beside(payload, "Ox 15 points", {"15"}) == frozenset()
    assert called_beside("no JSON", "Team Otter 15 points", {"15"}) == frozenset()
