"""The rows of a pane between its edges, each made once: a list that moves by a row is the same rows elsewhere.

Textual keeps what it made by the row's place in the pane, so that one that moves is made anew: cut, coloured, encoded.
All of that stays with a strip; here a line keeps its strip as long as its edges are the same, wherever it stands.
"""

from __future__ import annotations

from textual.strip import Strip

_KEPT = 400  # rows that are remembered, some screens of them


class Frames:
    """The rows of one pane."""

    def __init__(self) -> None:
        self._left = self._right = Strip([])
        self._rows: dict[int, tuple[Strip, Strip]] = {}  # by the line's identity: itself, so that it stays, and its row

    def edges(self, row: Strip, left: int, right: int) -> None:
        """Take the edges of a row that Textual made: what stands left and right of those cells."""
        edges = row.crop(0, left), row.crop(right, row.cell_length)
        if edges != (self._left, self._right):
            self._left, self._right = edges
            self._rows.clear()

    def row(self, line: Strip) -> Strip:
        """A line between the edges."""
        known = self._rows.get(id(line))
        if known is None:
            if len(self._rows) >= _KEPT:
                self._rows.clear()
            known = self._rows[id(line)] = (line, Strip.join([self._left, line, self._right]))
        return known[1]
