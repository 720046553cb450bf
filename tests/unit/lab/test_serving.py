"""The server leaves no connection behind, whatever its peers do."""

from __future__ import annotations

import asyncio
import socket
import ssl

import pytest
from aiohttp import web

from monitor.lab.certificate import Certificate
from monitor.lab.serving import serving


@pytest.mark.parametrize("secure", [False, True])
async def test_a_peer_that_says_no_goodbye_is_let_go_of(secure: bool) -> None:
    context = (await asyncio.to_thread(Certificate, ["chatgpt.com"])).context if secure else None
    held: list[socket.socket] = []

    async def hold(request: web.Request) -> web.Response:
        assert request.transport is not None
        held.append(request.transport.get_extra_info("socket"))
        return web.Response()

    app = web.Application()
    app.router.add_get("/", hold)

    def ask(port: int) -> socket.socket:
        peer = socket.create_connection(("127.0.0.1", port))
        if secure:
            trusting = ssl.create_default_context()
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            peer = trusting.wrap_socket(peer)
        peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert peer.recv(100).startswith(b"HTTP/1.1 200")
        return peer

    async with serving(app, 0, context) as port:
        peer = await asyncio.to_thread(ask, port)
        assert [one.fileno() >= 0 for one in held] == [True]
    assert [one.fileno() for one in held] == [-1]
    peer.close()
