from __future__ import annotations

import pytest

from monitor.capture.fields import ABOUT, VALUES, fields
from monitor.capture.filter import parse
from monitor.errors import FilterError
from monitor.model import KINDS


def test_every_field_that_is_told_of_can_be_asked_for() -> None:
    assert {*ABOUT, *VALUES} <= {*fields()}
    for name, values in VALUES.items():
        for value in values:
            assert parse(f"{name}:{value}").text == f"{name}:{value}"


def test_a_field_of_some_kinds_of_event_is_asked_for_by_its_name() -> None:
    assert {"method", "status", "reason"} <= {*fields()}
    where, values = parse("status:200").sql()
    assert "kind IN" in where
    assert set(values) <= set(KINDS)


@pytest.mark.parametrize(
    ("text", "said"),
    [("kind:fram", "Did you mean frame?"), ("tpye:x", "Did you mean type:?"), ("size:big", "takes a number or a range"),
     ("tab:", "needs a value right behind it"), ("zzzz:1", "put it in quotes")],
)  # fmt: skip
def test_a_wrong_word_is_told_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(FilterError, match=said.replace("?", r"\?")):
        parse(text)
