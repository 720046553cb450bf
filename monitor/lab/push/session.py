"""One MCS connection as the server sees it: bytes in, bytes out, and what happened, in order; no I/O and no clock.

Each side counts the stanzas that it sends and receives, its login being the first. A stanza's
`last_stream_id_received` acknowledges all up to that number: only then is a push forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from firebase_messaging.proto import mcs_pb2 as mcs

from .mailbox import Device, Mailbox, Push
from .stanzas import VERSION, Reader, Stanza, pack

Fact = Literal[
    "mcs-login", "mcs-refused", "mcs-ping", "mcs-pong", "mcs-close", "push-delivered", "push-acked", "push-expired"
]
Told = Callable[[Fact, Push | None, str | None], None]
"""Told each fact, the push it is about, and a remark."""
UNAUTHORISED = 401


class Session:
    """A connection from its first byte on; `device` once it logged in. `over` when nothing more will be said."""

    def __init__(self, mailbox: Mailbox, told: Told) -> None:
        self.device: Device | None = None
        self.over = False
        self._mailbox, self._told = mailbox, told
        self._reader = Reader()
        self._received, self._sent = 0, 0
        self._unacked: list[tuple[int, Push]] = []

    def feed(self, data: bytes, now: float) -> bytes:
        """Take bytes; the answer to them. Raises BadStream."""
        answer = b""
        for stanza in self._reader.feed(data):
            self._received += 1
            answer += self._take(stanza, now)
        return answer

    def deliver(self, push: Push, now: float) -> bytes:
        """A push for the device, as it goes out."""
        stanza = mcs.DataMessageStanza(
            category=push.to.app,
            persistent_id=push.id,
            ttl=push.ttl,
            sent=int(push.sent),
            queued=int(now - push.sent),
            raw_data=push.raw,
            immediate_ack=True,
            last_stream_id_received=self._received,
        )
        # `from` is a word of Python's.
        setattr(stanza, "from", push.to.sender)
        stanza.app_data.add(key="subtype", value=push.to.subtype)
        if push.encoding is not None:
            stanza.app_data.add(key="content-encoding", value=push.encoding)
        if push.topic is not None:
            stanza.token = push.topic
        self._unacked.append((self._sent + 1, push))
        self._told("push-delivered", push, None)
        return self._out(stanza)

    def ping(self) -> bytes:
        """A heartbeat of the server's; the device answers it."""
        return self._out(mcs.HeartbeatPing(last_stream_id_received=self._received))

    def close(self) -> bytes:
        """The word that ends a connection in order."""
        self.over = True
        return self._out(mcs.Close())

    def _out(self, stanza: Stanza) -> bytes:
        self._sent += 1
        return pack(stanza)

    def _take(self, stanza: Stanza, now: float) -> bytes:
        if isinstance(stanza, mcs.LoginRequest):
            return self._login(stanza, now)
        if isinstance(stanza, mcs.HeartbeatPing | mcs.HeartbeatAck | mcs.IqStanza | mcs.DataMessageStanza):
            self._acked(stanza.last_stream_id_received)
        match stanza:
            case mcs.HeartbeatPing():
                self._told("mcs-ping", None, None)
                return self._out(mcs.HeartbeatAck(last_stream_id_received=self._received))
            case mcs.HeartbeatAck():
                self._told("mcs-pong", None, None)
            case mcs.Close():
                self._told("mcs-close", None, "by the device")
                self.over = True
        return b""

    def _login(self, asked: mcs.LoginRequest, now: float) -> bytes:
        """Answer a login, and send all that waits; what the device says it has is acknowledged."""
        first = bytes([VERSION])
        answer = mcs.LoginResponse(id=asked.id, last_stream_id_received=self._received)
        self.device = self._mailbox.login(asked.user, asked.auth_token)
        if self.device is None:
            self.over = True
            self._told("mcs-refused", None, asked.user)
            answer.error.code = UNAUTHORISED
            return first + self._out(answer)
        self._told("mcs-login", None, " ".join(asked.received_persistent_id) or None)
        for push_id in asked.received_persistent_id:
            self._forget(push_id, "at login")
        for push in self._mailbox.expire(self.device, now):
            self._told("push-expired", push, None)
        answer.server_timestamp = int(now * 1000)
        answered = first + self._out(answer)
        return answered + b"".join(self.deliver(p, now) for p in tuple(self.device.waiting.values()))

    def _acked(self, last: int) -> None:
        while self._unacked and self._unacked[0][0] <= last:
            self._forget(self._unacked.pop(0)[1].id, None)

    def _forget(self, push_id: str, remark: str | None) -> None:
        if self.device is not None and (push := self.device.waiting.pop(push_id, None)) is not None:
            self._told("push-acked", push, remark)
