"""Discord's gateway in JSON: `{"op": 0, "t": "MESSAGE_CREATE", "s": 42, "d": {…}}`.

The type is the event's name `t` of a dispatch, else the name of the operation.
https://discord.com/developers/docs/topics/opcodes-and-status-codes
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "discord"
_HOST = re.compile(r"^wss?://[\w.-]*\bdiscord\.(?:gg|media|com)(?:[:/]|$)")
_EVENT = re.compile(r"[A-Z][A-Z_0-9]{2,60}")
_OPS = {
    0: "dispatch", 1: "heartbeat", 2: "identify", 3: "presence-update", 4: "voice-state-update", 5: "voice-ping",
    6: "resume", 7: "reconnect", 8: "request-guild-members", 9: "invalid-session", 10: "hello", 11: "heartbeat-ack",
    13: "call-connect", 14: "guild-subscriptions", 31: "request-soundboard-sounds",
    37: "guild-subscriptions-bulk", 40: "qos-heartbeat",
}  # fmt: skip


class Discord(Stateless):
    """By address, or by the four keys of what the gateway sends."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """What a client sends is a hint."""
        value = item.value
        if facts.channel != "socket" or not _known(value):
            return 0
        if _HOST.match(facts.url):
            return 95
        if value["op"] not in _OPS:
            return 0
        if value.keys() == {"op", "t", "s", "d"}:
            return 80 if (value["op"] == 0) == (value["t"] is not None) else 0
        if value.keys() != {"op", "d"}:
            return 0
        d = value["d"]
        if value["op"] == 10:
            return 75 if type(d) is dict and "heartbeat_interval" in d else 0
        if value["op"] in (2, 6):
            return 60 if type(d) is dict and "token" in d else 0
        return 20 if value["op"] == 1 and (d is None or type(d) is int) else 10

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        value = item.value
        if not _known(value):
            return None
        name = value.get("t")
        kind = name if type(name) is str else _OPS.get(value["op"], f"op={value['op']}")
        message = Message(protocol=NAME, type=kind, value=value)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))


def _known(value: Any) -> bool:
    """Whether it is the gateway's envelope: op and d, and of a dispatch a name and a number."""
    if type(value) is not dict or type(value.get("op")) is not int or ("d" not in value and value["op"] not in _OPS):
        return False
    name, number = value.get("t"), value.get("s")
    named = name is None or (type(name) is str and _EVENT.fullmatch(name) is not None)
    return named and (number is None or type(number) is int)


PROTOCOL = Discord()
