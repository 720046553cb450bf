from __future__ import annotations

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

KERNEL = next(one for one in STREAMS if one.name == "jupyter")


def test_the_header_names_the_message() -> None:
    types = [message.type for message in messages(KERNEL, hints=True)]
    assert types == ["execute_request", "status", "execute_result"]


def test_a_header_alone_is_not_enough() -> None:
    found = run(opened(KERNEL.url), frame({"header": {"msg_type": "status"}, "content": {}}), frame({"header": 1}))
    assert [m.protocol for m in found] == ["json", "json"]
