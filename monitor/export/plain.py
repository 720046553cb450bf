"""Plain data as JSON, whatever it holds: lone surrogates as escapes, bytes as base64, the unknown as its words."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec

_encode = msgspec.json.Encoder(order=None).encode


def encode(value: Any) -> bytes:
    """JSON on one line."""
    try:
        return _encode(value)
    except (UnicodeEncodeError, TypeError, OverflowError, msgspec.EncodeError):
        return json.dumps(value, default=_odd).encode("ascii")


def line(value: Any) -> str:
    """One object as one line."""
    return encode(value).decode("utf-8") + "\n"


def _odd(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return str(value)
