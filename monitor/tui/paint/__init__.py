"""Painters: pure functions from a picture to lines of rich text, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.text import Text


def _as_it_is(thing: Any) -> Text:
    assert isinstance(thing, Text)
    return thing


class Lines:
    """Lines that are painted when they are seen.

    things: what each line shows, compared to find what changed. paint: makes the line of a thing. version: whatever
    else the lines depend on, such as the widths of columns. nothing: they only say that there is nothing to choose.
    """

    def __init__(
        self, things: Sequence[Any] = (), paint: Callable[[Any], Text] = _as_it_is, version: object = None,
        *, nothing: bool = False,
    ) -> None:  # fmt: skip
        self.things = things
        self.paint = paint
        self.version = version
        self.nothing = nothing
