from __future__ import annotations

import io
import json
from typing import Any

import pytest

from monitor.imports.document import DEEPEST, Bad, Cut, picked

DOCUMENT = {"head": {"v": 1.5}, "log": {"n": [1], "entries": [{"a": [1, {"b": None}]}, "é", 3, [[]]]}, "tail": True}


def read(text: bytes, *places: str) -> list[tuple[str, Any]]:
    return list(picked(io.BytesIO(text), places))


def test_values_at_several_places_in_their_order() -> None:
    text = json.dumps(DOCUMENT).encode()
    wanted = DOCUMENT["log"]["entries"]  # type: ignore[index]
    assert read(text, "log.entries.item", "head") == [("head", {"v": 1.5}), *(("log.entries.item", x) for x in wanted)]
    assert read(text, "tail") == [("tail", True)]
    assert read(text, "log.entries.none") == []


def test_a_place_within_another_is_given_first_and_left_out_there() -> None:
    text = json.dumps({"log": [{"a": [1, {"b": []}], "c": {"a": [2]}, "d": 3}, {"a": []}, [{"a": [4]}]]}).encode()
    assert read(text, "log.item", "log.item.a.item") == [
        ("log.item.a.item", 1),
        ("log.item.a.item", {"b": []}),
        ("log.item", {"a": [], "c": {"a": [2]}, "d": 3}),
        ("log.item", {"a": []}),
        ("log.item", [{"a": [4]}]),
    ]


def test_halves_of_pairs_are_marked() -> None:
    assert read(rb'{"a":["\ud800\ud83d\ude00 \udc00\ud800z","x"]}', "a.item") == [
        ("a.item", "\ufffd\U0001f600 \ufffd\ufffdz"), ("a.item", "x")
    ]  # fmt: skip


def test_every_cut_gives_what_is_whole_and_says_so() -> None:
    text = json.dumps(DOCUMENT, ensure_ascii=False).encode()
    ends = [text.index(part) + len(part) for part in (b"}]}", 'é"'.encode(), b", 3", b"[[]]")]
    for cut in range(len(text)):
        found = []
        with pytest.raises(Cut):  # noqa: PT012 - what came before counts
            for one in picked(io.BytesIO(text[:cut]), ("log.entries.item",)):
                found.append(one)  # noqa: PERF402
        assert len(found) == sum(cut >= end for end in ends)


@pytest.mark.parametrize("text", [b'{"a":[1,nope]}', b'{"a":[1,{"b" 3}]}', b'{"a":[1]} xx', b'{"a":["\xff\xfe"]}'])
def test_what_is_wrong_in_the_middle_is_no_end(text: bytes) -> None:
    with pytest.raises(Bad, match="no JSON"):
        read(text, "a.item")


def test_the_depth_is_bounded() -> None:
    with pytest.raises(Bad, match="deeper"):
        read(b"[" * (DEEPEST + 1), "item")
