"""One entry of Chrome's log of push messages and notifications as an event, and which entries were told; pure.

The log lies in the profile and is told anew to whoever begins to watch: the same entry has the same stamp each time.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from monitor.browser.output import size_of
from monitor.browser.wire_worker import BackgroundEvent
from monitor.model import Push

KEPT = 20_000
LOST = "bytes that are not UTF-8 are lost in what Chrome tells of a push"
DOUBT = "it looks binary, and Chrome leaves out bytes that are not UTF-8: some may be missing"
_BINARY = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")

Stage = Literal["received", "dispatched", "completed", "failed", "notification", "other"]
Key = tuple[str, str, str, float]

_STAGES: dict[str, Stage] = {
    "Push message received": "received",
    "Push event dispatched": "dispatched",
    "Push event completed": "completed",
}


class Found(msgspec.Struct):
    """What was there before any recorder: whether a service was logged, and how many entries its log had."""

    on: bool
    entries: int = 0


class Memory(msgspec.Struct):
    """What outlives a lost connection: what was found, and which entries are told.

    since: epoch seconds from when entries are ours; None until the first watching began.
    """

    name: str
    found: dict[str, Found] = {}
    told: dict[str, Found] = {}  # by other recorders
    since: float | None = None
    seen: dict[Key, None] = {}
    forgotten: float = 0.0

    def before(self) -> dict[str, Found]:
        """What was there before the first recorder, as far as we or those we met know."""
        merged = {}
        for service, mine in self.found.items():
            theirs = self.told.get(service, mine)
            merged[service] = Found(mine.on and theirs.on, min(mine.entries, theirs.entries))
        return merged

    def new(self, key: Key) -> bool:
        """Whether this entry comes for the first time."""
        if key in self.seen or key[3] <= self.forgotten:
            return False
        self.seen[key] = None
        if len(self.seen) > KEPT:
            oldest = next(iter(self.seen))
            del self.seen[oldest]
            self.forgotten = max(self.forgotten, oldest[3])
        return True


def key_of(one: BackgroundEvent) -> Key:
    """What tells an entry from others; an injected push has no id, so only its time does."""
    return one.service_worker_registration_id, one.instance_id, one.event_name, one.timestamp


def event_of(one: BackgroundEvent, script: str | None, stamp: dict[str, Any]) -> Push:
    """The event of an entry. script: the address of the worker's script."""
    meta = {fact.key: fact.value for fact in one.event_metadata}
    text = meta.pop("Payload", None)
    stage, reason = stage_of(one, meta)
    lost = loss(text or "")
    return Push(
        **stamp, stage=stage, origin=one.origin.rstrip("/"), registration=one.service_worker_registration_id or None,
        instance=one.instance_id or None, worker=script, name=one.event_name, size=size_of(text or ""), text=text,
        state="partial" if lost else "whole", reason=reason or lost, meta=meta,
    )  # fmt: skip


def loss(text: str) -> str | None:
    """Why a payload may be incomplete, as far as it shows: bytes that are no UTF-8 are replaced or left out."""
    return LOST if "\ufffd" in text else DOUBT if _BINARY.search(text) else None


def stage_of(one: BackgroundEvent, meta: dict[str, str]) -> tuple[Stage, str | None]:
    """Which stage an entry of the log tells, and why it failed, if it did."""
    stage = _STAGES.get(one.event_name)
    failed = meta.get("Success") == "No" or meta.get("Status", "Success") != "Success" or "Error Reason" in meta
    if failed or (stage is None and one.service == "pushMessaging" and "Reason" in meta):
        return "failed", meta.get("Error Reason") or meta.get("Reason") or meta.get("Status") or one.event_name
    if stage is None:
        shown = one.service == "notifications" or "otification" in one.event_name
        return ("notification" if shown else "other"), None
    return stage, None
