"""One tab as the events tell it: address, document, visibility, traffic."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass, field

from monitor.model import Navigation

SETTLE_S = 2.0  # after its document began a page still loads what it shows; later changes are its life
SLOW_S = 10.0  # but no longer than this
RELOAD_S = 5.0  # what a document asked for this soon after it began belongs to its load
_MINUTE = 60
_KEPT = 10_000


@dataclass(slots=True)
class Tab:
    """A page target with its frames and workers. began: when its document did, or the tab appeared (`born`)."""

    label: str
    target: str = ""
    context: str = ""  # the browser context it lives in; empty where the recording does not say
    url: str = ""
    title: str = ""
    began: float = 0.0
    began_seq: int = 0
    how: str = "load"
    loader: str | None = None
    document_id: str | None = None  # of the main frame's document, as its Shown events name it
    loaded: float | None = None
    answered: float = 0.0  # when the last of what the document asked for while it loaded came
    site: str = ""
    account: str = ""  # whose pages of the site it shows, where its profile says how that is seen
    subject: str | None = None
    visible: bool = True
    focused: bool | None = None
    crashed: bool = False
    gone: bool = False
    painted: bool = False
    channels: set[str] = field(default_factory=set)
    per_second: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=_MINUTE + 5))
    came: list[float] = field(default_factory=list)  # when messages reached it
    asked: list[float] = field(default_factory=list)  # when its pages made requests
    looks: list[float] = field(default_factory=list)  # when the user turned to it, or did something in it
    documents: list[float] = field(default_factory=list)  # when its documents began
    hidden: list[list[float | None]] = field(default_factory=list)  # [from, to], to is None while it lasts
    offline: list[list[float | None]] = field(default_factory=list)  # likewise
    held: list[list[float | None]] = field(default_factory=list)  # likewise: what came to it was held back
    born: float = field(init=False)

    def __post_init__(self) -> None:
        self.born = self.began

    @property
    def settled(self) -> float:
        """When the page's load is over."""
        return max(self.began + SETTLE_S, (self.loaded or self.began) + 1.0, self.answered + 0.5)

    def answer(self, asked: float, time: float) -> None:
        """A request was answered: while the page loads, it waits for what it asked for."""
        if asked <= self.began + SETTLE_S and time <= self.began + SLOW_S:
            self.answered = max(self.answered, time)

    def document(self, event: Navigation) -> None:
        """A new document began in the tab's main frame."""
        self.began, self.began_seq, self.how = event.time, event.seq, event.how
        self.loader, self.loaded, self.painted, self.crashed = event.loader, None, False, False
        self.document_id, self.answered = None, 0.0
        self.documents.append(event.time)
        del self.documents[:-_KEPT]
        self.channels.clear()

    def saw(self, visible: bool, time: float) -> None:
        """The page said whether it is visible."""
        if visible == self.visible:
            return
        self.visible = visible
        if visible and self.hidden and self.hidden[-1][1] is None:
            self.hidden[-1][1] = time
        elif not visible:
            self.hidden.append([time, None])
            del self.hidden[:-200]

    def turned_to(self, focused: bool | None, time: float) -> bool:
        """Whether the user turned to the tab now: it had no focus before, and its document did not just begin."""
        before, self.focused = self.focused, focused if focused is not None else self.focused
        return before is False and focused is True and time - self.began > SETTLE_S

    def cut(self, off: bool, time: float) -> None:
        """The tab was taken off the network, or put back."""
        _switch(self.offline, off, time)

    def hold(self, on: bool, time: float) -> None:
        """What comes to the tab is held back from now on, or no longer."""
        _switch(self.held, on, time)

    def ends(self, time: float) -> None:
        """The tab is closed: what it was, it is no longer."""
        for stretches in (self.hidden, self.offline, self.held):
            if stretches and stretches[-1][1] is None:
                stretches[-1][1] = time

    def hidden_during(self, start: float, end: float) -> float:
        """For how many seconds of a stretch of time the tab was hidden."""
        return _overlap(self.hidden, start, end)

    def offline_during(self, start: float, end: float) -> float:
        """For how many seconds of a stretch of time the tab was offline."""
        return _overlap(self.offline, start, end)

    def held_during(self, start: float, end: float) -> float:
        """For how many seconds of a stretch of time what came to the tab was held back."""
        return _overlap(self.held, start, end)

    def before(self, time: float) -> float:
        """When the document that the tab had at a moment began."""
        place = bisect_right(self.documents, time)
        return self.documents[place - 1] if place else time

    def at_first(self, time: float) -> float:
        """Until when the document that the tab had at a moment, before this one, was loading, at the least."""
        place = bisect_right(self.documents, time)
        return (self.documents[place - 1] if place else self.born) + SETTLE_S

    def looked(self, time: float) -> None:
        """The user turned to the tab, or did something in it."""
        self.looks.append(time)
        if len(self.looks) > 2 * _KEPT:
            del self.looks[:_KEPT]

    def looked_after(self, time: float) -> float | None:
        """When the user first looked at the tab after a moment, if ever."""
        place = bisect_left(self.looks, time)
        return self.looks[place] if place < len(self.looks) else None

    def looked_between(self, start: float, end: float) -> bool:
        """Whether the user did something in the tab in a stretch of time."""
        return bisect_left(self.looks, start) < bisect_left(self.looks, end)

    def ask(self, time: float) -> None:
        """The page made a request of its own."""
        self.asked.append(time)
        if len(self.asked) > 2 * _KEPT:
            del self.asked[:_KEPT]

    def asked_between(self, start: float, end: float) -> int:
        """How many requests the page made in a stretch of time."""
        return max(0, bisect_left(self.asked, end) - bisect_left(self.asked, start))

    def counted(self, start: float, end: float) -> int:
        """How many messages came in a stretch of time, of the last ten thousand."""
        return max(0, bisect_left(self.came, end) - bisect_left(self.came, start))

    def count(self, time: float) -> None:
        """A message reached the tab."""
        second = int(time)
        self.came.append(time)
        if len(self.came) > 2 * _KEPT:
            del self.came[:_KEPT]
        if self.per_second and self.per_second[-1][0] >= second:
            at, number = self.per_second[-1]
            self.per_second[-1] = (at, number + 1)
        else:
            self.per_second.append((second, 1))

    def spark(self, now: float) -> tuple[int, ...]:
        """Messages in each of the last 60 seconds, oldest first."""
        counts = dict(self.per_second)
        last = int(now)
        return tuple(counts.get(second, 0) for second in range(last - _MINUTE + 1, last + 1))

    def rate(self, now: float) -> float:
        """Messages a second over the last five."""
        last = int(now)
        return sum(number for second, number in self.per_second if last - 5 < second <= last) / 5.0


def _switch(stretches: list[list[float | None]], on: bool, time: float) -> None:
    """Begin a stretch, or end the one that lasts."""
    lasts = bool(stretches) and stretches[-1][1] is None
    if on and not lasts:
        stretches.append([time, None])
    elif not on and lasts:
        stretches[-1][1] = time


def _overlap(stretches: list[list[float | None]], start: float, end: float) -> float:
    total = 0.0
    for since, until in stretches:
        total += max(0.0, min(end, until if until is not None else end) - max(start, since or 0.0))
    return total
