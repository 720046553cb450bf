"""One WebSocket to one browser: the reader stamps a message, decodes its envelope and hands it on, and awaits nothing.

Chrome drops messages without a word when its reader is slow, so nothing on the reader's path may wait: handlers are
plain functions, replies resolve futures or call back, and commands are queued for a writer of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Literal, TypeVar

import msgspec
import websockets

from monitor.browser.output import mended
from monitor.browser.tapped import TappedConnection
from monitor.browser.wire import EMPTY, NO_ANSWER, Envelope, Reply, Send
from monitor.errors import AttachError, CommandError, ConnectionLost

T = TypeVar("T")

OnEvent = Callable[[str | None, str, msgspec.Raw, float], None]
OnReply = Callable[[Send, Reply, float], None]
OnBad = Callable[[bytes, str, float], None]
OnFrame = Callable[[bytes, float], bool]
OnRead = Callable[[int, float], None]

# In a flood of frames the socket is read this often, seconds: as long as nothing else was said for a while, since the
# answer to something else may be urgent.
REST_S = 0.002
CALM_S = 0.05

EXPIRE_S = 0.5  # how often it is looked whether answers are overdue

FRAMES = (b'{"method":"Network.webSocketFrameReceived"', b'{"method":"Network.webSocketFrameSent"')

_decode = msgspec.json.Decoder(Envelope).decode
_encode = msgspec.json.Encoder().encode


class _Waiting(msgspec.Struct):
    """A command on its way: either somebody awaits `future`, or `send` is answered through the callback."""

    deadline: float
    method: str
    session: str | None
    future: asyncio.Future[msgspec.Raw] | None = None
    send: Send | None = None


class Connection:
    """A browser's DevTools socket with flat sessions.

    on_event: called for every event with (session, method, raw params, arrival on the monotonic clock).
    on_reply: called for every answer to a `Send` that has a token. on_bad: a message that could not be decoded.
    on_frame: shown the undecoded message of a WebSocket frame first; what it returns False for goes to `on_event`.
    on_read: called after the messages of each read, with their bytes.
    """

    def __init__(
        self,
        socket: TappedConnection,
        on_event: OnEvent,
        on_reply: OnReply,
        on_bad: OnBad,
        on_frame: OnFrame = lambda raw, arrival: False,
        on_read: OnRead = lambda size, arrival: None,
    ) -> None:
        self._socket = socket
        self._on_frame = on_frame
        self._on_read = on_read
        self._broken: asyncio.Queue[BaseException] = asyncio.Queue()
        self._on_event = on_event
        self._on_reply = on_reply
        self._on_bad = on_bad
        self._waiting: dict[int, _Waiting] = {}
        self._next = 1
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue()
        self._lost = False
        self._other = 0.0  # when something came that is no frame
        self._read_at = 0.0
        self.received = 0
        # Shown every message in both directions, with its time, where somebody wants a log of them.
        self.tap: Callable[[Literal["in", "out"], bytes, float], None] | None = None

    def send(self, command: Send) -> None:
        """Queue a command and return at once; its answer, if wanted, comes to `on_reply`."""
        number = self._put(command.session, command.method, command.params)
        if command.token is not None:
            deadline = time.monotonic() + command.timeout
            self._waiting[number] = _Waiting(deadline, command.method, command.session, send=command)

    async def call(
        self, method: str, params: Mapping[str, Any] = {}, session: str | None = None, timeout_s: float = 10.0
    ) -> msgspec.Raw:
        """Send a command and wait for its result. Raises CommandError (refused, no answer) or ConnectionLost."""
        if self._lost:
            raise ConnectionLost("The browser's connection has ended.")
        number = self._put(session, method, params)
        future: asyncio.Future[msgspec.Raw] = asyncio.get_running_loop().create_future()
        self._waiting[number] = _Waiting(time.monotonic() + timeout_s + 5, method, session, future=future)
        try:
            async with asyncio.timeout(timeout_s):
                return await future
        except TimeoutError:
            raise CommandError(f"{method} was not answered within {timeout_s:g} s.") from None
        finally:
            self._waiting.pop(number, None)

    def sessions(self) -> set[str]:
        """The sessions with commands that wait for an answer."""
        return {w.session for w in self._waiting.values() if w.session is not None}

    def forget(self, session: str, arrival: float) -> None:
        """Answer every command of a session that detached: Chrome never will. arrival: of what told so."""
        for number in [n for n, w in self._waiting.items() if w.session == session]:
            self._settle(self._waiting.pop(number), Reply(error="the session ended"), arrival)

    async def run(self) -> None:
        """Read until the socket ends; always raises, ConnectionLost where the browser ended it."""
        self._socket.tap(self.take, self._broken.put_nowait, self.after_read)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._write())
                group.create_task(self._expire())
                group.create_task(self._read())
                group.create_task(self._break())
        except* websockets.ConnectionClosed as ended:
            raise ConnectionLost(_why(ended)) from None
        finally:
            self._socket.untap()
            self._lost = True
            self._fail_all()

    async def _read(self) -> None:
        """What does not come through the tap: odd messages, and the end."""
        while True:
            self.take(await self._socket.recv(decode=False), time.monotonic())

    async def _break(self) -> None:
        raise await self._broken.get()

    def take(self, raw: bytes, arrival: float) -> None:
        """Hand on one message: never raises for what the browser wrote."""
        self.received += 1
        if self.tap is not None:
            self.tap("in", raw, arrival)
        if raw.startswith(FRAMES) and self._on_frame(raw, arrival):
            return
        self._other = arrival
        try:
            envelope = _open(raw)
        except (ValueError, RecursionError) as error:
            self._on_bad(raw, str(error), arrival)
            return
        if envelope.method is not None:
            self._on_event(envelope.session, envelope.method, envelope.params, arrival)
        elif envelope.id is not None and (waiting := self._waiting.pop(envelope.id, None)) is not None:
            refusal = envelope.error.message or "refused" if envelope.error else None
            self._settle(waiting, Reply(envelope.result, refusal), arrival)

    def after_read(self, size: int, arrival: float) -> float:
        """What to do after the messages of one read, of that many bytes; returns for how many seconds not to read."""
        self._on_read(size, arrival)
        since, self._read_at = arrival - self._read_at, arrival
        return REST_S if since < 2 * REST_S and arrival - self._other > CALM_S else 0.0

    def _settle(self, waiting: _Waiting, reply: Reply, arrival: float) -> None:
        if waiting.send is not None:
            self._on_reply(waiting.send, reply, arrival)
        if waiting.future is None or waiting.future.done():
            return
        if reply.error is None:
            waiting.future.set_result(reply.result)
        else:
            waiting.future.set_exception(CommandError(f"{waiting.method}: {reply.error}"))

    def _put(self, session: str | None, method: str, params: Mapping[str, Any]) -> int:
        number, self._next = self._next, self._next + 1
        message: dict[str, Any] = {"id": number, "method": method}
        if params:
            message["params"] = params
        if session is not None:
            message["sessionId"] = session
        raw = _encode(message)
        if self.tap is not None:
            self.tap("out", raw, time.monotonic())
        self._outgoing.put_nowait(raw)
        return number

    async def _write(self) -> None:
        while True:
            await self._socket.send(await self._outgoing.get(), text=True)

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(EXPIRE_S)
            now = time.monotonic()
            for number in [n for n, w in self._waiting.items() if w.deadline < now]:
                waiting = self._waiting.pop(number)
                self._settle(waiting, Reply(EMPTY, NO_ANSWER), now)

    def _fail_all(self) -> None:
        waiting, self._waiting = list(self._waiting.values()), {}
        for one in waiting:
            if one.future is not None and not one.future.done():
                one.future.set_exception(ConnectionLost("The browser's connection ended before it answered."))
                one.future.exception()


def _open(raw: bytes) -> Envelope:
    try:
        return _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decode(mended(raw))


def read(result: msgspec.Raw, into: type[T]) -> T:
    """The result of a command. Raises CommandError where the browser answered something else."""
    try:
        return msgspec.json.decode(result, type=into)
    except ValueError as error:
        raise CommandError(f"The browser's answer could not be understood: {error}.") from None


@contextlib.asynccontextmanager
async def connect(
    url: str,
    on_event: OnEvent,
    on_reply: OnReply,
    on_bad: OnBad,
    on_frame: OnFrame = lambda raw, arrival: False,
    on_read: OnRead = lambda size, arrival: None,
    open_timeout: float = 10.0,
) -> AsyncIterator[Connection]:
    """Open the socket at `url`. Raises AttachError with what to do; `open_timeout` seconds for the handshake."""
    try:
        socket = await websockets.connect(
            url, max_size=None, compression=None, ping_interval=None, origin=None, proxy=None,
            open_timeout=open_timeout, close_timeout=1.0, max_queue=256, user_agent_header=None,
            create_connection=TappedConnection,
        )  # fmt: skip
    except websockets.InvalidStatus as error:
        raise AttachError(_refused(url, error.response.status_code)) from None
    except TimeoutError:
        raise AttachError(f"{url} did not answer within {open_timeout:g} s.") from None
    except websockets.InvalidURI as error:
        raise AttachError(f"{url} is not a WebSocket address: {error}.") from None
    except (websockets.WebSocketException, EOFError) as error:
        raise AttachError(f"What listens at {url} does not speak the DevTools protocol ({error}).") from None
    except OSError as error:
        raise AttachError(
            f"Nothing answers at {url} ({error.strerror or error}). Is the browser still running?"
        ) from None
    try:
        assert isinstance(socket, TappedConnection)
        yield Connection(socket, on_event, on_reply, on_bad, on_frame, on_read)
    finally:
        await socket.close()


def _refused(url: str, status: int) -> str:
    if status == 403:
        return (
            f"Chrome refused the connection to {url} (403): it was started without allowing this origin."
            " Start it with --remote-allow-origins=* or connect by 127.0.0.1 instead of a name."
        )
    if status == 404:
        return (
            f"{url} is not a DevTools socket of this browser (404): the id in the address has changed since it started."
        )
    return f"{url} refused the WebSocket handshake with status {status}."


def _why(ended: BaseExceptionGroup[websockets.ConnectionClosed]) -> str:
    code = next((e.rcvd.code for e in ended.exceptions if isinstance(e, websockets.ConnectionClosed) and e.rcvd), 1006)
    return f"The browser ended the connection (code {code})."
