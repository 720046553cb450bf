from __future__ import annotations

import pytest

from monitor.capture import expressions, patterns
from monitor.capture.expressions import expression


@pytest.mark.parametrize(
    ("source", "content", "data", "found"),
    [
        ("n[eo]{2}d", "a need", None, 1),
        ("n[eo]{2}d", "a NEED", None, 0),
        ("n[eo]{2}d", b"\xff need", None, 1),
        ("^fetch$", None, '{"resource":"fetch"}', 1),
        ("resource", None, '{"resource":"fetch"}', 0),
        ("x-\\w+", None, '{"headers":{"x-id":"1"}}', 1),
        ("a\\nb", None, '{"text":"a\\nb"}', 1),
        (".", None, None, 0),
    ],
)
def test_finds_in_payloads_and_in_the_words_of_other_fields(
    source: str, content: str | bytes | None, data: str | None, found: int
) -> None:
    assert expression(source, 0, content, data) == found


def test_case_is_ignored_where_that_is_asked() -> None:
    assert expression("n[eo]{2}d", 1, "a NEED", None) == 1


def test_what_cannot_be_told_in_time_may_match_and_no_other_row_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "TIME_LIMIT", 1e-6)
    assert expression("(b|bb)+$", 0, "b" * 5000 + "c", None) == 1
    monkeypatch.setattr(expressions, "words_in", None)
    assert expression("(b|bb)+$", 0, "x", "{}") == 1
