"""A filter on decoded content that leaves events undecoded finds what one finds that decodes them all."""

from __future__ import annotations

import json
import tempfile
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.capture import search
from monitor.capture.contents import leaves
from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.decode import Decoder
from monitor.decode.limits import SNIFFS
from monitor.model import Event, Frame, SocketOpened
from tests.laws import examples
from tests.property.events import JSON
from tests.property.test_capture_roundtrip import recorded

ODD = st.sampled_from(
    ['{"n":1e3}', '{"n":1.50}', '{"n":0.00001}', '{"n":12345678901234567890.0}', '{"n":0.29999999999999999999}', "[]",
     '{"type":"a\\u0062"}', '{"op":10,"d":{}}', '{"type":"\u212a"}', '{"n":-0.0}', "{broken", '{"a":1}\n{"a":77}', "hi",
     'data: {"n":77}\n\n', '"{\\"n\\":77}"', "eyJuIjo3NywidGV4dCI6ImhlbGxvIHdvcmxkIn0=", 'CHAT {"n":77}', "42[1]"],
)  # fmt: skip
TYPED = st.fixed_dictionaries({"type": st.sampled_from(["note", "turn/complete", "k"]), "n": st.integers() | JSON})
TEXTS = ODD | TYPED.map(json.dumps) | TYPED.map(lambda value: json.dumps(value, ensure_ascii=False))
WORDS = ["77", "1000", "1k", "1000.0", "1.5", "0.3", "1e-05", "*05", "*e+*", "ab", "note", "turn*", "complete", "k",
         "op=10", "op=*", "*", "true", "null", ">4", "-0.0", "*1.2345*", "/ot/", "/n.te/i"]  # fmt: skip


def frame(number: int, text: str) -> Frame:
    """A frame of one of two sockets."""
    return Frame(time=float(number), connection=f"w{number % 2}", dir="in", size=len(text), text=text)


@st.composite
def searched(draw: st.DrawFn) -> tuple[list[str], str]:
    """Texts that come late on sockets without a protocol, and a filter with words that are often in them."""
    texts = draw(st.lists(TEXTS, min_size=1, max_size=8))
    told = [str(leaf) for text in texts if text[0] in "{[" for leaf in leaves(_value(text), ())]
    word = draw(st.sampled_from(WORDS + told))
    plain = "".join(letter for letter in word if letter.isprintable() and letter not in '"\\()')
    asked = f'"{plain}"' if " " in plain or not plain else plain
    field = draw(st.sampled_from(["value:", "value.n:", "type:", "-value:", "dir:in type:", "layer:json value:"]))
    return texts, field + asked


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


@examples(300)
@given(searched())
@example((['{"n":77}'], "value:77"))
@example((['{"n":1e3}'], "value.n:1k"))
@example((['{"n":0.00001}'], "value:*05"))
@example((['{"n":12345678901234567890.0}'], "value:*1.2345*"))
def test_what_is_left_undecoded_would_not_have_matched(case: tuple[list[str], str]) -> None:
    texts, words = case
    early: list[Event] = [SocketOpened(time=0.0, connection=f"w{n}", url="wss://x/") for n in (0, 1)]
    early += [frame(number, '{"k":[1]}') for number in range(2 * SNIFFS + 4)]
    late: list[Event] = [frame(number, text) for number, text in enumerate(texts)]
    query = parse(words)
    decoder = Decoder()
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as folder,
        Capture(recorded(folder, early + late), Decoder) as capture,
    ):
        patch.setattr(search, "WINDOW", 4)
        expected = [event.seq for event in capture.events() if query.matches(event, decoder.feed(event), "wss://x/")]
        assert capture.search(query).read() == expected
    assert decoder.alone() == ["w0", "w1"]
