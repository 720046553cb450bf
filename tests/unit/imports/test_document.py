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
