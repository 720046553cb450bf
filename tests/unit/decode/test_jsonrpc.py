from __future__ import annotations

from typing import Any

import pytest

from monitor.decode import jsonrpc
from tests.unit.decode.streams_of import body, chunk, frame, run, sse


def rpc(**fields: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", **fields}


def test_an_answer_has_the_type_of_its_question() -> None:
    messages = run(
        frame(rpc(id=1, method="tools/list"), dir="out"),
        frame(rpc(id=1, method="roots/list")),
        frame(rpc(id=1, result={}), dir="out"),
        frame(rpc(id=1, result=[])),
        frame(rpc(id=1, result=[])),
        frame(rpc(id="9", error={"code": 1})),
        frame(rpc(method="notify")),
    )
    assert [m.type for m in messages] == [
        "tools/list", "roots/list", "roots/list", "tools/list", "result", "error", "notify",
    ]  # fmt: skip
    assert {m.protocol for m in messages} == {"jsonrpc"}


def test_batches_bodies_and_streams() -> None:
    assert [m.type for m in run(frame([rpc(method="a"), rpc(method="b")]))] == ["a", "b"]
    assert run(body('{"jsonrpc":"2.0","id":1,"result":{}}'))[0].type == "result"
    assert run(chunk(sse(rpc(method="progress"))))[0].type == "progress"


@pytest.mark.parametrize("value", [{"jsonrpc": "1.0"}, [], [1], {"method": "a"}])
def test_other_json_is_left(value: Any) -> None:
    assert all(m.protocol == "json" for m in run(frame(value)))
    assert all(m.protocol == "json" for m in run(frame(rpc(method="a")), frame(value))[1:])


def test_questions_without_answers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonrpc, "MAX_SEEN", 3)
    session = jsonrpc.JsonRpcSession()
    for number in range(10):
        session._type(rpc(id=number, method="m"), "out")
    assert len(session._asked) == 3
