"""When the user turned to a tab, which was hidden or without focus before, or used it: many pages ask then."""

from __future__ import annotations

from collections import deque

from monitor.model import UserInput, Visibility

_KEPT = 200
_SOON_S = 0.5  # what a page asks because it is turned to, it asks within this
_EARLY_S = 0.1  # the page may hear of it before the recorder does


class Turns:
    """Feed it what tabs say of their visibility."""

    def __init__(self) -> None:
        self._turns: dict[str, deque[tuple[float, int]]] = {}
        self._states: dict[str, tuple[bool, bool | None]] = {}
        self._used: dict[str, deque[tuple[float, str]]] = {}

    def note(self, event: Visibility) -> None:
        """A tab was shown or hidden, or got or lost the focus."""
        tab = event.tab or ""
        visible, focused = self._states.get(tab, (event.visible, event.focused))
        self._states[tab] = (event.visible, focused if event.focused is None else event.focused)
        if (event.visible and not visible) or (event.focused is True and focused is False):
            self._turns.setdefault(tab, deque(maxlen=_KEPT)).append((event.time, event.seq))

    def in_front(self, tab: str) -> bool:
        """Whether a tab is shown and has the focus, as far as it said: so that it cannot be turned to."""
        visible, focused = self._states.get(tab, (False, None))
        return visible and focused is not False

    def use(self, event: UserInput) -> None:
        """The user did something in a tab."""
        self._used.setdefault(event.tab or "", deque(maxlen=_KEPT)).append((event.time, event.input))

    def used(self, tab: str, time: float) -> bool:
        """Whether the user did something in a tab just before a moment."""
        return self.use_between(tab, time - _SOON_S, time + _EARLY_S) is not None

    def use_between(self, tab: str, start: float, end: float) -> str | None:
        """The kind of what the user did last in a tab in a stretch of time; None where that is nothing."""
        used = reversed(self._used.get(tab, ()))
        return next((kind for at, kind in used if start <= at <= end), None)

    def at(self, tab: str, time: float) -> int | None:
        """The event by which a tab was turned to just before a moment; None where it was not."""
        return next((seq for at, seq in self._turns.get(tab, ()) if -_EARLY_S <= time - at <= _SOON_S), None)
