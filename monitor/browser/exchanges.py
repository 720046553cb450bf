"""An exchange is a request and what came of it so far; those under way are here, by session and request id.

What happens to them is said elsewhere: their life in `requests`, the bytes of the answer in `answers`, the request's
own body in `posted`, and who of two sessions tells of one in `retold`.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from monitor.browser import bodies
from monitor.browser.output import Origin, Output
from monitor.browser.sockets import Key
from monitor.model import Event

STREAMED = ("fetch", "xhr")
FOLLOWED = 5000


class Exchange(msgspec.Struct):
    """A request and what came of it so far.

    last: the latest stamp told: the end of a body is stamped by another process than its head, and can be earlier.
    stream: whether its bytes come as they arrive. held: bytes not told yet. chunked: told as chunks from now on.
    whole: told as one body before its end. seen: bytes the browser counted. got: bytes it gave us.
    ended: stamp and wire size. fetching: its end was told, and its body asked for.
    broken: when and how it failed, and whether the page did that itself.
    doomed: when and why its document went away.
    untold: events held back while it is open whether a page is behind them. asked: the request itself was seen.
    shadows: requests of a service worker that were taken for this one in passing.
    """

    name: str
    origin: Origin
    url: str
    method: str
    resource: str
    loader: str
    last: float
    stream: Literal["no", "asked", "on", "refused"] = "no"
    held: list[tuple[float, bytes]] = []
    chunked: bool = False
    text: bodies.TextStream = msgspec.field(default_factory=bodies.TextStream)
    seen: int = 0
    got: int = 0
    whole: bool = False
    cut: bool = False
    mime: str = ""
    charset: str = ""
    length: int | None = None
    from_cache: bool = False
    responded: bool = False
    ended: tuple[float, int] | None = None
    fetching: bool = False
    broken: tuple[float, str, bool] | None = None
    doomed: tuple[float, str] | None = None
    untold: list[Event] | None = None
    asked: bool = True
    shadows: int = 0


class Exchanges:
    """Those under way in one browser, named r1, r2, … by `names`.

    live: by session and request id. due: those that wait for time to pass. through: which session has the bytes, where
    it is another than the one that tells.
    """

    def __init__(self, out: Output, names: Iterator[int]) -> None:
        self.out = out
        self.live: dict[Key, Exchange] = {}
        self.due: set[Key] = set()
        self.through: dict[Key, str] = {}
        self._names = names
        # Those that ended: what still comes for them is no news.
        self._past: OrderedDict[Key, None] = OrderedDict()
        # When the latest were sent, by method and address: for the wire, which tells of each once more.
        self._sent: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def name(self) -> str:
        """The name of the next connection."""
        return f"r{next(self._names)}"

    def sent(self, method: str, url: str, mono: float) -> None:
        """The browser told of a request, of whosever."""
        self._sent.setdefault((method, url), deque(maxlen=FOLLOWED)).append(mono)
        if len(self._sent) > FOLLOWED:
            self._sent.popitem(last=False)

    def was_sent(self, method: str, url: str, before: float) -> bool:
        """Whether it told of a request that was sent by then; each answers for one."""
        times = self._sent.get((method, url))
        if not times or times[0] > before:
            return False
        times.popleft()
        return True

    def again(self, key: Key) -> None:
        """An id is used once more: what comes for it is news again."""
        self._past.pop(key, None)

    def ended(self, key: Key) -> None:
        """What still comes for this one is no news."""
        self._past[key] = None
        if len(self._past) > FOLLOWED:
            self._past.popitem(last=False)

    def has_ended(self, key: Key) -> bool:
        """Whether it is one of the latest that ended."""
        return key in self._past

    def overflow(self) -> Exchange | None:
        """The oldest, taken away, where there are too many: a page that reads no bodies leaves its requests open."""
        if len(self.live) <= FOLLOWED:
            return None
        key = next(iter(self.live))
        self.ended(key)
        return self.live.pop(key)

    def ask(self, key: Key, step: str, command: str, timeout: float = 10.0) -> None:
        """Send a command about an exchange; its reply comes back to `Requests.reply` as `step`."""
        token = ("requests", key[0] or "", key[1], step, self.live[key].name)
        self.out.send(self.through.get(key, key[0]), command, {"requestId": key[1]}, token, timeout)

    def emit(self, kind: Callable[..., Event], one: Exchange, mono: float, **fields: Any) -> None:
        """Tell something of an exchange, never earlier than what was told of it before."""
        one.last = max(one.last, mono)
        event = kind(**one.origin.stamp(self.out.clock, one.last), connection=one.name, **fields)
        if one.untold is None:
            self.out.emit(event)
        else:
            one.untold.append(event)
