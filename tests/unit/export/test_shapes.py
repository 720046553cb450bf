from __future__ import annotations

import pytest

from monitor.export.secret_names import LOOSE
from monitor.export.shapes import _PATTERNS, counted, likely


@pytest.mark.parametrize(
    "text",
    [
        "?access_token=x",
        '"api-key": "x"',
        '\\"sid\\":\\"x',
        "Authorization: x",
        'name="password"',
        "-----BEGIN PRIVATE KEY-----",
        "eyJhbGciOi",
        "dJx:APA91bHun",
        "https://fcm.googleapis.com/fcm/send/x",
    ],
)
def test_hints_lead_to_the_shape(text: str) -> None:
    assert likely(text)


@pytest.mark.parametrize("text", ["", "a plain sentence", '{"a": "b", "n": 1}', "a=1&b=2", "\ud800"])
def test_plain_texts_are_searched_for_nothing(text: str) -> None:
    assert likely(text) == []


def test_every_shape_has_its_hints_in_lower_case() -> None:
    for hints, _ in _PATTERNS:
        assert hints
        assert all(hint == hint.lower() for hint in hints)
    assert sum(LOOSE in pattern for _, pattern in _PATTERNS) == 3


@pytest.mark.parametrize("key", ["sk-ant-" + "a8Kd93jf" * 12 + "Xq3Ls", "ghp_" + "A1b2C3d4" * 6 + "x"])
def test_a_key_behind_a_byte_that_tells_its_length_is_found_though_that_is_a_letter(key: str) -> None:
    assert chr(len(key)).isalnum()
    assert list(counted(f"\x01{chr(len(key))}{key}\xff")) == [key]
    assert list(counted(f"\x01{chr(len(key) + 1)}{key}\xff")) == []
