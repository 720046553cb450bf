from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.export.known import Known, is_telling

SECRET = 'hunter2/Xq8+1"ZZ\\top'


def known(*secrets: str) -> Known:
    found = Known(lambda secret: "[redacted:0123456789ab]")
    for secret in secrets:
        found.learn(secret)
    return found


def test_a_known_secret_is_hidden_in_every_dress() -> None:
    hide = known(SECRET).hide
    twice = json.dumps(json.dumps(SECRET))
    for text in (SECRET, json.dumps(SECRET), twice, quote(SECRET), quote(SECRET, safe=""), SECRET.encode().hex()):
        assert "[redacted:" in hide(f"before {text} after")
        assert "ter2" not in hide(text)
    for shift in range(3):
        coded = base64.b64encode(b"abc"[:shift] + SECRET.encode() + b"def").decode()
        assert "[redacted:" in hide(coded)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_bytes_keep_their_length_and_what_is_around(before: bytes, after: bytes) -> None:
    clean = known(SECRET).hide_bytes(before + SECRET.encode() + after)
    assert len(clean) == len(before) + len(SECRET) + len(after)
    assert SECRET.encode() not in clean
    assert clean.startswith(before)
    assert clean.endswith(after)


def test_what_is_learned_late_is_hidden_from_then_on() -> None:
    many = known(*(f"secret-number-{number}-x" for number in range(700)))
    assert "secret-number-699-x" not in many.hide("a secret-number-699-x b")
    many.learn("another-Secret-1")
    assert many.hide("another-Secret-1 secret-number-3-x").count("[redacted:") == 2
    assert len(many) == 701


@pytest.mark.parametrize("late", [False, True])
def test_a_secret_within_another_does_not_give_the_rest_of_it_away(late: bool) -> None:
    inner, outer = "inner-Secret-1", "front-Secret-2/inner-Secret-1/back-Secret-3"
    many = known(inner, *(f"secret-number-{number}-x" for number in range(40)))
    if late:
        many.hide("what is known by now is made ready")
    many.learn(outer)
    assert many.hide(f"a {outer} b {inner} c") == "a [redacted:0123456789ab] b [redacted:0123456789ab] c"
    clean = many.hide_bytes(f"a {outer} b".encode())
    assert len(clean) == len(outer) + 4
    assert b"Secret" not in clean


@pytest.mark.parametrize(
    "text", ["short1", "conversation", "12345678901", "aaaaaaaa1", "2026-01-04", "\ud800abcdefgh1"]
)
def test_ordinary_words_are_not_learned(text: str) -> None:
    assert not is_telling(text)
    assert known(text).hide(f"x {text} y") == f"x {text} y"


def test_a_lone_surrogate_is_no_obstacle() -> None:
    assert known(SECRET).hide(f"\ud800 {SECRET} \udfff") == "\ud800 [redacted:0123456789ab] \udfff"
