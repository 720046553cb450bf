from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from firebase_messaging.proto import mcs_pb2 as mcs

from monitor.lab.background import Background
from monitor.lab.log import LabLog
from monitor.lab.push.mailbox import Device, Mailbox, Subscription
from monitor.lab.push.mcs import McsServer

from .helpers import ack, login, one_subscription, put, read


@asynccontextmanager
async def running() -> AsyncIterator[tuple[McsServer, LabLog, Mailbox, Device, Subscription]]:
    mailbox, device, to = one_subscription()
    log = LabLog()
    async with Background() as background, asyncio.timeout(10):
        server = McsServer(mailbox, log, background)
        await server.start(None)
        try:
            yield server, log, mailbox, device, to
        finally:
            await server.stop()


@asynccontextmanager
async def connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def test_a_device_is_delivered_to_while_it_is_connected() -> None:
    async with running() as (server, log, mailbox, device, to):
        early = put(mailbox, to, now=time.time())
        assert not server.deliver(early)
        async with connection(server.port) as (reader, writer):
            writer.write(login(device))
            await log.seen("push-delivered", push=early.id)
            assert server.logged_in == [device]
            late = put(mailbox, to, now=time.time())
            assert server.deliver(late)
            wire = await reader.read(9999)
            while len(read(wire)) < 3:
                wire += await reader.read(9999)
            ids = [s.persistent_id for s in read(wire) if isinstance(s, mcs.DataMessageStanza)]
            assert ids == [early.id, late.id]
            writer.write(ack(3))
            await log.seen("push-acked", push=late.id)
        await log.seen("mcs-end")
    assert device.waiting == {}


async def test_connections_end_in_order_or_break_and_are_refused_while_it_is_down() -> None:
    async with running() as (server, log, _, device, _):
        async with connection(server.port) as (reader, writer):
            writer.write(login(device))
            await log.seen("mcs-login")
            server.ping()
            server.close()
            said = read(await reader.read())
            assert [type(s) for s in said] == [mcs.LoginResponse, mcs.HeartbeatPing, mcs.Close]
        async with connection(server.port) as (reader, writer):
            writer.write(login(device))
            await log.seen("mcs-login", 2)
            assert server.drop() == 1
            await log.seen("mcs-end", 2)
            assert len(log.of("mcs-dropped")) == 1
        server.down = True
        async with connection(server.port) as (reader, writer):
            writer.write(login(device))
            assert await _ended(reader)
        assert server.logged_in == []
        assert len(log.of("mcs-login")) == 2


async def _ended(reader: asyncio.StreamReader) -> bool:
    """Whether a connection ends without a word."""
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def test_bytes_that_are_no_mcs_end_only_their_connection() -> None:
    async with running() as (server, log, _, device, _):
        async with connection(server.port) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            assert await _ended(reader)
        async with connection(server.port) as (_, writer):
            writer.write(login(device))
            await log.seen("mcs-login")
        assert log.of("mcs-broken")[0].note == "tag 69, 84 bytes"
