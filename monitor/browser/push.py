"""The push messages of one browser, from Chrome's log of background services, read in a hidden page of ours; pure.

    create the page ─ attached ─ startObserving ─▶ the state found, then the log so far, then the reply
                                 setRecording   ─▶ live entries, from whatever worker, with no tab of it open
The log lies in the profile and outlives us: entries of before the recording are counted, never told; one that comes
twice is told once. Chrome logs for all who watch at once, so what was found is what was there before the first of us:
the address of our page tells it to recorders that come later, and only the last one to leave restores it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from monitor.browser.output import Origin, Output
from monitor.browser.push_log import Found, Memory, event_of, key_of
from monitor.browser.sessions import OURS
from monitor.browser.wire import Reply, Send, TargetInfo
from monitor.browser.wire_worker import BackgroundEventReceived, RecordingState, WorkerVersionUpdated
from monitor.model import Fault, Gap, PushWatch

SERVICES = ("pushMessaging", "notifications")
ADDRESS = f"{OURS}-push-"
LEAVING = f"{OURS}-leaving-"
RENEW_S = 86_400.0  # Chrome ends a recording by itself after three days
AGAIN_S = 1.0
PATIENCE_S = 10.0
TRIES = 5
_FACTS = re.compile(r"/(\w{1,40})=(on|off),(\d{1,9})")


class Pushes:
    """The push messages of one browser. `settled`: they are being recorded, or it is told why not."""

    def __init__(self, out: Output, memory: Memory) -> None:
        self._out = out
        self._memory = memory
        self._host = Origin(None)
        self._tries = 0
        self._again: float | None = None
        self._patience: float | None = None  # until when our page must have come
        self._renewed = 0.0
        self._first = memory.since is None
        self._replayed: dict[str, int] = {}  # the entries of a log that is being replayed
        self._newest = 0.0
        self._states: dict[str, bool] = {}
        self._scripts: dict[str, str] = {}
        self._left = False
        self.settled = False

    @property
    def session(self) -> str | None:
        """The session of our page; None while there is none."""
        return self._host.session

    # ── our page ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, arrival: float) -> None:
        """Have the hidden page made."""
        clock = self._out.clock
        if self._memory.since is None:
            # With another machine's clock, the replay alone tells what is old.
            self._memory.since = clock.wall(clock.read(arrival)) if clock.shared else float("inf")
        self._create(clock.read(arrival))

    def _create(self, mono: float) -> None:
        self._tries += 1
        self._patience = mono + PATIENCE_S
        params = {"url": ADDRESS + self._memory.name, "hidden": True, "background": True}
        self._out.send(None, "Target.createTarget", params, ("push", "", "made"))

    def attached(self, session: str, info: TargetInfo, mono: float) -> None:
        """A session on a page with an address of ours began: on this recorder's page, or another's."""
        if not self._ours(info.url):
            self.told(info)
        elif info.type == "page":
            # This browser knows no hidden pages, and opened a tab.
            self._out.send(None, "Target.closeTarget", {"targetId": info.target_id})
            self._impossible("it knows no hidden pages", mono)
        else:
            self._host, self._states = Origin(session, info.target_id), {}
            self._observe()
            self._out.send(session, "ServiceWorker.enable")

    def _observe(self) -> None:
        self._replayed = dict.fromkeys(SERVICES, 0)
        for service in SERVICES:
            token = ("push", self.session or "", service)
            self._out.send(self.session, "BackgroundService.startObserving", {"service": service}, token, 30.0)

    def again(self) -> None:
        """Messages of the browser were lost: have the logs told again, for they have what we missed."""
        if self.session is not None and not self._replayed:
            for service in SERVICES:
                self._out.send(self.session, "BackgroundService.stopObserving", {"service": service})
            self._observe()

    def _ours(self, url: str) -> bool:
        return url.startswith(ADDRESS + self._memory.name)

    def told(self, info: TargetInfo) -> None:
        """The address of another recorder's page: what it found, before us or after."""
        if not info.url.startswith(ADDRESS) or self._ours(info.url):
            return
        for service, state, entries in _FACTS.findall(info.url):
            known = self._memory.told.setdefault(service, Found(True, int(entries)))
            known.on, known.entries = known.on and state == "on", min(known.entries, int(entries))

    def detached(self, session: str, mono: float) -> None:
        """A session ended; if it was that of our page, a new one is made: the log has what comes between."""
        if session == self._host.session:
            self._host = Origin(None)
            self._again = mono + AGAIN_S

    def tick(self, mono: float) -> None:
        """Make the page again, or keep Chrome's recording from running out, where it is time to."""
        if self._again is not None and mono >= self._again:
            self._again = None
            self._create(mono)
        if self._patience is not None and mono >= self._patience:
            self._refused("its hidden page does not answer", mono)
        if self.session is not None and self._renewed and mono - self._renewed > RENEW_S:
            self._renewed = mono
            for service in SERVICES:
                self._record(service)

    def reply(self, token: tuple[str, ...], reply: Reply, mono: float) -> None:
        """The answer to a command of this part."""
        _, session, step = token
        if step == "made":
            if reply.error is not None:
                self._refused(reply.error, mono)
        elif session == self.session and reply.error is not None:
            self._out.send(None, "Target.closeTarget", {"targetId": self._host.target})
            self._refused(reply.error, mono)
        elif session == self.session:
            self._observing(step, mono)

    def _refused(self, error: str, mono: float) -> None:
        self._host = Origin(None)
        if self.settled and self._tries < TRIES:
            self._again = mono + AGAIN_S
        else:
            self._impossible(error, mono)

    def _impossible(self, why: str, mono: float) -> None:
        self._again, self._patience = None, None
        stamp = self._host.unstamped(self._out.clock, mono)
        message = f"Push messages of this browser are not recorded: {why}."
        hint = "All else is recorded. A current Chrome or Chromium can tell them; an old one and headless-shell cannot."
        self._out.emit(Fault(**stamp, what="push", message=message, hint=hint))
        self._out.emit(PushWatch(**stamp, state="off", reason=why))
        self.settled = True

    # ── the log ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def state(self, params: RecordingState, session: str | None, mono: float) -> None:
        """BackgroundService.recordingStateChanged: first what we find, later what somebody made of it."""
        service = params.service
        if session != self.session or service not in SERVICES or self._left:
            return
        if service not in self._states:
            self._memory.found.setdefault(service, Found(params.is_recording))
        elif not params.is_recording:
            self._memory.found[service].on = False
            reason = "somebody switched Chrome's log of push messages off; it is on again, what came between is lost"
            self._out.emit(Gap(**self._host.unstamped(self._out.clock, mono), reason=reason))
        self._states[service] = params.is_recording
        if not params.is_recording:
            self._record(service)
        self._settle(mono)

    def _record(self, service: str) -> None:
        self._out.send(self.session, "BackgroundService.setRecording", {"service": service, "shouldRecord": True})

    def _observing(self, service: str, mono: float) -> None:
        """The log so far was replayed: what comes now is live."""
        replayed = self._replayed.pop(service, 0)
        if self._first:
            self._memory.found.setdefault(service, Found(False)).entries = replayed
        if not self._replayed and self._memory.since == float("inf"):
            self._memory.since = self._newest
        self._settle(mono)

    def _settle(self, mono: float) -> None:
        """Both logs were told so far and are on, by Chrome's word: from now on nothing is missed."""
        if self._replayed or not all(self._states.get(service) for service in SERVICES) or self._patience is None:
            return
        found = self._memory.found
        if not self.settled:
            self._out.emit(
                PushWatch(
                    **self._host.unstamped(self._out.clock, mono), state="on",
                    logged=any(one.on for one in found.values()),
                    earlier=sum(one.entries for one in found.values()) if self._first else 0,
                )
            )  # fmt: skip
        self._first, self.settled, self._tries, self._patience, self._renewed = False, True, 0, None, mono
        facts = "".join(f"/{name}={'on' if one.on else 'off'},{one.entries}" for name, one in found.items())
        self._out.send(self.session, "Runtime.evaluate", moving(ADDRESS + self._memory.name + facts))

    def event(self, params: BackgroundEventReceived, session: str | None, arrival: float) -> None:
        """BackgroundService.backgroundServiceEventReceived."""
        one = params.background_service_event
        if session != self.session or one.service not in SERVICES:
            return
        if one.service in self._replayed and one.timestamp <= (self._memory.since or 0.0):
            self._replayed[one.service] += 1
            self._newest = max(self._newest, one.timestamp)
            return
        if self._memory.new(key_of(one)):
            clock = self._out.clock
            mono = min(clock.mono_of(one.timestamp), clock.read(arrival))
            script = self._scripts.get(one.service_worker_registration_id)
            self._out.emit(event_of(one, script, self._host.stamp(clock, mono)))

    def workers(self, params: WorkerVersionUpdated, session: str | None) -> None:
        """ServiceWorker.workerVersionUpdated: the scripts of the registrations that pushes name."""
        if session == self.session:
            self._scripts.update({one.registration_id: one.script_url for one in params.versions})

    # ── leaving ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def leaving(self) -> Send | None:
        """What to send first at the end: others shall no longer count on us. None where there is nothing to restore."""
        if self.session is None or not self._memory.found:
            return None
        self._left = True
        return Send(self.session, "Runtime.evaluate", moving(LEAVING + self._memory.name))

    def restoring(self, addresses: Iterator[str]) -> list[Send]:
        """What to send at the end, given the addresses of all pages: nothing, while another recorder goes on.

        A log can only be cleared whole, so that is done only where it was empty and off when the first of us came: what
        is in it then was logged for us.
        """
        if any(address.startswith(ADDRESS) for address in addresses):
            return []
        sends = []
        for service, found in self._memory.before().items():
            if not found.on:
                sends.append(
                    Send(self.session, "BackgroundService.setRecording", {"service": service, "shouldRecord": False})
                )
                if not found.entries:
                    sends.append(Send(self.session, "BackgroundService.clearEvents", {"service": service}))
        return sends


def moving(address: str) -> dict[str, str]:
    """What gives our page another address, within its document: a navigation would leave it with none for a moment."""
    return {"expression": f"location.hash = {msgspec.json.encode(address.partition('#')[2]).decode()}"}
