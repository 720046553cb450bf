"""The observer is in every document, and milestones are told."""

from __future__ import annotations

from monitor.model import Lifecycle
from tests.unit.browser.cdp import Browser, world


def test_milestones_of_before_the_attach_are_left_out() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    for stamp in (1.0, browser.now + 0.01):
        browser.says(page, "Page.lifecycleEvent", frameId="F", loaderId="L1", name="load", timestamp=stamp)
    assert [e.name for e in browser.of(Lifecycle)] == ["load"]


def test_a_document_whose_observer_is_silent_is_given_one() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    world(browser, page)
    browser.says(
        page, "Page.lifecycleEvent", frameId="F", loaderId="L1", name="DOMContentLoaded", timestamp=browser.now
    )
    last = browser.sends[-1]
    assert (last.method, last.params["contextId"]) == ("Runtime.evaluate", 7)
    assert "MutationObserver" in last.params["expression"]
