"""When messages come late it is told, and when so late that the browser dropped some; pure."""

from __future__ import annotations

from collections.abc import Callable

from monitor.browser.backlog import LIMIT, Backlog
from monitor.browser.output import Output
from monitor.model import Fault, Gap

LAG_S = 2.0
LAG_PAUSE_S = 10.0
FULL = f"The browser's buffer for us is full ({LIMIT >> 20} MiB): it drops messages."
DROPPED = f"the browser dropped messages: its buffer for us was full ({LIMIT >> 20} MiB)"


class Lateness:
    """How late the messages of one browser come. losses: how often some were dropped; `lost` is called each time."""

    def __init__(self, out: Output, lost: Callable[[], None] = lambda: None) -> None:
        self._out = out
        self._clock = out.clock
        self._lost = lost
        self._backlog = Backlog()
        self._told = 0.0
        self.losses = 0

    @property
    def held(self) -> int:
        """Bytes that the browser holds for us."""
        return self._backlog.held

    def stamped(self, session: str | None, stamp: float, arrival: float) -> float:
        """Note the stamp of a message; returns it."""
        mono = self._clock.stamped(session, stamp, arrival)
        if arrival - mono > LAG_S and arrival - self._told > LAG_PAUSE_S:
            self._tell(arrival)
        return mono

    def _tell(self, arrival: float) -> None:
        lag = self._clock.lag(arrival)
        if lag <= LAG_S:
            return
        self._told = arrival
        message = f"Messages arrive {lag:.1f} s after they happened."
        hint = "The machine or the recorder is overloaded; if this grows, the browser will drop messages."
        self._fault(self._clock.arrived(None, arrival) + lag, "lag", message, hint)

    def read(self, size: int, arrival: float) -> None:
        """Messages of that many bytes have been fed since the last call."""
        self._backlog.read(size, self._clock.read(arrival))
        stamp = self._clock.fresh()
        if stamp is None:
            return
        was_full = self._backlog.full_since is not None
        span = self._backlog.reached(stamp)
        if span is not None:
            self._dropped(*span)
        elif self._backlog.full_since is not None and not was_full:
            hint = "The recorder was stopped or the machine is overloaded. A gap tells from when to when."
            self._fault(stamp, "loss", FULL, hint)

    def settle(self, mono: float) -> None:
        """Tell of a loss that is not over."""
        if (span := self._backlog.over(mono)) is not None:
            self._dropped(*span)

    def _dropped(self, since: float, until: float) -> None:
        self.losses += 1
        self._lost()
        wall = self._clock.wall
        self._out.emit(Gap(time=wall(until), mono=until, reason=DROPPED, since=wall(since)))

    def _fault(self, mono: float, what: str, message: str, hint: str) -> None:
        self._out.emit(Fault(time=self._clock.wall(mono), mono=mono, what=what, message=message, hint=hint))
