"""Push messages: the stages of each joined into one, the tabs that were told of it, and the tabs it belongs to.

A push belongs to an origin and its service worker, not to a tab. It *reaches* a tab when the worker passes it on to the
page; whether the page then shows anything is for the causes to tell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.decode import decode_alone
from monitor.model import Push, PushState
from monitor.sites.address import origin_of
from monitor.sync.evidence import Haystack, Packet

SAME_S = 30.0  # stages that name no message belong together within this
PASSED_S = 5.0  # a worker passes a push on to its pages within this
_KEPT = 500
_TELLING = 4  # letters a value must have to tell one push from another


@dataclass(slots=True)
class Record:
    """One push. stages: when each was reached and its event; reached: the tabs told of it, and by which event."""

    origin: str
    registration: str
    instance: str
    at: float
    seq: int
    tabs: tuple[str, ...] = ()
    type: str | None = None
    protocol: str = ""
    size: int = 0
    text: str | None = None
    why: str | None = None
    notification: str | None = None
    stages: dict[str, tuple[float, int]] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()

    @property
    def status(self) -> str:
        """How far it got: `failed` wins over the stage that was reached last."""
        order = ("failed", "completed", "dispatched", "received", "notification")
        return next((stage for stage in order if stage in self.stages), "received")

    @property
    def events(self) -> frozenset[int]:
        """The numbers of all events that speak of it."""
        return frozenset([seq for _, seq in self.stages.values()] + list(self.reached.values()))


class Pushes:
    """The pushes of a recording, the oldest forgotten first, and the sites that pages say may push."""

    def __init__(self) -> None:
        self.all: deque[Record] = deque(maxlen=_KEPT)
        self.states: dict[str, PushState] = {}  # by origin: what its pages said last
        self._carried: dict[int, Record] = {}  # by the number of the message that passed it on to a page

    def note(self, event: Push, tabs: Iterable[str]) -> bool:
        """Take a stage into account; whether it is the first that brings the payload. tabs: open on its origin."""
        record = self._find(event)
        if record is None:
            record = Record(
                origin_of(event.origin), event.registration or "", event.instance or "", event.time, event.seq
            )
            record.tabs = tuple(tabs)
            self.all.append(record)
        record.stages.setdefault(event.stage, (event.time, event.seq))
        if event.stage == "failed":
            record.why = event.reason or _why(event.meta)
        if event.stage == "notification":
            record.notification = event.meta.get("Title") or event.text or ""
            return False
        if event.text is None or record.text is not None:
            return False
        _describe(record, event)
        return True

    def registered(self, event: PushState) -> None:
        """A page said whether its site may push."""
        self.states[origin_of(event.origin)] = event

    def passed_on(self, packet: Packet, origin: str) -> Record | None:
        """The push that a worker passes on to a page with this message, if it is one: they hold the same values."""
        for record in reversed(self.all):
            if packet.time - record.at > PASSED_S:
                return None
            if record.origin == origin and record.texts and packet.tab and _holds(packet.haystack, record.texts):
                record.reached.setdefault(packet.tab, packet.seq)
                self._carried[packet.seq] = record
                while len(self._carried) > 4 * _KEPT:
                    del self._carried[next(iter(self._carried))]
                return record
        return None

    def carried(self, seq: int) -> Record | None:
        """The push that the message of this number passed on."""
        return self._carried.get(seq)

    def _find(self, event: Push) -> Record | None:
        """The push that a stage is of: by name, else the newest of its worker that has not reached this stage."""
        for record in reversed(self.all):
            if event.time - record.at > SAME_S:
                return None
            if record.origin != origin_of(event.origin) or (event.registration or "") not in ("", record.registration):
                continue
            if event.stage == "notification":
                if "notification" not in record.stages and "dispatched" in record.stages:
                    return record
            elif event.instance and record.instance:
                if event.instance == record.instance:
                    return record
            elif event.stage not in record.stages and (event.text is None or event.text == record.text):
                return record
        return None


def _describe(record: Record, event: Push) -> None:
    record.text, record.size = event.text, event.size
    decoded = decode_alone(event)
    if decoded is not None and decoded.messages:
        record.type, record.protocol = decoded.type, decoded.messages[0].protocol
    texts = Haystack(event.text or "").exact
    record.texts = frozenset(text for text in texts if len(text) >= _TELLING)


def _holds(haystack: Haystack, texts: frozenset[str]) -> bool:
    """Whether a message has at least half of a push's values, as they are."""
    return len(texts & haystack.exact) * 2 >= len(texts)


def _why(meta: dict[str, str]) -> str:
    """Why a push failed, in Chrome's words."""
    known = next((meta[key] for key in ("Error Reason", "Reason", "Status") if key in meta), None)
    return known or ", ".join(f"{key}: {value}" for key, value in meta.items() if key != "Payload") or "not said"
