"""React's rows."""

from __future__ import annotations

import pytest

from monitor.decode.react_flight import FlightReader
from tests.unit.decode.streams_of import chunk, finished, response, run

ROWS = (
    '1:"$Sreact.fragment"\n2:I["layout.js",["12"],"default"]\n:HL["/a.css","style"]\n3:Tb,two\nlinés!'
    '0:{"b":"abc","f":[["children"]]}\n4:E{"digest":"7"}\n5:["$","div",null,{"children":"Hello"}]\n'
)
TYPES = ["model", "import", "hint", "text", "model", "error", "model"]


@pytest.mark.parametrize("size", [1, 5, 17, 1000])
def test_rows_are_the_same_wherever_the_body_is_cut(size: int) -> None:
    data = ROWS.encode()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    found = run(response("https://example.org/page?_rsc=1", mime="text/x-component"), *map(chunk, pieces), finished())
    assert [one.type for one in found] == TYPES
    assert {one.protocol for one in found} == {"react-flight"}
    assert found[3].value == {"id": "3", "data": "two\nlinés!"}
    assert found[1].value == {"id": "2", "data": ["layout.js", ["12"], "default"]}


def test_a_row_that_is_not_whole_is_held_and_told_at_the_end() -> None:
    reader = FlightReader()
    assert reader.feed('0:{"a"') == []
    assert reader.held == 6
    assert [item.text for item in reader.finish()] == ['{"a"']
    assert reader.finish() == []


def test_other_text_is_told_as_it_is() -> None:
    assert [item.text for item in FlightReader().feed("<html>\n\n")] == ["<html>"]
