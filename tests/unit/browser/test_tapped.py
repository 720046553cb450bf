"""Messages cut out of what was read are those that the library finds, however the bytes fall."""

from __future__ import annotations

import asyncio
import itertools
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from monitor.browser.connection import connect
from monitor.browser.tapped import TappedConnection

LENGTHS = st.sampled_from([0, 1, 125, 126, 127, 300, 65535, 65536, 70000])


class Transport(asyncio.Transport):
    """Takes what is written, and says whether it was broken off."""

    def __init__(self) -> None:
        super().__init__()
        self.aborted = False
        self.said: list[str] = []
        self.reads = asyncio.Event()

    def write(self, data: Any) -> None:
        pass

    def close(self) -> None:
        pass

    def is_closing(self) -> bool:
        return False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def pause_reading(self) -> None:
        self.said.append("pause")

    def resume_reading(self) -> None:
        self.said.append("resume")
        self.reads.set()

    def abort(self) -> None:
        self.aborted = True


def wire(frames: list[tuple[int, bool, bytes]]) -> bytes:
    return b"".join(Frame(Opcode(op), data, fin).serialize(mask=False) for op, fin, data in frames)


def tapped() -> tuple[TappedConnection, list[bytes], list[BaseException]]:
    connection = TappedConnection(ClientProtocol(parse_uri("ws://x/"), state=OPEN, max_size=None))
    connection.response = object()  # type: ignore[assignment]  # the handshake is over
    connection.connection_made(Transport())
    taken: list[bytes] = []
    failures: list[BaseException] = []
    connection.tap(lambda message, arrival: taken.append(message), failures.append)
    return connection, taken, failures


@st.composite
def messages(draw: st.DrawFn) -> tuple[list[tuple[int, bool, bytes]], list[bytes]]:
    frames: list[tuple[int, bool, bytes]] = []
    whole: list[bytes] = []
    for number in range(draw(st.integers(0, 6))):
        content = struct.pack(">I", number)[-1:] * draw(LENGTHS)
        if draw(st.integers(0, 4)) == 0:
            frames.append((Opcode.PING, True, b"p"))
        whole.append(content)
        frames.append((draw(st.sampled_from([Opcode.TEXT, Opcode.BINARY])), True, content))
    return frames, whole


@given(said=messages(), cuts=st.lists(st.integers(0, 400_000), max_size=12))
async def test_every_message_comes_once_and_whole(
    said: tuple[list[tuple[int, bool, bytes]], list[bytes]], cuts: list[int]
) -> None:
    frames, whole = said
    content = wire(frames)
    connection, taken, failures = tapped()
    sizes: list[int] = []

    def read(size: int, arrival: float) -> float:
        sizes.append(size)
        return 0.0

    connection.tap(lambda message, arrival: taken.append(message), failures.append, read)
    edges = sorted({0, len(content), *(cut for cut in cuts if cut < len(content))})
    for low, high in itertools.pairwise(edges):
        connection.data_received(content[low:high])
    assert taken == whole
    assert failures == []
    assert sum(sizes) == len(content)
    connection.connection_lost(None)


async def test_fragments_and_what_breaks_the_rules_are_the_librarys() -> None:
    connection, taken, _ = tapped()
    connection.data_received(wire([(1, False, b"one "), (9, True, b""), (0, False, b"two "), (0, True, b"three")]))
    connection.data_received(wire([(1, True, b"after")]))
    assert await connection.recv(decode=False) == b"one two three"
    assert taken == [b"after"]
    connection.data_received(Frame(Opcode.TEXT, b"a server must not mask").serialize(mask=True))
    assert connection.protocol.parser_exc is not None
    connection.connection_lost(None)


async def test_who_taps_may_rest_after_a_read_but_not_where_much_is_waiting() -> None:
    connection, taken, failures = tapped()
    transport = connection.transport
    assert isinstance(transport, Transport)
    connection.tap(lambda message, arrival: taken.append(message), failures.append, lambda size, at: 0.001)
    connection.data_received(wire([(1, True, b"few")]))
    assert transport.said == ["pause"]
    await transport.reads.wait()
    assert transport.said == ["pause", "resume"]
    connection.data_received(wire([(1, True, b"much" * 20_000)]))
    assert transport.said == ["pause", "resume"]
    assert [len(message) for message in taken] == [3, 80_000]
    connection.connection_lost(None)


async def test_what_goes_wrong_with_a_message_breaks_the_connection_off() -> None:
    connection, _, failures = tapped()

    def fail(message: bytes, arrival: float) -> None:
        raise KeyError("a mistake of ours")

    connection.tap(fail, failures.append)
    connection.data_received(wire([(1, True, b"x"), (1, True, b"y")]))
    assert [str(failure) for failure in failures] == ["'a mistake of ours'"]
    transport = connection.transport
    assert isinstance(transport, Transport)
    assert transport.aborted
    connection.connection_lost(None)


async def test_a_mistake_ends_the_run_and_is_not_swallowed() -> None:
    async def speak(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send('{"method":"A.b"}')
        await socket.wait_closed()

    def fail(*message: Any) -> None:
        raise KeyError("a mistake of ours")

    async with serve(speak, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}/", fail, fail, fail) as connection:
            run = asyncio.get_running_loop().create_task(connection.run())
            await connection._socket.send("begin")
            with pytest.raises(BaseExceptionGroup) as problems:
                await run
            assert problems.group_contains(KeyError)
