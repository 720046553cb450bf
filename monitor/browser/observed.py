"""What the page observer says, as events: what each document shows, and the small facts of a tab; pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from monitor.browser import page_observer as observer
from monitor.browser.documents import Document, Documents
from monitor.browser.output import Origin, Output, size_of
from monitor.browser.storage import StorageChanges
from monitor.model import (
    Broadcast,
    CookieChange,
    Event,
    Gap,
    PushState,
    Shown,
    UserInput,
    Visibility,
    WorkerMessage,
)

TOO_MANY = "the page shows more blocks than are kept"


class Observed:
    """What was said in one browser so far. shown: the sessions whose main document has told what it shows."""

    def __init__(self, out: Output, documents: Documents, storage: StorageChanges) -> None:
        self._out = out
        self._documents = documents
        self._storage = storage
        self._told: dict[str, float] = {}  # the stamp of what a session's page showed last
        self._dropped: dict[tuple[str, str], int] = {}
        self._visible: dict[str, tuple[bool, bool | None]] = {}
        self._pushed: dict[str, tuple[object, ...]] = {}
        self.shown: set[str] = set()

    def say(self, origin: Origin, one: Document | None, message: observer.Spoken, when: float, arrival: float) -> None:
        """A message of the observer, of that document where it is known, about that moment."""
        match message:
            case observer.ShownNow():
                self._shown(origin, one, message, when)
            case observer.VisibleNow():
                self._is_visible(origin, message, when)
            case observer.InputSeen():
                self._emit(UserInput, origin, when, input=message.input)
            case observer.StorageHeard():
                self._storage.heard(origin, message.origin, message.local, message.key, message.value, arrival, when)
            case observer.CookiesHeard():
                self._emit(CookieChange, origin, when, how="heard", names=message.changed, removed=message.deleted)
            case observer.BroadcastHeard(name=name, text=text):
                self._emit(Broadcast, origin, when, name=name, size=size_of(text), text=text)
            case observer.WorkerHeard(worker=worker, text=text):
                self._emit(WorkerMessage, origin, when, worker=worker, size=size_of(text), text=text)
            case observer.PushNow():
                self._subscribed(origin, message, when)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _shown(self, origin: Origin, one: Document | None, message: observer.ShownNow, when: float) -> None:
        if message.rule == "text" and message.main:
            self.shown.add(origin.session or "")
        # Each tells what changed since the last: the mending of a clock must not put one before the other.
        when = self._told[origin.session or ""] = max(when, self._told.get(origin.session or "", when))
        self._emit(
            Shown, origin, when, rule=message.rule, document=message.document, frame=one.frame if one else None,
            main=message.main and origin.type == "page", url=message.url, full=message.full, blocks=message.blocks,
            gone=message.gone, order=message.order, dropped=message.dropped,
        )  # fmt: skip
        self._left_out(origin, message, when)

    def _left_out(self, origin: Origin, message: observer.ShownNow, when: float) -> None:
        """How much of a document is not told, whenever that changes."""
        if message.dropped == self._dropped.get((message.document, message.rule), 0):
            return
        alive = self._documents.alive()
        self._dropped = {key: count for key, count in self._dropped.items() if key[0] in alive}
        self._dropped[message.document, message.rule] = message.dropped
        self._emit(Gap, origin, when, reason=TOO_MANY, count=message.dropped)

    def gone(self, origin: Origin, one: Document, mono: float) -> None:
        """A frame went: what it showed is shown no longer."""
        if one.observed is not None:
            self._emit(
                Shown, origin, mono, document=one.observed, frame=one.frame, main=one.main, url=one.url, full=True
            )

    # ── the small facts ───────────────────────────────────────────────────────────────────────────────────────────────

    def _is_visible(self, origin: Origin, message: observer.VisibleNow, when: float) -> None:
        known = (message.visible, message.focused)
        if self._visible.get(origin.session or "") != known:
            self._visible[origin.session or ""] = known
            self._emit(Visibility, origin, when, visible=message.visible, focused=message.focused)

    def _subscribed(self, origin: Origin, message: observer.PushNow, when: float) -> None:
        """Whether the site pushes: told once, not by every document that says the same."""
        known = (message.origin, message.permission, message.found)
        if self._pushed.get(origin.session or "") == known:
            return
        self._pushed[origin.session or ""] = known
        common = {**origin.stamp(self._out.clock, when), "origin": message.origin, "permission": message.permission}
        if message.permission == "denied" or not message.found:
            blocked = message.permission == "denied"
            self._out.emit(PushState(**common, state="blocked" if blocked else "none"))
            return
        for one in message.found:
            self._out.emit(PushState(**common, state="registered", **msgspec.structs.asdict(one)))

    def end(self, session: str) -> None:
        """Forget a session."""
        self._told.pop(session, None)
        self._visible.pop(session, None)
        self._pushed.pop(session, None)
        self.shown.discard(session)

    def _emit(self, kind: Callable[..., Event], origin: Origin, mono: float, **fields: Any) -> None:
        self._out.emit(kind(**origin.stamp(self._out.clock, mono), **fields))
