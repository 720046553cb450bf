from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import Any
from urllib.parse import quote, quote_plus

import brotli
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.decode.compression import inflate
from monitor.export import packed

WORD = b"secret"


def clean(data: bytes) -> bytes:
    return data.replace(WORD, b"******")


def clean_text(text: str) -> str:
    return text.replace("secret", "******")


def clean_value(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("secret", "******"))


@pytest.mark.parametrize("padding", [0, 1, 2])
def test_base64_is_closed_as_it_was(padding: int) -> None:
    data = b"this is a secret text" + b"." * padding
    for coded in (base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode().rstrip("=")):
        new = packed.sixty_four(f'x "{coded}" y', clean)
        assert base64.urlsafe_b64decode(new[3:-3].translate(str.maketrans("+/", "-_")) + "==") == clean(data)
        assert new[3:-3].endswith("=") == coded.endswith("=")


@given(st.binary(min_size=12, max_size=60))
def test_base64_that_hides_nothing_stays(data: bytes) -> None:
    coded = base64.b64encode(data).decode()
    assert packed.sixty_four(coded, lambda inner: inner) == coded


def test_percent_encoding_is_closed_as_it_was() -> None:
    assert packed.percent(f"a={quote_plus('a secret {x}')}&b=%zz", clean_text) == "a=a+%2A%2A%2A%2A%2A%2A+%7Bx%7D&b=%zz"
    assert packed.percent(f"q={quote('öffentlich {x}')}", clean_text) == "q=%C3%B6ffentlich%20%7Bx%7D"


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(b"a secret in it", mtime=0),
        zlib.compress(b"a secret in it"),
        brotli.compress(b"a longer text with a secret in it"),
        msgspec.msgpack.encode({"a": ["secret", 1]}),
        b"\xa1\x61a\x66secret",
    ],
)
def test_what_is_packed_is_opened_and_closed(data: bytes) -> None:
    new = packed.unpacked(data, clean, clean_value)
    assert new is not None
    assert new != data
    again = packed.unpacked(new, clean, clean_value)
    assert again in (new, None)
    opened = inflate(new)
    assert b"secret" not in (opened[1] if opened else new)


@given(st.binary(max_size=60))
def test_any_bytes_are_left_or_opened(data: bytes) -> None:
    assert packed.unpacked(data, lambda inner: inner, lambda value: value) in (data, None)
