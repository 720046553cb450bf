from __future__ import annotations

from typing import Any

import pytest

from monitor.decode.protocol import Facts, Item
from monitor.decode.registry import protocols

PLAIN: tuple[Any, ...] = (None, True, 0, -1.5, "", [], {}, [[]], [{}], [None], {"": None})
INNER: tuple[Any, ...] = (None, 1, "", [], {}, "message", {"type": {}}, {"type": []}, [{"type": {}}])
KEYS = ("type", "event", "command", "reply", "payload", "message", "data", "topic_id", "p", "op")
NAMES = (None, "message", "delta")
ODD = [Item(), Item(text=""), Item(data=b""), Item(data=b"\xff\x00"), Item(text="plain")]
ODD += [Item(text="x", value=value) for value in PLAIN]
ODD += [Item(text="x", value={key: value}, name=name) for key in KEYS for value in INNER for name in NAMES]


@pytest.mark.parametrize("protocol", protocols(), ids=lambda p: str(p.name))
def test_scores_are_in_range_for_whatever_comes(protocol: Any) -> None:
    for facts in (Facts(channel=channel) for channel in ("socket", "sse", "fetch-stream", "push", "")):
        for item in ODD:
            assert 0 <= protocol.score(facts, item) <= 100


@pytest.mark.parametrize("protocol", protocols(), ids=lambda p: str(p.name))
def test_sessions_take_or_leave_whatever_comes(protocol: Any) -> None:
    for item in ODD:
        session = protocol.open(Facts())
        session.lost("a reason")
        decoded = session.read(item)
        session.settle()
        assert decoded is None or all(message.protocol for message in decoded.messages)
        assert isinstance(session.end(), list)
