"""What goes over a real Chromium's wires, against what the server says: followed live, imported from its NetLog, and
replayed from the raw messages of DevTools. All three agree."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from monitor.browser.cdp_log import CdpLog
from monitor.browser.launch import launch
from monitor.browser.netlog_follow import NAME, Wire
from monitor.browser.netlog_wires import MCS
from monitor.decode import Decoder
from monitor.imports import cdp, netlog
from monitor.imports.source import Source
from monitor.model import (
    Action,
    Body,
    Event,
    Failed,
    Fault,
    Frame,
    Gap,
    Push,
    Recording,
    Request,
    Response,
    SocketClosed,
    SocketControl,
    SocketHandshake,
    SocketOpened,
)  # fmt: skip
from tests.e2e.harness import recording
from tests.e2e.pushing import PushLab, push_lab
from tests.netlogs import PATHS, Server

Said = list[tuple[str, str | bytes | None]]


def imported(path: Path, profile: Path | None = None) -> list[Event]:
    """The events of the NetLog."""
    return list(netlog.read(Source(path, profile)))


def sockets(events: list[Event], kind: type[Event]) -> dict[str, list[Any]]:
    """The events of a kind by the path of their socket."""
    paths = {e.connection: "/" + str(e.url).rpartition("/")[2] for e in events if isinstance(e, SocketOpened)}
    found: dict[str, list[Any]] = {path: [] for path in PATHS}
    for event in events:
        if isinstance(event, kind) and (path := paths.get(getattr(event, "connection", ""))) is not None:
            found[path].append(event)
    return found


def ended(events: list[Event]) -> set[str]:
    """The requests of which all is known: what they brought, or that they failed."""
    return {e.connection for e in events if isinstance(e, Body | Failed)}


def said(events: list[Event]) -> dict[str, Said]:
    """What each socket carried, each direction by itself: two clocks order only within one."""
    return {
        path: [(way, f.text if f.data is None else f.data) for way in ("in", "out") for f in frames if f.dir == way]
        for path, frames in sockets(events, Frame).items()
    }


def controls(events: list[Event]) -> dict[str, list[tuple[Any, ...]]]:
    """The control frames of each socket."""
    return {
        path: [(c.dir, c.control, c.code, c.text, c.data) for c in found]
        for path, found in sockets(events, SocketControl).items()
    }


def plain(events: list[Event]) -> Counter[bytes]:
    """The events that come from DevTools, in no order; those without a stamp of Chrome's are dated by the outbox."""
    ours = [e for e in events if not isinstance(e, Recording | SocketControl | Action | Fault)]
    ours = [e for e in ours if not str(getattr(e, "connection", "")).startswith((MCS, NAME))]
    return Counter(msgspec.json.encode(msgspec.structs.replace(e, seq=0, time=e.time if e.mono else 0.0)) for e in ours)


def out_of_order(events: list[Event]) -> list[Event]:
    """The events that come after one that happened later."""
    latest, found = 0.0, []
    for event in events:
        if event.time < latest - 0.001:
            found.append(event)
        latest = max(latest, event.time)
    return found


async def test_sockets_live_imported_and_replayed(tmp_path: Path) -> None:
    wire, log = Wire(), CdpLog(tmp_path / "cdp")
    browser = await launch(headless=True, extra=wire.arguments)
    try:
        async with Server().serving() as server, recording(browser.endpoint, wire=wire, log=log) as record:
            tab = await record.open(f"http://127.0.0.1:{server.port}/")
            await record.until(lambda: len(record.of(SocketClosed)) == len(PATHS), 25.0)
            await record.until(lambda: len(record.of(SocketControl)) >= 4, 25.0)
            # What is still asked for when the recording ends is given up then, which no message of the log tells.
            await record.until(lambda: {e.connection for e in record.of(Request)} == ended(record.events), 25.0)
            # Of what a page sends while it is left DevTools says nothing, but it is on the wire.
            await record.do(do="close", tab=tab)
            left = await record.until(lambda: [e for e in record.of(Request) if e.url.endswith("/left")], 25.0)
            assert [(e.connection.startswith("wire"), e.tab) for e in left] == [(True, None)]
            assert left[0].initiator == f"http://127.0.0.1:{server.port}"
            assert len([e for e in record.of(Request) if e.connection.startswith("wire")]) == 1
    finally:
        await browser.close()
    log.close()
    assert out_of_order(record.events) == []
    live = [*record.events, *wire.rest()]
    from_log = imported(wire.path)
    wire.close()

    truth = {path: sorted(of, key=lambda one: one[0]) for path, of in server.log.items()}
    assert said(live) == said(from_log) == truth
    ping, close = (None, None, b"are you there"), (4001, "enough, schön", None)
    expected = [("in", "ping", *ping), ("out", "pong", *ping), ("in", "close", *close), ("out", "close", *close)]
    assert controls(live) == controls(from_log) == dict.fromkeys(PATHS, expected)
    assert {e.tab for of in sockets(live, SocketControl).values() for e in of} == {tab}
    assert len([e for e in live if isinstance(e, SocketOpened)]) == len(PATHS)
    for path, shaken in sockets(from_log, SocketHandshake).items():
        assert [one.status for one in shaken] == [None, 101]
        assert ("permessage-deflate" in str(shaken[1].headers)) == (path != "/plain")
    answers = [{(e.url, e.status) for e in events if isinstance(e, Response)} for events in (live, from_log)]
    assert answers[0] <= answers[1]
    assert not [e for e in from_log if isinstance(e, Gap)]

    replayed, recorded = plain(list(cdp.read(Source(tmp_path / "cdp")))), plain(record.events)
    assert replayed - recorded == recorded - replayed == Counter()


async def followed(pushed: PushLab, texts: list[str]) -> list[str]:
    """Send these and wait until they were acknowledged; their ids."""
    ids = [pushed.push.send(text) for text in texts]
    for push_id in ids:
        await pushed.fact("push-acked", push=push_id)
    return ids


async def test_a_push_on_the_wire_is_the_push_in_the_browser() -> None:
    wire, texts = Wire(), ["hallo ü", '{"data":{"n":"1"}}', "x" * 2000]
    async with push_lab(extra=wire.arguments) as pushed:
        async with recording(pushed.endpoint, wire=wire) as record:
            await pushed.open()
            ids = await followed(pushed, texts)
            await record.until(lambda: len(record.of(Push, stage="received")) == len(texts), 25.0)
        await pushed.stop()
        live, from_log = [*record.events, *wire.rest()], imported(wire.path, pushed.profile)
        wire.close()
    received = [(e.instance, e.text) for e in live if isinstance(e, Push) and e.stage == "received"]
    assert received == list(zip(ids, texts, strict=True))
    decrypted = [e for e in from_log if isinstance(e, Push)]
    assert [(e.instance, e.text) for e in decrypted] == received
    assert {e.origin for e in decrypted} == {e.origin for e in live if isinstance(e, Push)}
    assert all(e.meta["ttl"] for e in decrypted)
    for events in (live, from_log):
        decoder = Decoder()
        read = [(e, decoder.feed(e)) for e in events]
        told = [d.messages[0] for e, d in read if isinstance(e, Frame) and e.connection.startswith(MCS) and d]
        assert told[0].type == "login"
        assert [m.value["persistent_id"] for m in told if m.type == "data-message"] == ids
        assert {"login-response", "stream-ack"} <= {m.type for m in told}
    assert not [e for e in live if isinstance(e, Request) and "register3" in e.url]
    assert [e for e in from_log if isinstance(e, Request) and "register3" in e.url]
