from __future__ import annotations

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

ZERO, REPLICACHE = (next(one for one in STREAMS if one.name == name) for name in ("zero", "replicache"))


def test_the_name_is_the_type() -> None:
    types = [message.type for message in messages(ZERO, hints=True)]
    assert types == [
        "initConnection", "connected", "pokeStart", "pokePart", "pokeEnd", "push", "ping", "pong",
    ]  # fmt: skip


def test_pushes_and_pulls_over_fetch() -> None:
    assert [(m.protocol, m.type) for m in messages(REPLICACHE, hints=False)] == [
        ("replicache", "pull"),
        ("replicache", "pullResponse"),
    ]


def test_names_of_others_are_left() -> None:
    found = run(opened(ZERO.url), frame(["hello", {}]), frame(["ping", 1]), frame(["ping", {}]))
    assert [m.protocol for m in found] == ["json", "json", "zero"]
