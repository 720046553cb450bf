"""htmx over WebSockets and Turbo Streams: pieces of HTML that say where in the page they go.

A message of the page is its form with a `HEADERS` object of htmx's; its type is the element that sent it. What comes is
HTML: its type is `swap/ID` of the first element that is swapped, or `ACTION/TARGET` of the first Turbo stream; the
value is {"html", "targets"}.
"""

from __future__ import annotations

import re

from monitor.decode.parse import UNSET
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "htmx"
TURBO = "turbo-stream"
_MAX_TARGETS = 64
_OPENS = re.compile(r"\s*<(?:!--|[a-zA-Z])")
_TAG = re.compile(r"<[a-zA-Z][\w-]{0,40}(?:\s[^<>]{0,2000})?>")
_ATTRIBUTE = re.compile(r"""\s(id|hx-swap-oob|action|targets?)\s*=\s*["']([^"'<>]{0,200})["']""")
_SENDERS = ("HX-Trigger-Name", "HX-Trigger", "HX-Target")


class Htmx(Stateless):
    """By the headers that htmx puts into a message, or by HTML that names its place."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """HTML alone proves nothing: some element must be swapped out of band, or be a Turbo stream."""
        if item.value is not UNSET:
            headers = item.value.get("HEADERS") if type(item.value) is dict else None
            return 85 if facts.channel == "socket" and type(headers) is dict and "HX-Request" in headers else 0
        if facts.channel == "socket" or item.name is not None:
            return 75 if item.text and _OPENS.match(item.text) and targets(item.text) else 0
        return 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        if type(item.value) is dict and type(item.value.get("HEADERS")) is dict:
            headers = item.value["HEADERS"]
            sender = next((headers[key] for key in _SENDERS if type(headers.get(key)) is str and headers[key]), "send")
            return _one(item, sender, item.value, NAME)
        if item.text is None or not _OPENS.match(item.text):
            return None
        found = targets(item.text)
        protocol = TURBO if f"<{TURBO}" in item.text[:10_000] else NAME
        return _one(item, found[0] if found else "html", {"html": item.text, "targets": found}, protocol)


def targets(html: str) -> list[str]:
    """Where the pieces of HTML go: `swap/ID` of an element out of band, `ACTION/TARGET` of a Turbo stream."""
    found: list[str] = []
    if "hx-swap-oob" not in html and f"<{TURBO}" not in html:
        return found
    for tag in _TAG.finditer(html, 0, 1_000_000):
        told = dict(_ATTRIBUTE.findall(tag[0]))
        if tag[0].startswith(f"<{TURBO}"):
            found.append(f"{told.get('action', TURBO)}/{told.get('target') or told.get('targets') or ''}".rstrip("/"))
        elif "hx-swap-oob" in told:
            found.append(f"swap/{told.get('id', '')}".rstrip("/"))
        if len(found) >= _MAX_TARGETS:
            break
    return found


def _one(item: Item, kind: str, value: object, protocol: str) -> Decoded:
    message = Message(protocol=protocol, type=kind[:100], value=value)
    return Decoded(layers=item.layers + (protocol,), messages=(message,))


PROTOCOL = Htmx()
