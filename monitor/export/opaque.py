"""Secrets in bytes that only a decoder shows to be secret: a password within an MQTT packet, a field of a message.

Where the secret's text stands in the bytes as it is, it is masked there. Where it does not (it is compressed with what
came before it, or too short to be told from other bytes), the whole payload is masked: its length stays true.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_SHORTEST = 4


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text; text is read, and hides its secrets, as it stands."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return b"\0" in data or any(byte < 9 for byte in data[:256])


def hidden(old: Any, new: Any) -> Iterator[str]:
    """The texts of a value that its redacted form does not have."""
    stack = [(old, new)]
    while stack:
        was, now = stack.pop()
        if isinstance(was, dict) and isinstance(now, dict):
            stack.extend((inner, other) for inner, other in zip(was.values(), now.values(), strict=False))
        elif isinstance(was, list | tuple) and isinstance(now, list | tuple):
            stack.extend(zip(was, now, strict=False))
        elif was != now:
            yield was if isinstance(was, str) else str(was)


def masked(clean: bytes | None, data: bytes, secrets: tuple[str, ...]) -> bytes:
    """Bytes without secrets. clean: `data` as redacted by what it shows itself, None where that hid nothing."""
    left = data if clean is None else clean
    found = False
    for secret in secrets:
        needle = secret.encode("utf-8", "surrogatepass")
        if len(needle) >= _SHORTEST and needle in left:
            left, found = left.replace(needle, b"*" * len(needle)), True
        elif clean is None or needle in left:
            return b"*" * len(data)
    return left if found or clean is not None else b"*" * len(data)
