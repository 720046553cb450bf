"""The address of each event of a stream: its own, or the latest known one of its connection."""

from __future__ import annotations

from monitor.model import Event, Failed, Finished, SocketClosed


class Addresses:
    """A fold over events in the order of the capture; agrees with `schema.ADDRESS`.

    A connection that ended is kept until another `KEPT` ended after it: its body or a late frame may follow.
    """

    KEPT = 1000

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._ended: dict[str, None] = {}

    def feed(self, event: Event) -> str | None:
        """Take the event and say its address."""
        own: str | None = getattr(event, "url", None)
        connection: str | None = getattr(event, "connection", None)
        if connection is None:
            return own
        if own is None:
            own = self._known.get(connection)
        else:
            self._known[connection] = own
        if isinstance(event, Finished | Failed | SocketClosed):
            self._end(connection)
        return own

    def _end(self, connection: str) -> None:
        self._ended.pop(connection, None)
        self._ended[connection] = None
        if len(self._ended) > self.KEPT:
            oldest = next(iter(self._ended))
            del self._ended[oldest]
            self._known.pop(oldest, None)
