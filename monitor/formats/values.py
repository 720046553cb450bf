"""Decoded values as JSON can hold them."""

from __future__ import annotations

import base64
import math
from typing import Any


def plain(value: Any) -> Any:
    """A decoded value as JSON can hold it: the form in which examples are shown and schemas are true."""
    kind = type(value)
    if kind is dict:
        return {key if type(key) is str else str(key): plain(inner) for key, inner in value.items()}
    if kind is list or kind is tuple:
        return [plain(inner) for inner in value]
    if kind is float and not math.isfinite(value):
        return None
    if value is None or kind in (str, bool, int, float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    return str(value)
