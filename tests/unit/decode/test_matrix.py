from __future__ import annotations

import pytest

from monitor import model
from tests.unit.decode.streams_of import body, response, run

BASE = "https://example.org/_matrix/client/v3"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sync?since=1", "sync"),
        ("/rooms/!r%3Aexample.org/send/m.room.message/t1", "send/m.room.message"),
        ("/rooms/!r%3Aexample.org/state/m.room.topic/", "state/m.room.topic"),
        ("/rooms/!r%3Aexample.org/typing/@u%3Aexample.org", "typing"),
        ("/keys/query", "query"),
        ("/joined_rooms", "joined_rooms"),
    ],
)
def test_the_address_names_the_message(path: str, kind: str) -> None:
    sent = model.Request(time=1.0, connection="r", method="PUT", url=BASE + path, text='{"body":"hi"}')
    found = run(sent, response(BASE + path, "application/json"), body('{"a":1}'))
    assert [(m.protocol, m.type) for m in found] == [("matrix", kind)] * 2


def test_a_sync_is_known_by_its_shape_and_text_is_left() -> None:
    text = '{"next_batch":"s1","rooms":{"join":{}}}'
    assert run(response("https://example.org/x", "application/json"), body(text))[0].type == "sync"
    assert run(response(f"{BASE}/sync", "application/json"), body("oops"))[0].protocol == "text"
