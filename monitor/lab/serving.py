"""An HTTP server on loopback for as long as a `with` lasts, which leaves no connection behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ssl import SSLContext

from aiohttp import web

PATIENCE_S = 0.2  # for answers that are being written


@asynccontextmanager
async def serving(app: web.Application, port: int, context: SSLContext | None = None) -> AsyncIterator[int]:
    """Serve an application; gives the port, which the system chooses where it is 0."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=PATIENCE_S, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
        yield runner.addresses[0][1]
    finally:
        connections = runner.server.connections if runner.server is not None else []
        transports = [one.transport for one in connections if one.transport is not None]
        await runner.cleanup()
        # A closed TLS connection waits for its peer's goodbye, longer than this loop may last.
        for transport in transports:
            transport.abort()
        await asyncio.sleep(0)
