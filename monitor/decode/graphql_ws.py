"""GraphQL over WebSockets, both protocols: `graphql-transport-ws` and the older one, whose subprotocol is `graphql-ws`.

The type is the message's own (`subscribe`, `next`, `data`, `ka`, …), the value as it was sent.
"""

from __future__ import annotations

from monitor.decode.graphql import is_answer, operation
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

_SUBPROTOCOLS = ("graphql-transport-ws", "graphql-ws")
_TELLING = frozenset(("connection_init", "connection_ack", "connection_terminate", "connection_keep_alive"))
_WITH_ID = frozenset(("subscribe", "next", "start", "data"))


class GraphqlWs(Stateless):
    """By subprotocol, or by the messages that open such a connection."""

    name = "graphql-ws"

    def score(self, facts: Facts, item: Item) -> int:
        """Without the subprotocol, only words that no one else uses in this way."""
        if facts.subprotocol in _SUBPROTOCOLS:
            return 95
        value = item.value
        if facts.channel != "socket" or type(value) is not dict or type(value.get("type")) is not str:
            return 0
        if value["type"] in _TELLING:
            return 75
        payload = value.get("payload")
        if "id" not in value or value["type"] not in _WITH_ID:
            return 0
        return 75 if operation(payload) is not None or is_answer(payload) else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        if type(item.value) is not dict or type(item.value.get("type")) is not str:
            return None
        message = Message(protocol=self.name, type=item.value["type"], value=item.value)
        return Decoded(layers=item.layers + (self.name,), messages=(message,))


PROTOCOL = GraphqlWs()
