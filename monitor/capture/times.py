"""What a filter says of time: clock times, moments, and moments that only a capture knows.

after:10:00:15            that time of day, on any day
after:2026-01-04T10:00    a moment, local where it names no zone
after:-30s                counted back from the capture's last event
since:mark                the last mark; since:"text", the last mark with that text
since:A-write             the last request of tab A that changes something (POST, PUT, PATCH, DELETE)
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from monitor.capture import terms
from monitor.capture.patterns import Range, fold, moment
from monitor.capture.terms import Term
from monitor.errors import FilterError

if TYPE_CHECKING:
    from monitor.capture.reader import Capture

_BACK = re.compile(r"-(\d+(?:\.\d+)?)(ms|s|m|min|h|d|)")
_SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_WRITE = re.compile(r"([A-Za-z]{1,4})-write", re.IGNORECASE)
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


class Anchors(Protocol):
    """The moments of a capture, epoch seconds; None where there is none."""

    def latest(self) -> float | None:
        """When its last event was."""

    def mark(self, text: str) -> float | None:
        """When the last mark was that holds a text."""

    def write(self, tab: str) -> float | None:
        """When a tab last sent a request that changes something."""


class CaptureAnchors:
    """The moments of a capture file, as it is now."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture

    def latest(self) -> float | None:
        return max(
            (row[0] for row in self._capture.rows("SELECT max(time) FROM events") if row[0] is not None), default=None
        )

    def mark(self, text: str) -> float | None:
        rows = self._capture.rows("SELECT time, payload FROM events WHERE kind = 'mark'")
        return max((at for at, said in rows if fold(text) in fold(said or "")), default=None)

    def write(self, tab: str) -> float | None:
        marks = ", ".join("?" * len(CHANGING))
        sql = (
            "SELECT max(time) FROM events WHERE kind = 'request' AND tab = ?"
            f" AND json_extract(data, '$.method') IN ({marks})"
        )
        rows = self._capture.rows(sql, (tab, *CHANGING))
        return max((row[0] for row in rows if row[0] is not None), default=None)


class Times:
    """Makes the terms of one filter. asked: one of them needs a capture."""

    def __init__(self, anchors: Anchors | None, strict: bool) -> None:
        self._anchors = anchors
        self._strict = strict
        self.asked = False

    def term(self, name: str, said: str, quoted: bool, at: int) -> Term:
        """The term of `name:said`; FilterError where it is no time."""
        if name == "since":
            return self._anchored(*self._since(said, quoted, at), at)
        back = _BACK.fullmatch(said)
        if back is None:
            return _when(name, said, at)
        latest, _ = self._ask("latest", "")
        when = None if latest is None else latest - float(back[1]) * _SECONDS[back[2]]
        return self._anchored(when, "The capture has no events.", at, name)

    def _since(self, said: str, quoted: bool, at: int) -> tuple[float | None, str]:
        write = None if quoted else _WRITE.fullmatch(said)
        if write is not None:
            return self._ask("write", write[1].upper(), f"Tab {write[1].upper()} wrote nothing.")
        if quoted or said.lower() == "mark":
            missing = f"No mark says {said}." if quoted else "There is no mark in the capture."
            return self._ask("mark", said if quoted else "", missing)
        if _BACK.fullmatch(said) or moment(said) is not None:
            raise FilterError(f"since: takes mark, a mark's text in quotes, or A-write. Write after:{said}.", at)
        raise FilterError(
            f'since: takes mark, a mark\'s text in quotes, or A-write, not {said}. Try since:"{said}".', at
        )

    def _ask(self, what: str, about: str, missing: str = "") -> tuple[float | None, str]:
        self.asked = True
        if self._anchors is None:
            return None, ""
        found: float | None = self._anchors.latest() if what == "latest" else getattr(self._anchors, what)(about)
        return found, missing

    def _anchored(self, when: float | None, missing: str, at: int, name: str = "after") -> Term:
        if when is None:
            if self._strict and self._anchors is not None and missing:
                raise FilterError(missing, at)
            return terms.Some(())
        return terms.Number("time", _span(name, when))


def _when(name: str, said: str, at: int) -> Term:
    when = moment(said)
    if when is None:
        raise FilterError(f"{name}: takes a time, such as 10:00:15, 2026-01-04T10:00:15Z or -30s, not {said}.", at)
    if isinstance(when, datetime):
        return terms.Number("time", _span(name, when.timestamp()))
    return terms.Clock(_span(name, when.hour * 3600.0 + when.minute * 60 + when.second + when.microsecond / 1e6))


def _span(name: str, at: float) -> Range:
    return Range(at, math.inf) if name == "after" else Range(-math.inf, at, open_high=True)
