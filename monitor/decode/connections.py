"""What is known of each connection while its payloads are decoded, within limits.

Where there are too many, the one that was unused for longest gives way.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.decode.limits import MAX_CONNECTIONS, MAX_HELD, MAX_SHARED
from monitor.decode.protocol import Facts
from monitor.decode.shared import SharedStream
from monitor.decode.stream import Stream
from monitor.decode.talk import Talk
from monitor.model import Direction


class Connection:
    """What is kept of one connection.

    given: messages of its stream that were told already. lost: why something is missing, where it is.
    """

    __slots__ = ("expected", "facts", "given", "lost", "shared", "stream", "talk")

    def __init__(self) -> None:
        self.facts = Facts()
        self.talk: Talk | None = None
        self.shared: dict[Direction, SharedStream] | None = None
        self.stream: Stream | None = None
        self.expected: int | None = None
        self.given = 0
        self.lost: str | None = None

    def mark_lost(self, reason: str) -> None:
        """Something is missing: tell whoever reads this connection, now or later."""
        self.lost = reason
        if self.talk:
            self.talk.lost(reason)
        if self.stream:
            self.stream.talk.lost(reason)
        for shared in (self.shared or {}).values():
            shared.lost(reason)

    def compressed(self, dir: Direction) -> SharedStream:  # noqa: A002
        """What may hold the compressed stream that all frames of a direction share."""
        self.shared = self.shared or {}
        if dir not in self.shared:
            self.shared[dir] = SharedStream(self.facts.url, self.lost)
        return self.shared[dir]


class Connections:
    """All that are known, by key."""

    def __init__(self) -> None:
        self._known: dict[str, Connection] = {}
        self._held: dict[str, int] = {}  # bytes of unfinished bodies
        self._inflating: dict[str, None] = {}  # those that share a compressed stream

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._known.values())

    def get(self, key: str) -> Connection | None:
        """The connection, if it is known."""
        return self._known.get(key)

    def use(self, key: str) -> Connection:
        """The connection, made where it is new."""
        found = self._known.pop(key, None)
        if found is None:
            found = Connection()
            if len(self._known) >= MAX_CONNECTIONS:
                self.drop(next(iter(self._known)))
        self._known[key] = found
        return found

    def drop(self, key: str) -> None:
        """Forget a connection."""
        self._known.pop(key, None)
        self._held.pop(key, None)
        self._inflating.pop(key, None)

    @property
    def held(self) -> int:
        """The bytes that are held of unfinished bodies."""
        return sum(self._held.values())

    def released(self, key: str) -> None:
        """Nothing is held of the connection any more."""
        self._held.pop(key, None)

    def account(self, key: str, known: Connection) -> None:
        """Keep what is held for unfinished bodies within its bound: the largest goes first."""
        held = known.stream.held if known.stream else 0
        if not held:
            self.released(key)
            return
        self._held[key] = held
        if held > MAX_HELD // 64 and self.held > MAX_HELD:
            largest = max(self._held, key=lambda one: self._held[one])
            self.released(largest)
            victim = self.get(largest)
            if victim:
                victim.stream = None
                victim.mark_lost("too many unfinished bodies are held")

    def inflating(self, key: str) -> None:
        """The connection shares a compressed stream; of too many such streams the oldest is given up."""
        self._inflating[key] = None
        if len(self._inflating) > MAX_SHARED:
            first = next(iter(self._inflating))
            del self._inflating[first]
            oldest = self.get(first)
            for one in (oldest.shared or {}).values() if oldest else ():
                one.lost("too many compressed streams are open")
