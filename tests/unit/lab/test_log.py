from __future__ import annotations

import asyncio
import hashlib
import json

from monitor.lab.log import LabLog


def test_a_payload_is_kept_as_digest_and_size() -> None:
    log = LabLog()
    entry = log.add("frame", payload="é")
    assert (entry.size, entry.digest) == (2, hashlib.sha256("é".encode()).hexdigest()[:16])


def test_a_payload_is_kept_whole_where_that_is_asked_for() -> None:
    log = LabLog()
    entry = log.add("push-sent", push="0:1%2", payload="é", keep=True)
    assert (entry.push, entry.size, entry.body) == ("0:1%2", 2, "é".encode())
    assert json.loads(log.json())[0]["body"] == "w6k="


def test_of_finds_by_kind_and_fields() -> None:
    log = LabLog()
    log.add("served", page="a")
    log.add("served", page="b")
    log.add("write", page="a")
    assert [e.what for e in log.of("served", page="a")] == ["served"]
    assert len(log.of("served")) == 2


def test_only_acknowledgements_and_servings_have_their_stamps() -> None:
    log = LabLog()
    ack, served, other = log.add("acknowledged"), log.add("served"), log.add("page")
    assert (ack.acked_at, ack.served_at) == (ack.time, None)
    assert (served.acked_at, served.served_at) == (None, served.time)
    assert (other.acked_at, other.served_at) == (None, None)


def test_json_leaves_out_what_is_not_known() -> None:
    log = LabLog()
    log.add("write", messages=("m1",))
    [entry] = json.loads(log.json())
    assert set(entry) == {"time", "what", "messages"}


async def test_seen_waits_for_the_entry() -> None:
    log = LabLog()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(log.seen("write", 2, page="a"))
        await asyncio.sleep(0)
        for page in ("a", "b", "a"):
            assert not waiting.done()
            log.add("write", page=page)
            await asyncio.sleep(0)
    assert waiting.result() is log.of("write", page="a")[1]
