"""Deep mode: which workers, what they are sent before they may run, and what they tell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.browser.deep import HELD, as_origin
from monitor.browser.push import ADDRESS
from monitor.browser.push_log import Memory
from monitor.errors import UsageError
from monitor.model import Broadcast, Gap, TargetAttached, TargetGone, WorkerEvent
from tests.unit.browser.cdp import OFFSET, SPEAKS, Browser, b64

SCRIPT = "https://a.example/sw.js"
NAME = f"{SPEAKS}_deep"


def worker(browser: Browser, session: str = "s", target: str = "W", waiting: bool = True) -> None:
    """A service worker appears."""
    browser.attaches(None, session, "service_worker", target, waiting, url=SCRIPT)


def tells(browser: Browser, session: str = "s", by: str = NAME, **told: Any) -> None:
    """The script in the worker says something."""
    payload = json.dumps({"t": (browser.now + OFFSET) * 1000, **told})
    browser.says(session, "Runtime.bindingCalled", name=by, payload=payload, executionContextId=1)


def test_a_worker_of_a_named_origin_is_hooked_before_it_may_run() -> None:
    browser = Browser(deep={"https://a.example"})
    worker(browser)
    browser.attaches(None, "other", "service_worker", url="https://b.example/sw.js")
    sent = browser.sent("s")
    hooked = [sent.index(f"Runtime.{step}") for step in ("enable", "addBinding", "evaluate", "runIfWaitingForDebugger")]
    assert hooked == sorted(hooked)
    assert "Runtime.evaluate" not in browser.sent("other")
    source = next(s for s in browser.sends if s.method == "Runtime.evaluate").params["expression"]
    assert source.startswith("((name, limit) => {")
    assert source.endswith(f'("{NAME}", 1048576);')


def test_what_it_tells() -> None:
    browser = Browser(deep={"https://a.example"})
    worker(browser)
    tells(browser, name="push", dir="in", size=3, text="ü1")
    tells(browser, name="push", dir="in", size=2, data=b64(b"\xff\0"))
    tells(browser, name="post-message", dir="out", size=2, text="{}", client="https://a.example/page")
    details = {"text": "Uncaught (in promise)", "exception": {"type": "object", "description": "Error: no"}}
    browser.says("s", "Runtime.exceptionThrown", timestamp=(browser.now + OFFSET) * 1000, exceptionDetails=details)
    push, binary, posted, error = browser.of(WorkerEvent)
    assert (push.name, push.dir, push.text, push.size, push.worker) == ("push", "in", "ü1", 3, SCRIPT)
    assert (push.target, push.tab, push.data) == ("W", None, None)
    assert (binary.text, binary.data) == (None, b"\xff\0")
    assert (posted.dir, posted.client) == ("out", "https://a.example/page")
    assert (error.name, error.text) == ("error", "Error: no")
    assert abs((push.mono or 0) - browser.now) < 0.1


@pytest.mark.parametrize(
    "payload",
    ["", "{}", '{"name":1}', '{"name":"push","dir":"in","t":1,"data":"%"}', pytest.param("[" * 9999, id="nested")],
)
def test_a_worker_may_say_anything(payload: str) -> None:
    browser = Browser(deep={"https://a.example"})
    worker(browser)
    browser.says("s", "Runtime.bindingCalled", name=NAME, payload=payload, executionContextId=1)
    assert not browser.of(WorkerEvent)
    assert len(browser.of(Gap)) == 1


def test_others_are_not_heard() -> None:
    browser = Browser(deep={"https://a.example"})
    browser.attaches(None, "other", "service_worker", url="https://b.example/sw.js")
    browser.says("other", "Runtime.exceptionThrown", timestamp=1.0, exceptionDetails={"text": "x"})
    tells(browser, "other", "somebodyElse", k="broadcast", n=1.0, name="x", text="y")
    assert not browser.of(WorkerEvent)
    assert not browser.of(Broadcast)


def test_a_worker_that_stops_is_given_up_so_that_its_next_start_waits_for_us() -> None:
    browser = Browser(deep={"https://a.example"})
    worker(browser, waiting=False)
    browser.says("s", "Inspector.targetCrashed")
    given_up = browser.sends[-1]
    assert (given_up.session, given_up.method, given_up.params) == (None, "Target.detachFromTarget", {"sessionId": "s"})
    browser.says(None, "Target.detachedFromTarget", sessionId="s", targetId="W")
    assert len(browser.of(TargetGone)) == 1
    worker(browser, "s2", "W2")
    assert "Runtime.evaluate" in browser.sent("s2")
    assert [event.early for event in browser.of(TargetAttached)] == [False, True]


def test_a_worker_that_others_hold_on_to_is_taken_up_again() -> None:
    browser = Browser(deep={"https://a.example"}, memory=Memory("ab12"))
    browser.attaches(None, "tab-host", "tab")
    browser.attaches("tab-host", "host", "other", url=f"{ADDRESS}ab12")
    worker(browser)
    browser.says("s", "Inspector.targetCrashed")
    browser.says(None, "Target.detachedFromTarget", sessionId="s", targetId="W")
    version = {"versionId": "1", "registrationId": "4", "scriptURL": SCRIPT}
    for status, target in (("stopped", ""), ("starting", ""), ("starting", "W"), ("running", "W")):
        browser.says(
            "host", "ServiceWorker.workerVersionUpdated",
            versions=[{**version, "runningStatus": status, "targetId": target}],
        )  # fmt: skip
    again = [send.params for send in browser.sends if send.method == "Target.attachToTarget"]
    assert again == [{"targetId": "W", "flatten": True}]
    assert [(event.target, event.reason) for event in browser.of(Gap)] == [("W", HELD)]


def test_an_origin_that_is_named_later() -> None:
    origins: set[str] = set()
    browser = Browser(deep=origins)
    worker(browser)
    origins.add("https://a.example")
    deep = browser.translator.parts.deep
    assert [deep.begin(), deep.begin()] == [1, 1]
    browser.waits(0.1)
    assert browser.sent("s").count("Runtime.evaluate") == 1
    deep.farewell()
    browser.waits(0.1)
    assert browser.sends[-1].params["expression"] == f"globalThis['{NAME}_stop']?.()"


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Chat.Example/c/1?x#y", "https://chat.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (" https://u:p@a.example ", "https://a.example"),
    ],
)
def test_an_origin_may_be_given_by_an_address(text: str, origin: str) -> None:
    assert as_origin(text) == origin


@pytest.mark.parametrize("text", ["", "a.example", "ftp://a.example", "https://", "about:blank", "https://[", "*"])
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(UsageError, match="no origin"):
        as_origin(text)
