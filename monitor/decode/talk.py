"""One direction-blind conversation: finds its protocol among the first items, then hands every item to that session.

Until a protocol is found items are read generically, and so is every item its session does not know. Where two
protocols fit equally, the messages say so in `also` until an item speaks against one of them; if that is the one that
was taken, the other takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from msgspec.structs import replace

from monitor.decode import generic, headed, unknown
from monitor.decode.limits import MAX_MESSAGES, MORE, SNIFFS
from monitor.decode.parse import UNSET
from monitor.decode.peel import unpacked
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.decode.registry import choose, neutral, rivals
from monitor.decode.sse import SseReader, looks_like_sse, sse_items
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
        self._tally: dict[str, int] = {}
        self._lost: str | None = None
        self._rivals: tuple[Protocol, ...] = ()
        self._frames: dict[str | None, unknown.Frames] = {}

    @property
    def alone(self) -> bool:
        """Whether each text stands for itself: there is no protocol, and none is looked for any more."""
        return self.session is None and self._sniffs <= 0

    def read(self, item: Item) -> Decoded:
        """Read the next item. Never raises: a session that fails is named in `error`."""
        found = self._claimed(item)
        if found is None and item.data is not None and item.value is UNSET:
            below = unpacked(item)
            if below is not None:
                item, found = below, self._claimed(below)
        return _annotated(found or self._generic(item), item)

    def _claimed(self, item: Item) -> Decoded | None:
        """The item as the connection's protocol reads it, None where it has none or does not know it."""
        session = self.session or self._find(item)
        if session is None:
            return None
        try:
            found = session.read(item)
        except Exception as error:  # a decoder that fails falls back, whatever it failed with
            return with_error(self._generic(item), error)
        return self._contested(item, found) if self._rivals else found

    def _contested(self, item: Item, found: Decoded | None) -> Decoded | None:
        """What the taken protocol read, with the names of those that fit as well; or what the first of them reads."""
        self._rivals = tuple(one for one in self._rivals if one.score(self.facts, item) > 0)
        if found is None:
            for number, rival in enumerate(self._rivals):
                session = rival.open(self.facts)
                found = session.read(item)
                if found is not None:
                    self.session, self.name, self._rivals = session, rival.name, self._rivals[number + 1 :]
                    return found
            return None
        names = tuple(one.name for one in self._rivals)
        return _mapped(found, lambda message: replace(message, also=message.also + names)) if names else found

    def _generic(self, item: Item) -> Decoded:
        """The item with no protocol."""
        if self._batches and item.value is UNSET and (headed_one := headed.read(item)) is not None:
            return headed_one
        if item.value is UNSET and item.text is None:
            return unknown.read(item, self._frames.setdefault(item.dir, unknown.Frames()))
        if item.text and item.value is UNSET and type(item.wire) is bytes:
            packed = unknown.in_text(item, item.wire)
            if packed is not None:
                return packed
        if self._batches and item.text and item.value is UNSET and looks_like_sse(item.text) and "\n" in item.text:
            return self._events(item)
        return generic.read(item, self._batches)

    def _events(self, item: Item) -> Decoded:
        """Server-sent events within one frame."""
        reader = SseReader()
        events = [*islice(reader.each(item.text or ""), MAX_MESSAGES + 1)]
        if len(events) <= MAX_MESSAGES:
            events += reader.finish()
        read = [generic.read(one) for one in sse_items(events[:MAX_MESSAGES], item.dir)]
        if not read:
            return generic.read(item, self._batches)
        if len(events) > MAX_MESSAGES:
            item.notes += (MORE,)
        layers = item.layers + max((one.layers for one in read), key=len)
        return Decoded(layers=layers, messages=tuple(message for one in read for message in one.messages))

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
        if not neutral(item):
            self._sniffs -= 1
        protocol = choose(self.facts, item, self._tally)
        if protocol is None:
            return None
        self._rivals = rivals(self.facts, item, protocol)
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


def _annotated(decoded: Decoded, item: Item) -> Decoded:
    """The same, with what the layers had to say."""
    if not item.notes and not item.also:
        return decoded
    missing = tuple(note for note in item.notes if not any(note in message.notes for message in decoded.messages))
    return _mapped(decoded, lambda one: replace(one, notes=one.notes + missing, also=one.also + item.also))


def _mapped(decoded: Decoded, change: Callable[[Message], Message]) -> Decoded:
    return replace(decoded, messages=tuple(map(change, decoded.messages)))
