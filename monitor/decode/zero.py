"""Zero's socket, and the pushes and pulls of Replicache, from which it comes.

On the socket a message is `["pokeStart", {…}]`, its type the name. Over fetch it is the body of a push
(`pushVersion`) or a pull (`pullVersion`), or a pull's answer (`lastMutationIDChanges` and `patch`).
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "zero"
_URL = re.compile(r"^wss?://[^?#]*/sync/v\d+/connect\?")
_TELLING = {
    "pokeStart": "pokeID", "pokePart": "pokeID", "pokeEnd": "pokeID", "initConnection": "desiredQueriesPatch",
    "changeDesiredQueries": "desiredQueriesPatch", "connected": "wsid", "push": "clientGroupID",
    "pull": "clientGroupID",
}  # fmt: skip
"""Names, and the key that their body must have."""
_NAMES = frozenset(
    (*_TELLING, "ping", "pong", "error", "pullResponse", "pushResponse", "deleteClients", "closeConnection", "inspect",
     "ackMutationResponses", "transformError", "updateAuth")
)  # fmt: skip


class Zero(Stateless):
    """By address, or by names together with a key of their bodies."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """Names that anyone could use, such as `ping`, are only hints."""
        if _posted(item.value) and facts.channel in ("fetch", "fetch-stream"):
            return 80
        name = _name(item.value)
        if facts.channel != "socket" or name is None:
            return 0
        if _URL.match(facts.url):
            return 95
        key = _TELLING.get(name)
        if key is None:
            return 5
        told = type(item.value[1]) is dict and key in item.value[1]
        return 75 if told and key != "wsid" else 30 if told else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        name = _posted(item.value) or _name(item.value)
        if name is None:
            return None
        protocol = NAME if type(item.value) is list else "replicache"
        message = Message(protocol=protocol, type=name, value=item.value)
        return Decoded(layers=item.layers + (protocol,), messages=(message,))


def _name(value: Any) -> str | None:
    if type(value) is not list or not 2 <= len(value) <= 3 or type(value[0]) is not str:
        return None
    return value[0] if value[0] in _NAMES and type(value[1]) in (dict, list) else None


def _posted(value: Any) -> str | None:
    """What a request or an answer over fetch is."""
    if type(value) is not dict:
        return None
    if "clientGroupID" in value and "profileID" in value:
        return "push" if "pushVersion" in value else "pull" if "pullVersion" in value else None
    return "pullResponse" if "lastMutationIDChanges" in value and "patch" in value and "cookie" in value else None


PROTOCOL = Zero()
