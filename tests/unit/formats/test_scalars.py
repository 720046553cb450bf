"""What is kept of strings and numbers, and its bounds."""

from __future__ import annotations

from monitor.formats.scalars import LONGEST_VALUE, MAX_VALUES, Numbers, Texts


def texts(*values: str) -> Texts:
    made = Texts()
    for value in values:
        made.add(value)
    return made


def test_few_strings_are_counted_each() -> None:
    found = texts("open", "closed", "open", "")
    assert found.values == {"open": 2, "closed": 1, "": 1}
    assert (found.count, found.empty, found.first) == (4, 1, "open")


def test_many_or_long_strings_are_no_list_of_values() -> None:
    assert texts(*(f"word {number}" for number in range(MAX_VALUES + 1))).values is None
    assert texts("x" * (LONGEST_VALUE + 1)).values is None


def test_a_format_is_that_of_all_that_are_not_empty() -> None:
    ids = [f"8fa8db6f-8899-48b5-bf77-a95d4f55da{number:02x}" for number in range(3)]
    alike, mixed = texts(*ids, ""), texts(*ids, "no id at all")
    assert alike.format == "uuid"
    assert alike.distinct is not None
    assert mixed.format is None
    assert mixed.distinct is None


def test_two_places_together_are_what_one_would_have_been() -> None:
    one, other = texts("a", "b"), texts("b", "")
    one.merge(other)
    assert one.values == texts("a", "b", "b", "").values
    assert (one.count, one.empty) == (4, 1)


def test_numbers_keep_their_bounds() -> None:
    one, other = Numbers(), Numbers()
    one.add(3)
    other.add(-1.5)
    one.merge(other)
    assert (one.whole, one.fractions, one.low, one.high) == (1, 1, -1.5, 3)
