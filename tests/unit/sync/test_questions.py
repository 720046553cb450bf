"""What only asks, and what may write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.sync.evidence import Packet
from monitor.sync.questions import only_queries
from tests.story import Story


def packet(value: Any) -> Packet:
    text = value if isinstance(value, (str, bytes)) else json.dumps(value)
    return Packet(1, 0.0, "A", "fetch", "out", "r1", text)


@pytest.mark.parametrize(
    ("value", "asks"),
    [
        ({"operationName": "Issues", "query": "query Issues { issues { id } }", "variables": {}}, True),
        ({"query": "{ issues { id } }"}, True),
        ([{"query": "{ a }"}, {"query": "query B { b }"}], True),
        ([{"query": "{ a }"}, {"query": "mutation B { b }"}], False),
        ({"query": "mutation Change { change { id } }"}, False),
        ({"query": "query A { a } mutation B { b }", "operationName": "B"}, False),
        ({"query": "oat milk"}, False),
        ({"query": "{ a }", "text": "Buy oat milk"}, False),
        ('{"query": ', False),
        ("[" * 5000 + '"query"', False),
        (b"\x00", False),
    ],
)
def test_a_query_asks_and_a_mutation_writes(value: Any, asks: bool) -> None:
    assert only_queries(packet(value)) == asks


@pytest.mark.parametrize(("kind", "writes"), [("query", []), ("mutation", ["POST /graphql"])])
def test_the_heading_that_a_query_is_named_for_is_nothing_written(kind: str, writes: list[str]) -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Tracker"])
    sent = {"operationName": "Issues", "query": f"{kind} Issues {{ issues {{ id }} }}", "variables": {}}
    story.uses(9.9, "A")
    story.fetch(10.0, "A", "POST /graphql", json.dumps(sent))
    story.says(10.2, "A", "Issues")
    assert [write.request for write in story.subject(until=30.0).writes] == writes
