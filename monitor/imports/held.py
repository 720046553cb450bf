"""A list that is too long to be held in memory: what is put down stays on disk until it is asked for, in its order."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import Any

import msgspec

from monitor.imports.source import parse

_IN_MEMORY = 1 << 16
_encode = msgspec.json.Encoder().encode


class Held:
    """Objects of JSON. Those who read it go through all of it, as often as they like, one after another."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by whoever filled it
        self._count = 0

    def add(self, one: dict[str, Any]) -> None:
        """Put one down at the end."""
        try:
            line = _encode(one)
        except (UnicodeEncodeError, OverflowError, msgspec.EncodeError):  # half characters, numbers beyond 64 bits
            line = json.dumps(one).encode("ascii")
        self._file.write(line + b"\n")
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        for line in self._file:
            yield parse(line)

    def close(self) -> None:
        """Throw all of it away."""
        self._file.close()
