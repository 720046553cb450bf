from __future__ import annotations

from typing import Any

import pytest

from monitor.decode.graphql import is_answer, operation
from tests.unit.decode.streams_of import body, chunk, finished, response, run, sse
from tests.unit.decode.true_streams import STREAMS, messages


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"query": "query Rooms { a }"}, "Rooms"),
        ({"query": "{ a }"}, "query"),
        ({"query": "# hi\nmutation { a }", "operationName": None}, "mutation"),
        ({"query": "fragment F on R { id } query Q { a }", "operationName": "Q"}, "Q"),
        ([{"query": "subscription S { a }"}], "S"),
        ({"operationName": "Q", "variables": {}, "extensions": {"persistedQuery": {"version": 1}}}, "Q"),
        ({"query": "cats"}, None),
        ({"query": "query the {database}", "page": 1}, None),
        ({"query": 1}, None),
        ({"operationName": "Q"}, None),
        ([], None),
    ],
)
def test_operations(value: Any, name: str | None) -> None:
    assert operation(value) == name


def test_streams_of_every_kind() -> None:
    found = {one.name: [m.type for m in messages(one, hints=True)] for one in STREAMS if one.found == "graphql"}
    assert found == {
        "graphql": ["Rooms", "data"],
        "graphql-sse": ["next", "next", "complete"],
        "graphql-sse-single": ["next", "complete"],
        "graphql-multipart": ["initial", "incremental"],
    }


def test_answers_by_address_and_only_as_they_should_be() -> None:
    url = "https://example.org/api/graphql?x=1"
    assert run(response(url, "application/json"), body('{"errors":[{"message":"m"}],"data":null}'))[0].type == "errors"
    assert run(response(url, "application/json"), body('{"data":1,"page":2}'))[0].protocol == "json"
    assert not is_answer({"label": "x"})
    assert run(response(url), chunk(sse(("next", {"a": 1}), ("else", {"data": 1}))))[0].protocol == "sse"


def test_a_subscription_in_parts() -> None:
    parts = ['--graphql\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql\r\n',
             'Content-Type: application/json\r\n\r\n{"payload":{"data":{"a":1}}}\r\n--graphql--\r\n']  # fmt: skip
    url = "https://example.org/graphql"
    found = run(response(url, "multipart/mixed"), *map(chunk, parts), finished())
    assert [m.type for m in found][-1] == "next"
