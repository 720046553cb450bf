"""What pages made and sent themselves, by when it first left: a message that holds it was stamped after that.

What came to a page before, or stands in an address, is not the page's own making. Bounded: the oldest are forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.decode.moments import Scan

ECHO_S = 10.0  # what comes later than this after the sending is no echo worth having
SENT = 4_096
SEEN = 25_000
PHRASE = 16  # letters of a phrase that two people do not write at the same time
_DIGITS = 4  # of an id


class Sent:
    """Tell it what leaves pages and what comes to them."""

    def __init__(self) -> None:
        self.texts: dict[str, float] = {}
        self.moments: dict[object, float] = {}
        self._young: set[int] = set()
        self._old: set[int] = set()

    def leave(self, found: Scan, at: float) -> None:
        """A message leaves a page."""
        for text in found.texts:
            if text not in self.texts and _telling(text) and not self._knows(text):
                self.texts[text] = at
        for raw, _ in found.moments.values():
            self.moments.setdefault(raw, at)
        while len(self.texts) > SENT:
            del self.texts[next(iter(self.texts))]
        while len(self.moments) > SENT:
            del self.moments[next(iter(self.moments))]

    def come(self, found: Scan, at: float) -> float | None:
        """A message comes: when the last of what it echoes was sent, None where it echoes nothing."""
        sent = [at_ for text in found.texts if (at_ := self.texts.pop(text, None)) is not None] if self.texts else []
        if self.moments:
            sent += [at_ for raw, _ in found.moments.values() if (at_ := self.moments.get(raw)) is not None]
        self.see(found.texts)
        return max((one for one in sent if 0.0 <= at - one <= ECHO_S), default=None)

    def see(self, texts: Iterable[str]) -> None:
        """Texts that are not new any more; the oldest are forgotten."""
        self._young.update(map(hash, texts))
        if len(self._young) > SEEN:
            self._old, self._young = self._young, set()

    def _knows(self, text: str) -> bool:
        number = hash(text)
        return number in self._young or number in self._old


def _telling(text: str) -> bool:
    """Whether a text is one of its kind: a phrase or an id, and no word of the protocol."""
    return (" " in text and len(text) >= PHRASE) or sum(char.isdigit() for char in text[:64]) >= _DIGITS
