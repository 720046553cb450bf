from __future__ import annotations

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

FIRST, SECOND = (next(one for one in STREAMS if one.name == name) for name in ("supabase", "supabase-2"))


def test_both_versions() -> None:
    types = [message.type for message in messages(FIRST, hints=True)]
    assert types == ["phx_join", "phx_reply", "postgres_changes/INSERT", "broadcast/cursor", "heartbeat"]
    types = [message.type for message in messages(SECOND, hints=True)]
    assert types == ["phx_join", "phx_reply", "presence_state", "heartbeat"]
    assert messages(SECOND, hints=True)[2].value["topic"] == "realtime:room"


def test_without_the_address_the_topic_tells() -> None:
    join = ["1", "1", "realtime:room", "phx_join", {}]
    assert run(opened("wss://example.org/ws"), frame(join))[0].protocol == "supabase"
    assert run(opened(FIRST.url), frame({"topic": "t"}))[0].protocol == "json"
