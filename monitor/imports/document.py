"""One great JSON document, read in pieces: the values at some places of it, as they come, the rest thrown away.

A place may lie within another one: its values are given as they come, and are left out of the value around them, so
that a list of any length need not be held. The depth is bounded. A document that ends in the middle gives what is whole
and then raises `Cut`.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedIOBase
from typing import Any

import ijson

from monitor.imports.surrogates import Mended

DEEPEST = 200


class Cut(Exception):
    """The document ends in the middle."""


class Bad(Exception):
    """The document is no JSON, or too deep; says where, in bytes, as near as is known."""


def picked(file: BufferedIOBase, places: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """(place, value) for each value at one of the places, such as `log.entries.item`; `item` is any entry of a list.

    Raises Cut or Bad after what came before it.
    """
    picker = _Picker(places)
    tokens = ijson.basic_parse(Mended(file), use_float=True)
    while True:
        try:
            kind, value = next(tokens)
        except StopIteration:
            return
        except (ijson.JSONError, UnicodeDecodeError, OverflowError) as error:
            if _at_the_end(str(error)) and not file.read(1):
                raise Cut from error
            raise Bad(
                f"before byte {file.tell()}: it is no JSON: {str(error).strip().partition(chr(10))[0]}"
            ) from error
        if (found := picker.take(kind, value)) is not None:
            yield found


def _at_the_end(words: str) -> bool:
    """Whether the parser stumbled over the end: it says so, or shows nothing of the text that it stumbled over."""
    lines = words.split("\n")
    return "premature EOF" in words or "complete" in lines[0] or (len(lines) > 1 and not lines[1].strip())


class _Picker:
    """Follows the tokens; builds what stands at the wanted places."""

    def __init__(self, places: tuple[str, ...]) -> None:
        self._wanted = {tuple(place.split(".")): place for place in places}
        self._depths = {len(path) for path in self._wanted}
        self._path: list[str] = []
        self._inside: list[Any] = []
        self._begun: list[tuple[int, str]] = []  # how much was being built when the value of a place began

    def take(self, kind: str, value: Any) -> tuple[str, Any] | None:
        """The next token; the place and value that it completes."""
        if kind == "map_key":
            self._path[-1] = value
        elif kind in ("start_map", "start_array"):
            self._start({} if kind == "start_map" else [])
        elif kind in ("end_map", "end_array"):
            self._path.pop()
            if self._inside:
                whole = self._inside.pop()
                if self._begun[-1][0] == len(self._inside):
                    return self._begun.pop()[1], whole
        elif (place := self._place()) is not None:
            return place, value
        elif self._inside:
            self._add(value)
        return None

    def _place(self) -> str | None:
        """The wanted place that this is."""
        return self._wanted.get(tuple(self._path)) if len(self._path) in self._depths else None

    def _start(self, new: Any) -> None:
        if len(self._path) >= DEEPEST:
            raise Bad(f"it is deeper than {DEEPEST} levels")
        if (place := self._place()) is not None:
            self._begun.append((len(self._inside), place))
            self._inside.append(new)
        elif self._inside:
            self._add(new)
            self._inside.append(new)
        self._path.append("" if isinstance(new, dict) else "item")

    def _add(self, value: Any) -> None:
        inside = self._inside[-1]
        if isinstance(inside, dict):
            inside[self._path[-1]] = value
        else:
            inside.append(value)
