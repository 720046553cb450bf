from __future__ import annotations

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

TRPC = next(one for one in STREAMS if one.name == "trpc")


def test_answers_have_the_path_of_their_question() -> None:
    types = [message.type for message in messages(TRPC, hints=False)]
    assert types == [
        "subscription/chat.onAdd", "started/chat.onAdd", "data/chat.onAdd", "ping", "pong", "query/chat.list",
        "subscription.stop/chat.onAdd", "stopped/chat.onAdd",
    ]  # fmt: skip
    assert messages(TRPC, hints=False, start=2)[0].type == "data"


def test_batches_errors_and_the_parameters_of_the_connection() -> None:
    frames = [
        frame(
            [
                {"id": 1, "method": "query", "params": {"path": "a"}},
                {"id": 2, "method": "mutation", "params": {"path": "b"}},
            ]
        ),
        frame({"id": 1, "error": {"code": -32603}}),
        frame({"id": None, "method": "reconnect"}),
        frame({"method": "connectionParams", "data": {}}),
        frame({"method": "else"}),
    ]
    found = [(m.protocol, m.type) for m in run(opened("wss://example.org/ws"), *frames)]
    assert found == [
        ("trpc", "query/a"), ("trpc", "mutation/b"), ("trpc", "error/a"), ("trpc", "reconnect"),
        ("trpc", "connectionParams"), ("json", "else"),
    ]  # fmt: skip
