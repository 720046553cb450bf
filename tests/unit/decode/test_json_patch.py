from __future__ import annotations

import pytest

from monitor.decode.json_patch import is_patch
from tests.unit.decode.streams_of import chunk, response, run, sse


def test_operations_name_the_patch() -> None:
    add, remove = {"op": "add", "path": "/a", "value": None}, {"op": "remove", "path": "/b"}
    found = run(response("https://example.org/s"), chunk(sse([add], [add, remove], ("state", [remove]), {"a": 1})))
    assert [(m.protocol, m.type) for m in found] == [
        ("json-patch", "add"), ("json-patch", "patch"), ("json-patch", "state"), ("sse", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        [], {}, [{"op": "add", "path": "/a"}], [{"op": "set", "path": "/a", "value": 1}],
        [{"op": "remove", "path": "a"}],
        [{"op": "remove", "path": "/a"}, 1],
        [{"op": "remove", "path": "/a", "id": 1}], [{"op": [], "path": "/a"}],
    ],
)  # fmt: skip
def test_what_is_no_patch(value: object) -> None:
    assert not is_patch(value)
