"""One direction-blind conversation: finds its protocol among the first items, then hands every item to that session.

Until a protocol is found items are read generically, and so is every item its session does not know.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.decode import generic
from monitor.decode.limits import SNIFFS
from monitor.decode.parse import UNSET
from monitor.decode.protocol import Facts, Item, Session
from monitor.decode.registry import choose
from monitor.model import Decoded, Message


class Talk:
    """A connection's items, in order.

    batches: an array of typed objects is several messages. former: sessions of ended connections by protocol name, of
    which the new one inherits. name: of the protocol that was found.
    """

    def __init__(self, facts: Facts, batches: bool = False) -> None:
        self.facts = facts
        self.session: Session | None = None
        self.former: Mapping[str, Session] = {}
        self.name = ""
        self._batches = batches
        self._sniffs = SNIFFS
        self._lost: str | None = None

    def read(self, item: Item) -> Decoded:
        """Read the next item. Never raises: a session that fails is named in `error`."""
        session = self.session or self._find(item)
        if session is None:
            return generic.read(item, self._batches)
        try:
            found = session.read(item)
        except Exception as error:  # a decoder that fails falls back, whatever it failed with
            found = with_error(generic.read(item, self._batches), error)
        return found or generic.read(item, self._batches)

    def settle(self) -> None:
        """A payload is through."""
        if self.session:
            self.session.settle()

    def lost(self, reason: str) -> None:
        """Something is missing before the next item."""
        self._lost = reason
        if self.session:
            self.session.lost(reason)

    def end(self) -> list[Message]:
        """The connection ended."""
        return self.session.end() if self.session else []

    def _find(self, item: Item) -> Session | None:
        if self._sniffs <= 0:
            return None
        if item.value is UNSET or item.value:
            self._sniffs -= 1
        protocol = choose(self.facts, item)
        if protocol is None:
            return None
        self.session = protocol.open(self.facts)
        if self._lost:
            self.session.lost(self._lost)
        if protocol.name in self.former:
            self.session.inherit(self.former[protocol.name])
        self.name = protocol.name
        return self.session


def with_error(decoded: Decoded, error: BaseException) -> Decoded:
    """The same, with the reason why a better decoder gave up."""
    return Decoded(layers=decoded.layers, messages=decoded.messages, error=f"{type(error).__name__}: {error}"[:300])
