"""The bytes of a WebSocket as messages and control frames: the handshake skipped, unmasked, inflated, merged; pure.

The reading of frames is that of the `websockets` library. What cannot be read ends the direction with a reason.
"""

from __future__ import annotations

from collections.abc import Generator

import msgspec
from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Close, Frame, Opcode
from websockets.streams import StreamReader

LARGEST = 64 << 20
HEAD = 64 << 10
END = b"\r\n\r\n"


class Head(msgspec.Struct, frozen=True):
    """The server's answer to the handshake. `names` of headers are as sent."""

    status: int
    headers: dict[str, str]


class Message(msgspec.Struct, frozen=True):
    """One message, or one control frame; opcode as in RFC 6455."""

    opcode: int
    data: bytes
    code: int | None = None
    reason: str | None = None


class Broken(ValueError):
    """The bytes make no sense as a WebSocket, or too much of it."""


class Side:
    """One direction. masked: it is the browser's."""

    def __init__(self, masked: bool) -> None:
        self._masked = masked
        self._reader = StreamReader()
        self._frames: list[Frame] = []
        self._parts: list[bytes] = []
        self._opcode = 0
        self._head: bytearray | None = bytearray()
        self._extensions: list[Extension] = []
        self._parsing = self._parse()
        next(self._parsing)

    def deflate(self, takes_over: bool) -> None:
        """The messages are compressed; takes_over: each goes on with the dictionary of the one before."""
        # The largest window inflates what any smaller one deflated.
        self._extensions.append(PerMessageDeflate(not takes_over, True, 15, 15))

    def head(self, data: bytes) -> bytes | None:
        """Take bytes of the handshake; the head where they complete it, the rest stays for `feed`."""
        if self._head is None:
            return None
        self._head += data
        while (end := self._head.find(END)) >= 0:
            head, rest = bytes(self._head[:end]), bytes(self._head[end + len(END) :])
            self._head[:] = rest
            # Before it there may be what a proxy was asked, and its answer.
            if (b"pgrade: websocket" in head) if self._masked else head[9:12] not in (b"200", b"407"):
                self._head = None
                self._reader.feed_data(rest)
                return head
        if len(self._head) > HEAD:
            raise Broken("the handshake has no end")
        return None

    @property
    def opening(self) -> bool:
        """Whether the handshake is still going on."""
        return self._head is not None

    def feed(self, data: bytes) -> list[Message]:
        """The messages and control frames that these bytes complete. Raises Broken."""
        self._reader.feed_data(data)
        try:
            next(self._parsing)
        except PayloadTooBig as error:
            raise Broken(f"a message is larger than {LARGEST >> 20} MB") from error
        except (ProtocolError, EOFError, AssertionError, AttributeError) as error:
            raise Broken(str(error) or "the frames make no sense") from error
        frames, self._frames = self._frames, []
        return [message for frame in frames if (message := self._merged(frame)) is not None]

    def _parse(self) -> Generator[None, None, None]:
        yield
        while True:
            frame = yield from Frame.parse(
                self._reader.read_exact, mask=self._masked, max_size=LARGEST, extensions=self._extensions
            )
            self._frames.append(frame)

    def _merged(self, frame: Frame) -> Message | None:
        """The message that a frame completes."""
        data = bytes(frame.data)
        if frame.opcode is Opcode.CLOSE:
            return _close(data)
        if frame.opcode in (Opcode.PING, Opcode.PONG):
            return Message(int(frame.opcode), data)
        if frame.opcode is not Opcode.CONT:
            self._opcode, self._parts = int(frame.opcode), []
        self._parts.append(data)
        if sum(map(len, self._parts)) > LARGEST:
            raise Broken(f"a message is larger than {LARGEST >> 20} MB")
        if not frame.fin:
            return None
        whole, self._parts = b"".join(self._parts), []
        return Message(self._opcode, whole)


def _close(data: bytes) -> Message:
    try:
        close = Close.parse(data)
    except (ProtocolError, UnicodeDecodeError):
        return Message(int(Opcode.CLOSE), data, int.from_bytes(data[:2], "big") if len(data) > 1 else None)
    return Message(int(Opcode.CLOSE), data, int(close.code) if data else None, close.reason or None)


def answer(head: bytes) -> Head:
    """The status and headers of a response's head."""
    first, *lines = head.decode("latin-1").split("\r\n")
    status = first.split(" ")[1:2]
    return Head(int(status[0]) if status and status[0].isdigit() else 0, headers(lines))


def headers(lines: list[str]) -> dict[str, str]:
    """Headers by name, as DevTools gives them: repeated ones are joined, cookies by lines."""
    found: dict[str, str] = {}
    for line in lines:
        cut = line.find(":", 1)
        if cut < 0:
            continue
        name, value = line[:cut], line[cut + 1 :].strip()
        glue = "\n" if name.lower() == "set-cookie" else ", "
        found[name] = f"{found[name]}{glue}{value}" if name in found else value
    return found
