"""The changes that tabs made: what carried each, when the server acknowledged it, and which items it made."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.sync.evidence import Packet
from monitor.sync.network import Connection

ACK_S = 5.0  # an echo later than this does not acknowledge a frame
REFUSED = (409, 412, 428)  # by these a server refuses a write for what was written before it
_REFUSALS = 200
ANSWER_S = 120.0  # what reaches the writer's tab later than this is no answer to the write


@dataclass(slots=True)
class Write:
    """One change. sent: when it left the tab. at: when it was acknowledged; None while it is not.

    items: what it made. answers: those of them that it did not carry itself, but called forth. beside: those of these
    that merely came to stand there with what it carried, such as the author's name.
    """

    number: int
    tab: str
    sent: float
    seq: int
    request: str
    connection: str
    at: float | None = None
    failed: bool = False
    status: int | None = None
    echoed: bool = False
    rank: int = 0  # how sure a carrier it is: a request says more than a frame, a frame more than a broadcast
    subject: tuple[str, str] | None = None
    items: list[str] = field(default_factory=list)
    answers: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    version: int | None = None  # of its items, where it changed what was there
    removed: bool = False  # what it changed is gone by it
    said: str = ""  # the text of its first item as it had it
    replaced_by: list[int] = field(default_factory=list)  # writes of other tabs that changed what it had made

    def moved(self, subject: tuple[str, str], names: dict[str, str]) -> None:
        """What it made belongs to another subject, where it has other names; the rest of it is gone."""
        self.subject = subject
        self.items = [names[item] for item in self.items if item in names]
        self.answers = {names[item] for item in self.answers if item in names}
        self.beside = {names[item] for item in self.beside if item in names}

    def carried(self, items: Sequence[str]) -> list[str]:
        """Of some items, those by which the write is judged; all of them where it has no others."""
        return [item for item in items if item not in self.beside] or list(items)

    def made(self, item: str, at: float) -> float:
        """From when other tabs can be expected to show an item: its acknowledgement; for an answer, its first sight."""
        acknowledged = self.at if self.at is not None else self.sent
        return max(acknowledged, at) if item in self.answers else acknowledged


class Writes:
    """All writes, in order, and by the connection that carries them."""

    def __init__(self) -> None:
        self.all: list[Write] = []
        self._by_request: dict[str, Write] = {}
        self._by_packet: dict[int, Write] = {}
        self._refusals: deque[Connection] = deque(maxlen=_REFUSALS)

    def of_request(self, connection: Connection, tab: str) -> Write:
        """The write a request makes; made at the first call."""
        write = self._by_request.get(connection.key)
        if write is None:
            write = self._add(tab, connection.opened, connection.seq, connection.request, connection.key)
            self._by_request[connection.key] = write
            if connection.status is not None and connection.answered is not None:
                self.answered(connection, connection.answered)
        return write

    def of_packet(self, packet: Packet, tab: str, label: str) -> Write:
        """The write a frame, a storage change or a broadcast makes: acknowledged when sent, or by an echo."""
        if (known := self._by_packet.get(packet.seq)) is not None:
            return known
        write = self._by_packet[packet.seq] = self._add(tab, packet.time, packet.seq, label, packet.connection)
        write.at = packet.time
        return write

    def of_list(self, of: Connection | Write, tab: str, at: float) -> Write:
        """The change of a list that an acknowledged request made, or that came with a write."""
        key = of.key if isinstance(of, Connection) else of.connection
        sent = of.opened if isinstance(of, Connection) else of.sent
        write = self._add(tab, sent, of.seq, of.request, key)
        write.at = at
        return write

    def of_frame(self, packet: Packet, tab: str, label: str) -> Write:
        """The change of a list that a frame asked for."""
        write = self._add(tab, packet.time, packet.seq, label, packet.connection)
        write.at = packet.time
        return write

    def by_connection(self, key: str) -> Write | None:
        """The write that this request made, if it made one."""
        return self._by_request.get(key)

    def unseen(self) -> list[Connection]:
        """The requests that were refused for what was written before them, and that no page ever showed anything of."""
        return [connection for connection in self._refusals if connection.key not in self._by_request]

    def requested(self, since: float) -> bool:
        """Whether a request wrote something that late; its answer may go on for longer than that."""
        return any(write.sent >= since - ANSWER_S and write.connection in self._by_request for write in self.all[-20:])

    def by_packet(self, seq: int) -> Write | None:
        """The write that this payload made, if it made one and is no request."""
        return self._by_packet.get(seq)

    def latest(self, tab: str, subject: tuple[str, str], now: float) -> Write | None:
        """The newest write of a tab to a subject, if it is recent enough to have called forth what comes now."""
        for write in reversed(self.all[-200:]):
            if write.tab == tab and write.subject == subject:
                return write if now - write.sent <= ANSWER_S else None
        return None

    def recent_on(self, connection: str, now: float) -> list[Write]:
        """The writes sent on a socket that an echo may still acknowledge."""
        return [w for w in self.all[-50:] if w.connection == connection and not w.echoed and now - w.sent <= ACK_S]

    def answered(self, connection: Connection, time: float) -> Write | None:
        """A request was answered: acknowledged with 2xx or 3xx, else refused; the write, if it was refused."""
        write = self._by_request.get(connection.key)
        if write is None and connection.status in REFUSED and connection.method not in ("GET", "HEAD"):
            self._refusals.append(connection)
        if write is None or write.at is not None:
            return None
        write.status = connection.status
        if connection.status is not None and connection.status < 400:
            write.at = time
            return None
        write.failed = True
        return write

    def echo(self, write: Write, time: float) -> None:
        """The server sent the written content back on the socket it came on: that is its acknowledgement."""
        if not write.echoed and write.at is not None and 0 <= time - write.sent <= ACK_S:
            write.at, write.echoed = time, True

    def _add(self, tab: str, sent: float, seq: int, request: str, connection: str) -> Write:
        write = Write(len(self.all), tab, sent, seq, request, connection)
        self.all.append(write)
        return write


def label_of(packet: Packet) -> str:
    """What carried a write that is no request, in words."""
    if packet.channel == "socket":
        return "socket frame"
    words = packet.connection.split(":")
    return " ".join(words[::2] if packet.channel == "storage" else words)
