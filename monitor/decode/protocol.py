"""What a protocol is to the rest: it scores itself on what is known of a connection, and reads items one after another.

A protocol plugs in with one file: a module of this package that has a `PROTOCOL`. Its `score` looks at the connection's
facts and at one payload; the best score of `ENOUGH` or more wins the connection, and `open` makes the session that
reads it. Lower scores are hints, which add up over the payloads of a connection until they are enough. A session that
cannot make sense of an item answers None, and the item is read generically; one that raises is treated the same, with
the reason in `Decoded.error`.
"""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod
from typing import Any

import msgspec

from monitor.decode.parse import UNSET
from monitor.model import Decoded, Direction, Message

ENOUGH = 50
"""The score from which a protocol may take a connection; 100 is certain. Lower ones add up over several items."""


class Facts(msgspec.Struct, kw_only=True):
    """What is known of a connection beside its payloads; empty where it is not known.

    mime: of what comes in, lower case, without parameters. out_mime: of the request's body, with its parameters.
    encoding: the response's content-encoding.
    """

    channel: str = ""
    url: str = ""
    subprotocol: str = ""
    mime: str = ""
    out_mime: str = ""
    encoding: str = ""


class Item(msgspec.Struct):
    """One payload, or one event of a stream, with the layers already taken off.

    value: the parsed JSON (or MessagePack, or CBOR), UNSET where it is none. name: the event name where the item is an
    SSE event. wire: the payload before any layer was taken off. also: other readings that fit as well as these layers.
    notes: what the layers could not know, in words.
    """

    text: str | None = None
    data: bytes | None = None
    value: Any = UNSET
    dir: Direction | None = None
    name: str | None = None
    layers: tuple[str, ...] = ()
    wire: str | bytes | None = None
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def bytes(self) -> builtins.bytes | None:
        """The payload as it came, where it came in bytes."""
        return self.wire if type(self.wire) is builtins.bytes else self.data


class Session:
    """One conversation of a protocol on one connection."""

    def read(self, item: Item) -> Decoded | None:
        """Read the next item; None where it is not this protocol's. May raise: the caller falls back."""
        raise NotImplementedError

    def settle(self) -> None:
        """A payload is through: complete the values of the messages it gave."""

    def lost(self, reason: str) -> None:
        """Something is missing before the next item."""

    def inherit(self, former: Session) -> None:
        """The same tab had a connection of this protocol before, which ended: take over what goes on."""

    def end(self) -> list[Message]:
        """The connection ended: what there is to say of the messages it left open."""
        return []


class Protocol(ABC):
    """A protocol: how sure it is of a connection, and a session for it."""

    name: str

    @abstractmethod
    def score(self, facts: Facts, item: Item) -> int:
        """How sure this protocol is, 0–100, from the facts and one item."""

    @abstractmethod
    def open(self, facts: Facts) -> Session:
        """A session for a connection it won."""


class Stateless(Protocol, Session):
    """A protocol whose items need nothing from the ones before: it is its own session."""

    def open(self, facts: Facts) -> Session:
        """The protocol itself."""
        return self
