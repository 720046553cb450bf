from __future__ import annotations

import json
from itertools import count
from typing import Any

from monitor.export.har_entries import lists
from monitor.export.har_pages import Pages
from monitor.export.har_sockets import SocketEvent, Sockets
from monitor.export.spool import Spool
from monitor.model import Frame, SocketClosed, SocketHandshake, SocketOpened


def fed(events: list[tuple[SocketEvent, bool]]) -> list[dict[str, Any]]:
    with Spool() as spool:
        sockets = Sockets(spool, Pages([]), count(1))
        for event, wanted in events:
            sockets.feed(event, wanted)
        sockets.end()
        return [json.loads(head) | {"lists": [name for name, _ in lists(spool, n)]} for n, head in spool.heads()]


def test_a_name_that_is_used_again_is_another_socket() -> None:
    frame = Frame(time=1.0, connection="w", dir="in", text="a")
    heads = fed([(frame, True), (SocketClosed(time=2.0, connection="w"), True), (frame, True)])
    assert [head["lists"] for head in heads] == [["_webSocketMessages"]] * 2
    assert sum("still open" in head.get("comment", "") for head in heads) == 1


def test_a_socket_is_wanted_where_one_of_its_events_is_and_says_what_is_not_known() -> None:
    opened = SocketOpened(time=1.0, connection="w", url="wss://x/feed", late=True)
    shaken = SocketHandshake(time=1.5, connection="w", status=101)
    closed = SocketClosed(time=3.0, connection="w")
    assert fed([(opened, False), (shaken, False), (closed, False)]) == []
    [entry] = fed([(opened, False), (shaken, True), (closed, False)])
    assert (entry["request"]["url"], entry["response"]["status"], entry["time"]) == ("wss://x/feed", 101, 2000)
    assert entry["_webSocketClose"] == {"timestamp": 3.0}
    assert entry["comment"].startswith("It was open before the recording began")
