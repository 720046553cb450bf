from __future__ import annotations

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

ROOM = next(one for one in STREAMS if one.name == "liveblocks")


def test_numbers_are_named_by_who_sends_them() -> None:
    types = [message.type for message in messages(ROOM, hints=True)]
    assert types == [
        "room-state", "update-presence", "fetch-storage", "storage-state", "user-joined", "update-presence",
        "update-storage", "broadcast-event", "ping", "pong",
    ]  # fmt: skip


def test_what_is_not_of_the_room_is_read_generically() -> None:
    found = run(
        opened(ROOM.url), frame({"type": 100, "data": {}}), frame({"type": 7}), frame([{"type": 100}, 1]), frame([])
    )
    assert [m.protocol for m in found] == ["liveblocks", "json", "json", "json"]
