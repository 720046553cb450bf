"""Set-up is sent in the order that does not hang."""

from __future__ import annotations

from monitor.browser.setup import CHILD_FILTER, TOP_FILTER
from monitor.model import TargetCrashed
from tests.unit.browser.cdp import Browser


def test_the_first_commands_ask_for_tabs_and_shared_workers() -> None:
    browser = Browser()
    attach = next(s for s in browser.sends if s.method == "Target.setAutoAttach")
    assert attach.session is None
    assert attach.params == {
        "autoAttach": True,
        "waitForDebuggerOnStart": True,
        "flatten": True,
        "filter": TOP_FILTER,
    }


def test_a_page_is_set_up_before_it_may_run() -> None:
    browser = Browser()
    page = browser.tab("p")
    methods = browser.sent(page)
    assert methods[-1] == "Runtime.runIfWaitingForDebugger"
    assert {"Network.enable", "Page.enable", "DOMStorage.enable", "Runtime.addBinding"} < set(methods)
    child = next(s for s in browser.sends if s.session == page and s.method == "Target.setAutoAttach")
    assert child.params["filter"] == CHILD_FILTER


def test_a_tab_is_resumed_only_after_its_page_was_attached() -> None:
    browser = Browser()
    browser.attaches(None, "tab", "tab")
    assert browser.sent("tab") == ["Target.setAutoAttach"]
    browser.attaches("tab", "p", "page")
    assert browser.sent("tab") == ["Target.setAutoAttach"]
    browser.answers("Target.setAutoAttach")
    assert browser.sent("tab") == ["Target.setAutoAttach", "Runtime.runIfWaitingForDebugger"]


def test_a_stopped_worker_is_resumed_when_it_starts_again() -> None:
    browser = Browser()
    browser.attaches(None, "s", "service_worker", url="https://a.example/sw.js")
    browser.says("s", "Inspector.targetCrashed")
    assert browser.of(TargetCrashed)[0].reason == "stopped"
    browser.sends.clear()
    browser.says("s", "Inspector.targetReloadedAfterCrash")
    assert browser.sent("s")[0] == "Network.enable"
    assert browser.sent("s")[-1] == "Runtime.runIfWaitingForDebugger"
