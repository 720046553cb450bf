"""Push messages: the stages, what was there before, what comes twice, and the end."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.browser.push import ADDRESS, LEAVING, SERVICES, TRIES
from monitor.browser.push_log import Memory
from monitor.model import Event, Fault, Gap, Push, PushWatch, TargetAttached, TargetGone
from tests.unit.browser.cdp import OFFSET, Browser

ID = "0:1795327850241818%00000001"
METHODS = ("BackgroundService.setRecording", "BackgroundService.clearEvents")


class Pushing(Browser):
    """A browser whose hidden page came, in the session `host`."""

    def __init__(self, memory: Memory | None = None, shared: bool = True) -> None:
        super().__init__(memory=memory or Memory("ab12"), shared=shared)
        self.opens()

    def opens(self) -> None:
        """The hidden page comes, as Chrome tells it: paused as a tab, then as a target of no type of its own."""
        self.attaches(None, "tab-host", "tab")
        self.attaches("tab-host", "host", "other", url=f"{ADDRESS}ab12", waiting=False)

    def found(self, on: bool = False) -> None:
        """What `startObserving` tells first."""
        for service in SERVICES:
            self.says("host", "BackgroundService.recordingStateChanged", service=service, isRecording=on)

    def observes(self) -> None:
        """The logs so far are told."""
        for send in [s for s in self.sends if s.method == "BackgroundService.startObserving"][-2:]:
            self.sends.append(send)
            self.answers("BackgroundService.startObserving")

    def switched(self) -> None:
        """Both logs are on now."""
        for service in SERVICES:
            self.says("host", "BackgroundService.recordingStateChanged", service=service, isRecording=True)

    def watches(self, on: bool = False) -> None:
        """Everything up to live."""
        self.found(on)
        self.observes()
        if not on:
            self.switched()

    def logs(self, name: str, at: float | None = None, service: str = "pushMessaging", **more: Any) -> list[Event]:
        """An entry of the log, 2 ms after its time stamp; `meta` is its metadata."""
        meta = [{"key": key, "value": value} for key, value in more.pop("meta", {}).items()]
        entry = {
            "timestamp": OFFSET + (at if at is not None else self.now + 0.009), "origin": "https://a.example/",
            "serviceWorkerRegistrationId": "4", "service": service, "eventName": name, "instanceId": ID,
            "eventMetadata": meta, "storageKey": "https://a.example/", **more,
        }  # fmt: skip
        return self.says("host", "BackgroundService.backgroundServiceEventReceived", backgroundServiceEvent=entry)

    def settled(self) -> bool:
        """Whether it is known that they are recorded, or not."""
        assert self.translator.parts.pushes is not None
        return self.translator.parts.pushes.settled

    def ends(self, *others: str) -> list[tuple[str, str]]:
        """What is sent at the end, where those other addresses are open."""
        assert self.translator.parts.pushes is not None
        first = self.translator.parts.pushes.leaving()
        assert first is not None
        assert LEAVING.partition("#")[2] + "ab12" in first.params["expression"]
        sends = self.translator.parts.pushes.restoring(iter([LEAVING + "ab12", *others]))
        return [(send.method.partition(".")[2], send.params["service"]) for send in sends]


def test_the_hidden_page_hosts_both_logs_and_is_no_tab() -> None:
    browser = Pushing()
    made = next(s for s in browser.sends if s.method == "Target.createTarget")
    assert made.params["hidden"] is True
    assert [s.params["service"] for s in browser.sends if s.method == "BackgroundService.startObserving"] == [*SERVICES]
    browser.found()
    browser.observes()
    assert not browser.settled()
    assert not browser.of(PushWatch)
    browser.switched()
    assert browser.settled()
    assert [e.state for e in browser.of(PushWatch)] == ["on"]
    assert not browser.of(TargetAttached)
    assert browser.sent("host").count("BackgroundService.setRecording") == 2


def test_the_stages_of_an_encrypted_push() -> None:
    browser = Pushing()
    browser.watches()
    browser.says(
        "host", "ServiceWorker.workerVersionUpdated",
        versions=[{"versionId": "9", "registrationId": "4", "scriptURL": "https://a.example/sw.js"}],
    )  # fmt: skip
    at = browser.now
    browser.logs("Push message received", at, meta={"Payload": '{"ä":1}', "Was Encrypted": "Yes", "Success": "Yes"})
    browser.logs("Push event dispatched", meta={"Payload": '{"ä":1}'})
    browser.logs("Push event completed", meta={"Status": "Success"})
    browser.logs("Notification displayed", service="notifications", meta={"Title": "t", "Body": "b"})
    received, dispatched, completed, notified = browser.of(Push)
    assert [e.stage for e in browser.of(Push)] == ["received", "dispatched", "completed", "notification"]
    assert received.time == pytest.approx(OFFSET + at)
    assert received.mono == pytest.approx(at)
    assert (received.text, received.size, received.meta) == ('{"ä":1}', 8, {"Was Encrypted": "Yes", "Success": "Yes"})
    assert (received.origin, received.registration, received.instance) == ("https://a.example", "4", ID)
    assert (dispatched.worker, dispatched.state, dispatched.tab) == ("https://a.example/sw.js", "whole", None)
    assert (completed.text, completed.reason) == (None, None)
    assert notified.meta == {"Title": "t", "Body": "b"}


def test_entries_of_before_are_counted_and_left_out() -> None:
    browser = Pushing()
    browser.found()
    browser.logs("Push event dispatched", 20.0, meta={"Payload": "old"})
    browser.logs("Push event completed", 21.0, meta={"Status": "Success"})
    browser.logs("Push event dispatched", meta={"Payload": "at this very moment"})
    browser.observes()
    browser.switched()
    assert [e.text for e in browser.of(Push)] == ["at this very moment"]
    assert [(e.earlier, e.logged) for e in browser.of(PushWatch)] == [(2, False)]


def test_with_the_clock_of_another_machine_all_that_is_replayed_is_of_before() -> None:
    browser = Pushing(shared=False)
    browser.found()
    browser.logs("Push event dispatched", 5000.0, meta={"Payload": "old"})
    browser.observes()
    browser.logs("Push event completed", 5001.0, meta={"Status": "Success"})
    assert [e.stage for e in browser.of(Push)] == ["completed"]


def test_one_entry_is_told_once() -> None:
    browser = Pushing()
    browser.watches()
    for _ in range(2):
        browser.logs("Push event dispatched", 101.0, meta={"Payload": "x"})
    for at in (102.0, 103.0):  # injected ones have no id
        browser.logs("Push event dispatched", at, instanceId="", meta={"Payload": "x"})
    assert [e.instance for e in browser.of(Push)] == [ID, None, None]


def test_no_entry_is_dated_later_than_it_came() -> None:
    browser = Pushing()
    browser.watches()
    browser.logs("Push event dispatched", 500.0)
    assert (browser.of(Push)[0].mono or 0.0) <= browser.now + 0.001


def test_a_page_that_dies_is_made_again_and_nothing_is_lost_or_told_twice() -> None:
    browser = Pushing()
    browser.found()
    browser.logs("Push event dispatched", 20.0)
    browser.observes()
    browser.logs("Push event dispatched", 100.1, meta={"Payload": "one"})
    browser.says("tab-host", "Target.detachedFromTarget", sessionId="host", targetId="T-host")
    browser.waits(0.5)
    assert [s.method for s in browser.sends].count("Target.createTarget") == 1
    browser.waits(1.0)
    assert [s.method for s in browser.sends].count("Target.createTarget") == 2
    browser.opens()
    browser.found(on=True)
    browser.logs("Push event dispatched", 20.0)
    browser.logs("Push event dispatched", 100.1, meta={"Payload": "one"})
    browser.logs("Push event dispatched", 101.0, meta={"Payload": "meanwhile"})
    browser.observes()
    assert [e.text for e in browser.of(Push)] == ["one", "meanwhile"]
    assert len(browser.of(PushWatch)) == 1
    assert not browser.of(TargetGone)
    assert browser.ends() == [("setRecording", "pushMessaging"), ("setRecording", "notifications"),
                              ("clearEvents", "notifications")]  # fmt: skip


def test_what_the_browser_dropped_is_had_from_the_log() -> None:
    browser = Pushing()
    browser.watches()
    browser.logs("Push event dispatched", 100.05, meta={"Payload": "one"})
    assert browser.translator.parts.pushes is not None
    browser.translator.parts.pushes.again()
    browser.translator.parts.pushes.again()
    browser.waits(0.1)
    assert browser.sent("host").count("BackgroundService.stopObserving") == len(SERVICES)
    browser.logs("Push event dispatched", 100.05, meta={"Payload": "one"})
    browser.logs("Push event completed", 100.06, meta={"Status": "Success"})
    browser.observes()
    assert [e.stage for e in browser.of(Push)] == ["dispatched", "completed"]
    assert len(browser.of(PushWatch)) == 1


def test_a_lost_connection_takes_up_where_it_was() -> None:
    memory = Memory("ab12")
    first = Pushing(memory)
    first.watches()
    first.logs("Push event dispatched", 100.05, meta={"Payload": "one"})
    again = Pushing(memory)
    again.found(on=True)
    again.logs("Push event dispatched", 100.05, meta={"Payload": "one"})
    again.logs("Push event dispatched", 100.06, meta={"Payload": "two"})
    again.observes()
    assert [e.text for e in again.of(Push)] == ["two"]
    assert [(e.state, e.earlier) for e in again.of(PushWatch)] == [("on", 0)]
    assert ("clearEvents", "pushMessaging") in again.ends()


def test_what_was_found_is_restored() -> None:
    browser = Pushing()
    browser.watches()
    assert browser.ends() == [(step.partition(".")[2], service) for service in SERVICES for step in METHODS]
    browser.says("host", "BackgroundService.recordingStateChanged", service="pushMessaging", isRecording=False)
    assert browser.sent("host").count("BackgroundService.setRecording") == 2
    assert not browser.of(Gap)
    assert Pushing().translator.parts.pushes.leaving() is None  # type: ignore[union-attr]


def test_a_log_that_somebody_else_keeps_is_left_alone() -> None:
    browser = Pushing()
    browser.watches(on=True)
    assert browser.of(PushWatch)[0].logged
    assert "BackgroundService.setRecording" not in browser.sent("host")
    assert browser.ends() == []


def test_the_last_recorder_restores_what_the_first_one_found() -> None:
    browser = Pushing()
    facts = "/pushMessaging=off,0/notifications=on,7/nonsense=off,1"
    browser.attaches("tab-2", "other-host", "other", url=f"{ADDRESS}cd34{facts}", waiting=False)
    browser.found(on=True)
    browser.logs("Push event dispatched", 20.0)
    browser.observes()
    assert browser.ends(f"{ADDRESS}cd34{facts}") == []
    assert browser.ends(f"{LEAVING}cd34") == [("setRecording", "pushMessaging"), ("clearEvents", "pushMessaging")]
    said = [s.params["expression"] for s in browser.sends if s.method == "Runtime.evaluate"]
    assert "/pushMessaging=on,1/notifications=on,0" in said[0]


def test_a_log_that_is_switched_off_under_us() -> None:
    browser = Pushing()
    browser.watches(on=True)
    browser.says("host", "BackgroundService.recordingStateChanged", service="pushMessaging", isRecording=False)
    assert "switched" in browser.of(Gap)[0].reason
    assert browser.sent("host").count("BackgroundService.setRecording") == 1
    assert browser.ends() == [("setRecording", "pushMessaging"), ("clearEvents", "pushMessaging")]


def test_chromes_own_limit_of_three_days_does_not_end_it() -> None:
    browser = Pushing()
    browser.watches(on=True)
    browser.waits(3600.0)
    assert "BackgroundService.setRecording" not in browser.sent("host")
    browser.waits(86_400.0)
    assert browser.sent("host").count("BackgroundService.setRecording") == 2


@pytest.mark.parametrize("how", ["no target", "no service", "a tab", "silence"])
def test_where_it_is_impossible_that_is_said_once(how: str) -> None:
    browser = Browser(memory=Memory("ab12"))
    if how == "no target":
        browser.answers("Target.createTarget", error="'Target.createTarget' wasn't found")
    elif how == "silence":
        browser.waits(30.0)
    else:
        browser.attaches(None, "tab-host", "tab")
        browser.attaches("tab-host", "host", "page" if how == "a tab" else "other", url=f"{ADDRESS}ab12")
    if how == "no service":
        browser.answers("BackgroundService.startObserving", error="'BackgroundService.startObserving' wasn't found")
        browser.answers("BackgroundService.startObserving", error="'BackgroundService.startObserving' wasn't found")
    browser.waits(30.0)
    (fault,) = browser.of(Fault)
    assert (fault.what, "not recorded" in fault.message) == ("push", True)
    assert [e.state for e in browser.of(PushWatch)] == ["off"]
    assert browser.translator.parts.pushes is not None
    assert browser.translator.parts.pushes.settled
    closed = [s for s in browser.sends if s.method == "Target.closeTarget"]
    assert len(closed) == (how in ("no service", "a tab"))
    assert not browser.of(TargetAttached)


def test_a_page_that_cannot_be_made_again_is_tried_a_few_times() -> None:
    browser = Pushing()
    browser.watches()
    browser.says("tab-host", "Target.detachedFromTarget", sessionId="host", targetId="T-host")
    tried = 1
    for _ in range(20):
        browser.waits(2.0)
        made = [s.method for s in browser.sends].count("Target.createTarget")
        if made > tried:
            browser.answers("Target.createTarget", error="no")
        tried = made
    assert tried == 1 + TRIES
    assert len(browser.of(Fault)) == 1
    assert [e.state for e in browser.of(PushWatch)] == ["on", "off"]


def test_what_others_are_told_is_not_ours() -> None:
    browser = Pushing()
    browser.watches()
    entry = {"timestamp": OFFSET + 1, "service": "pushMessaging", "eventName": "Push event dispatched"}
    browser.says("other", "BackgroundService.backgroundServiceEventReceived", backgroundServiceEvent=entry)
    browser.logs("Sync event dispatched", service="backgroundSync")
    assert not browser.of(Push)


def test_without_a_memory_nothing_of_it_is_done() -> None:
    browser = Browser()
    assert "Target.createTarget" not in browser.sent(None)
    browser.says("x", "BackgroundService.backgroundServiceEventReceived", backgroundServiceEvent={"timestamp": 1})
    assert not browser.events
