from __future__ import annotations

import pytest

from tests.unit.decode.streams_of import decode, frame, opened, run
from tests.unit.decode.true_streams import STREAMS, events, messages

METEOR, WRAPPED = (next(one for one in STREAMS if one.name == name) for name in ("ddp", "ddp-in-sockjs"))


def test_msg_is_the_type() -> None:
    types = [message.type for message in messages(METEOR, hints=True)][1:]
    assert types == [
        "connect", "connected", "sub", "added", "ready", "method", "result", "updated", "ping", "pong",
    ]  # fmt: skip


def test_it_is_found_within_sockjs() -> None:
    decoded = decode(*events(WRAPPED, hints=True))
    assert (decoded[-1].layers, decoded[-1].type) == (("sockjs", "json", "ddp"), "added")


@pytest.mark.parametrize("value", [{"msg": "added"}, {"msg": "hello"}, {"msg": 1}, {"message": "added"}, ["added"]])
def test_what_lacks_its_keys_is_left(value: object) -> None:
    first = frame({"msg": "connect", "version": "1", "support": ["1"]}, dir="out")
    assert run(opened(METEOR.url), first, frame(value))[1].protocol == "json"
