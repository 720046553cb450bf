"""When the load of a document is over, and what is judged then.

A page shows what it has of before in its own time: what it lacks is not said while it loads, and with some room for
those that show things late.
"""

from __future__ import annotations

from monitor.sync.readings import Readings
from monitor.sync.state import State

BARE_S = 12.0  # one that shows none of them yet, this long after it began
LATE_S = 2.0  # a document may show its last items this long after its load is over


class Loads:
    """The documents whose load is not over, and those that are not judged yet."""

    def __init__(self, state: State, readings: Readings) -> None:
        self._state = state
        self._readings = readings
        self._loading: set[str] = set()
        self._later: dict[str, float] = {}  # when to judge those that show nothing yet
        self._settling: set[str] = set()

    def begin(self, label: str) -> None:
        """A tab has a new document."""
        self._settling.add(label)

    def turn(self, label: str) -> None:
        """A new document is at an address: it will be judged by what it shows."""
        self._loading.add(label)
        self._later.pop(label, None)

    def judge(self, now: float) -> None:
        """Judge the documents whose load is over by now, with some room for those that show things late.

        One that shows nothing yet of what the last one did is given more.
        """
        while due := [(time, label) for label in self._loading if (time := self._judged(label)) < now]:
            time, label = min(due)
            tab = self._state.tabs[label]
            subject = self._state.subject_of(tab)
            late = time >= tab.began + BARE_S
            if subject is not None and not tab.site and not late and self._readings.guarantees.bare(subject, label):
                self._later[label] = tab.began + BARE_S
                continue
            self._loading.discard(label)
            self._readings.lists.settled(label, time)
            self._readings.asides.settled(label, time)
            if subject is not None:
                self._readings.guarantees.settled(subject, label, time)

    def settle(self, now: float) -> None:
        """What no tab shows after the load of its document is withdrawn; what came with it may be explained."""
        due = sorted((settled, label) for label in self._settling if (settled := self._state.tabs[label].settled) < now)
        for settled, label in due:
            self._settling.discard(label)
            subject = self._state.subject_of(self._state.tabs[label])
            if subject is not None and not subject.site:
                subject.settle(settled)
                self._readings.explain(subject, now)

    def _judged(self, label: str) -> float:
        """When a tab's document is judged by what it shows."""
        return self._later.get(label, self._state.tabs[label].settled + LATE_S)
