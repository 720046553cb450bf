from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.imports.surrogates import Mended

TEXTS = st.text(st.sampled_from('\ud800\udbff\udc00\udfffaud8\\"\n𐀀é'), max_size=12)


def mended(text: bytes, size: int) -> bytes:
    file, pieces = Mended(io.BytesIO(text)), []
    while piece := file.read(size):
        pieces.append(piece)
    return b"".join(pieces)


@given(TEXTS, st.integers(1, 40), st.booleans())
@example("\ud800", 6, True)
@example("\\\\" * 20 + "\ud800", 7, False)
def test_halves_are_marked_and_nothing_else_changes(text: str, size: int, upper: bool) -> None:
    whole = json.dumps([text])
    if upper:
        whole = re.sub(r"\\ud[0-9a-f]{3}", lambda found: "\\u" + found[0][2:].upper(), whole)
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert json.loads(mended(whole.encode(), size)) == [joined]


@pytest.mark.parametrize("text", [b'["\\', b'["\\u', b'["\\ud83', b'["\\u00e9\\u', b'["\\\\', b""])
def test_a_cut_end_is_given_as_it_is(text: bytes) -> None:
    assert mended(text, 3) == text
