"""IRC over WebSockets, as Twitch's chat speaks it: lines of tags, a prefix, a command and its parameters.

A line is a message; its type is the command (`PRIVMSG`, `PING`, a number such as `001`), the value {"tags", "prefix",
"params"}: what is absent is left out. A frame may hold several lines.
https://modern.ircdocs.horse/#message-format and https://ircv3.net/specs/extensions/message-tags
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.limits import MAX_FIELDS, MAX_MESSAGES, MORE
from monitor.decode.parse import UNSET
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "irc"
_ADDRESS = re.compile(r"//irc-ws\.|//[^/]*\birc\b|/webirc|/irc(?:/|$)")
_LINE = re.compile(r"(?:@(\S{1,8192}) +)?(?::(\S{1,512}) +)?([A-Za-z]{3,24}|\d{3})(?: +(.*))?", re.DOTALL)
_COMMANDS = """
PASS NICK USER CAP AUTHENTICATE JOIN PART PRIVMSG NOTICE PING PONG QUIT MODE TOPIC NAMES WHOIS KICK TAGMSG BATCH ACK
AWAY INVITE USERSTATE GLOBALUSERSTATE ROOMSTATE CLEARCHAT CLEARMSG HOSTTARGET RECONNECT USERNOTICE WHISPER
"""
_KNOWN = frozenset(_COMMANDS.split())
_ESCAPES = {r"\:": ";", r"\s": " ", r"\\": "\\", r"\r": "\r", r"\n": "\n"}
_ESCAPE = re.compile(r"\\[:s\\rn]")


class Irc(Stateless):
    """By subprotocol, by lines with a prefix or tags, or by address and command."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A command alone is a word: it takes a prefix or tags, or several of them on a connection."""
        if facts.subprotocol in ("text.ircv3.net", "binary.ircv3.net", "irc"):
            return 95
        if facts.channel != "socket" or item.value is not UNSET or not item.text:
            return 0
        line = item.text.split("\n", 1)[0].rstrip("\r")
        match = _LINE.fullmatch(line) if len(line) <= 8192 + 512 + 1024 else None
        if match is None or not (match[3] in _KNOWN or match[3].isdigit()):
            return 0
        if _ADDRESS.search(facts.url):
            return 80
        if (match[1] or match[2]) and match[4]:
            return 70
        return 20 if match[3] in ("PRIVMSG", "NICK", "CAP", "USER") and match[4] else 0

    def read(self, item: Item) -> Decoded | None:
        """Read the lines of one frame."""
        if item.text is None:
            return None
        lines = [line for line in item.text.split("\n", MAX_MESSAGES + 1) if line.strip("\r ")]
        found = [_message(line.rstrip("\r")) for line in lines[:MAX_MESSAGES]]
        messages = tuple(message for message in found if message is not None)
        if not messages or len(messages) < len(found):
            return None
        if len(lines) > MAX_MESSAGES:
            item.notes += (MORE,)
        return Decoded(layers=(*item.layers, NAME), messages=messages)


def _message(line: str) -> Message | None:
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    value: dict[str, Any] = {}
    if match[1]:
        value["tags"] = _tags(match[1])
    if match[2]:
        value["prefix"] = match[2]
    if match[4]:
        value["params"] = _params(match[4])
    return Message(protocol=NAME, type=match[3].upper(), value=value)


def _tags(text: str) -> dict[str, str]:
    """The tags by name, unescaped."""
    parts = (part.partition("=") for part in text.split(";", MAX_FIELDS)[:MAX_FIELDS])
    return {name: _ESCAPE.sub(lambda one: _ESCAPES[one[0]], value) for name, _, value in parts}


def _params(text: str) -> list[str]:
    """The parameters; what follows a colon is the last one, spaces and all."""
    middle, colon, last = (" " + text).partition(" :")
    return [*middle.split(), *([last] if colon else [])]


PROTOCOL = Irc()
