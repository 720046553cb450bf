from __future__ import annotations

import json
from typing import Any

from monitor.export.har_entries import Entries, lists
from monitor.export.har_pages import Pages
from monitor.export.spool import Spool
from monitor.model import Event, Finished, Gap, Mark, Request


def fed(events: list[tuple[Event, bool]]) -> tuple[list[dict[str, Any]], list[bool]]:
    with Spool() as spool:
        entries = Entries(spool, Pages([]))
        places = [entries.feed(event, wanted) for event, wanted in events]
        entries.end()
        heads = [json.loads(head) | {"lists": [name for name, _ in lists(spool, n)]} for n, head in spool.heads()]
    return heads, places


def test_an_entry_is_written_where_one_of_its_events_is_wanted() -> None:
    request = Request(time=1.0, connection="r", method="GET", url="https://x/")
    end = Finished(time=2.0, connection="r")
    assert fed([(request, False), (end, False)]) == ([], [False, False])
    (entry,), places = fed([(request, False), (end, True)])
    assert entry["time"] == 1000
    assert places == [False, True]


def test_what_has_no_place_is_counted_only_where_it_was_wanted() -> None:
    with Spool() as spool:
        entries = Entries(spool, Pages([]))
        assert not entries.feed(Mark(time=0.0), True)
        assert not entries.feed(Mark(time=0.0), False)
        assert entries.feed(Gap(time=0.0, reason="x"), True)
        assert not entries.feed(Gap(time=0.0, reason="x"), False)
        assert entries.homeless["mark"] == 1
        assert entries.gaps == [{"time": 0.0, "reason": "x"}]
