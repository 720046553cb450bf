"""The server of the MCS port: TLS connections, one session each, and the switches to trouble them."""

from __future__ import annotations

import asyncio
import ssl
import time

from ..background import Background
from ..log import LabLog
from .mailbox import Device, Mailbox, Push
from .session import Fact, Session
from .stanzas import BadStream


class McsServer:
    """Listens on loopback from `start` to `stop`. down: while true, every connection is broken as it comes."""

    def __init__(self, mailbox: Mailbox, log: LabLog, background: Background) -> None:
        self.port = 0
        self.down = False
        self._mailbox, self._log, self._background = mailbox, log, background
        self._server: asyncio.Server | None = None
        self._open: dict[Session, asyncio.StreamWriter] = {}

    async def start(self, context: ssl.SSLContext | None) -> None:
        """Listen on a free port; without a context, in the clear."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more and break what is open."""
        if self._server is not None:
            self._server.close()
        self.drop()

    @property
    def logged_in(self) -> list[Device]:
        """The devices that are connected now."""
        return [session.device for session in self._open if session.device is not None]

    def deliver(self, push: Push) -> bool:
        """Send a push to its device where that is connected; whether it was."""
        now = time.time()
        for session, writer in self._open.items():
            if session.device is not None and session.device.id == push.to.device and not session.over:
                writer.write(session.deliver(push, now))
                return True
        return False

    def ping(self) -> None:
        """A heartbeat to every device."""
        for session, writer in self._open.items():
            writer.write(session.ping())

    def close(self) -> None:
        """End every connection in order, with a Close."""
        for session, writer in tuple(self._open.items()):
            writer.write(session.close())
            writer.close()

    def drop(self) -> int:
        """Break every connection without a word; how many there were."""
        found = tuple(self._open.values())
        for writer in found:
            self._log.add("mcs-dropped")
            writer.transport.abort()
        return len(found)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        self._background.spawn(self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self._mailbox, self._told)
        self._open[session] = writer
        try:
            while not session.over and (data := await reader.read(65536)):
                writer.write(session.feed(data, time.time()))
                await writer.drain()
        except (OSError, BadStream) as error:
            self._log.add("mcs-broken", note=str(error) or type(error).__name__)
        else:
            self._log.add("mcs-end")
        finally:
            del self._open[session]
            writer.close()

    def _told(self, fact: Fact, push: Push | None, remark: str | None) -> None:
        self._log.add(fact, push=push.id if push else None, payload=push.raw if push else None, note=remark)
