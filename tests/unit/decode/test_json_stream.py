"""JSON as it comes: one value, or several, whatever the type says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.decode import json_stream as module
from monitor.decode.json_stream import JsonStream
from monitor.decode.protocol import Facts
from monitor.model import Decoded

VALUES: st.SearchStrategy[list[dict[str, object]]] = st.lists(
    st.dictionaries(st.text(max_size=5), st.one_of(st.text(max_size=9), st.integers(), st.just([{}]))), min_size=1
)


def read(pieces: list[str]) -> list[Decoded]:
    stream = JsonStream(Facts())
    found = [stream.feed(piece) for piece in pieces]
    end = stream.finish()
    return [*found, end] if end else found


@given(VALUES, st.integers(1, 40), st.sampled_from(["\n", "\r\n", "\n\n", "", " "]))
def test_values_are_the_same_however_they_are_parted_and_cut(values: list[Any], size: int, between: str) -> None:
    text = "".join(json.dumps(value) + between for value in values)
    found = read([text[at : at + size] for at in range(0, len(text), size)])
    assert [message.value for one in found for message in one.messages] == values


def test_lines_that_come_one_by_one_are_a_message_each() -> None:
    found = read(['{"type":"start"}\n', '{"type":"word"}\n', '{"type":"word"}\n{"ty', 'pe":"end"}'])
    assert [[message.type for message in one.messages] for one in found] == [["start"], ["word"], ["word"], ["end"]]
    assert found[-1].layers == ("ndjson", "json")


def test_a_value_that_goes_over_several_lines_is_one() -> None:
    text = json.dumps({"a": [{"b": 1}, {"c": [2]}]}, indent=2)
    found = read([text[at : at + 7] for at in range(0, len(text), 7)])
    assert [message.value for one in found for message in one.messages] == [json.loads(text)]


def test_what_follows_a_value_and_is_none_is_told() -> None:
    found = read(['{"type":"start"}\n', "and then words"])
    assert [(message.protocol, message.value) for one in found for message in one.messages] == [
        ("json", {"type": "start"}), ("text", "and then words"),
    ]  # fmt: skip


def test_json_is_one_message_when_it_is_whole() -> None:
    stream = JsonStream(Facts(mime="application/json"))
    data = json.dumps({"type": "t", "text": "ünï]"}, ensure_ascii=False).encode()
    decoded = [stream.feed(data[i : i + 1]) for i in range(len(data))]
    assert [m.type for one in decoded for m in one.messages] == ["t"]
    assert decoded[-1].value == {"type": "t", "text": "ünï]"}
    assert stream.finish() is None
    assert stream.held == 0


def test_large_json_is_whole_with_the_piece_that_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHEAP", 0)
    stream = JsonStream(Facts(mime="application/json"))
    rows = ['{"a":[' + ",".join(["[1]"] * 3) + "]}" for _ in range(500)]
    text = "[" + ",".join(rows) + "]"
    cuts = [place + 1 for place, ch in enumerate(text) if ch == "}"]
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    decoded = [stream.feed(piece) for piece in pieces]
    assert [len(one.messages) for one in decoded] == [0] * (len(pieces) - 1) + [1]


def test_json_that_never_gets_whole_is_text_at_the_end() -> None:
    stream = JsonStream(Facts())
    assert stream.feed('{"a":').messages == ()
    assert stream.held == 5
    decoded = stream.finish()
    assert decoded
    assert (decoded.layers, decoded.value) == (("text",), '{"a":')


def test_json_with_many_closing_pieces_is_tried_a_bounded_number_of_times() -> None:
    stream = JsonStream(Facts())
    for _ in range(100):
        stream.feed('[{"a":[]')
        stream.feed("},{}")
    decoded = stream.finish()
    assert decoded
    assert decoded.layers == ("text",)


def test_json_over_the_limit_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAYLOAD", 10)
    stream = JsonStream(Facts())
    assert stream.feed('{"a": "0123456789"').error
    assert stream.held == 0
    assert stream.feed("}").messages == ()
    assert stream.finish() is None
