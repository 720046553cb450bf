"""BroadcastChannels are looked for, rarely where that halts a page, and listened to beside it."""

from __future__ import annotations

from monitor.browser.heap import LARGE, SMALL
from monitor.model import Gap
from tests.unit.browser.cdp import Browser, observed, world


def looked(browser: Browser, used: int) -> int:
    """Loads the page, lets a minute pass with a heap of that size; how often the heap was gone through."""
    before = len([send for send in browser.sends if send.method == "Runtime.queryObjects"])
    browser.says("p", "Page.lifecycleEvent", frameId="F", loaderId="L1", name="load", timestamp=browser.now)
    for _ in range(120):
        asked = len(browser.sends)
        browser.waits(0.5)
        for _ in [send for send in browser.sends[asked:] if send.method == "Runtime.getHeapUsage"]:
            browser.answers("Runtime.getHeapUsage", {"usedSize": used})
            if browser.sends[-1].method == "Debugger.disable":
                browser.answers("Debugger.disable")
                browser.answers("Runtime.evaluate", {"result": {"type": "object", "objectId": "1"}})
                browser.answers("Runtime.queryObjects", {"objects": {"type": "object", "objectId": "2"}})
                browser.answers("Runtime.callFunctionOn", {"result": {"type": "object", "value": ["news"]}})
    return len([send for send in browser.sends if send.method == "Runtime.queryObjects"]) - before


def test_a_page_with_a_large_heap_stands_still_for_it_once_at_most() -> None:
    browser = Browser()
    page = observed(browser)
    world(browser, page, 8, name="")
    assert looked(browser, LARGE) == 1
    assert looked(browser, LARGE) == 0, "what was found holds for the next document"
    assert looked(browser, SMALL) > 1
    assert not browser.of(Gap)
    other = Browser()
    world(other, observed(other), 8, name="")
    assert looked(other, LARGE + 1) == 0
    assert looked(other, LARGE + 1) == 0
    assert [gap.tab for gap in other.of(Gap) if "too large" in gap.reason] == ["A"], "that is told once"


def test_channels_are_looked_for_and_listened_to() -> None:
    browser = Browser()
    page = observed(browser)
    world(browser, page, 8, name="")
    browser.says(page, "Page.lifecycleEvent", frameId="F", loaderId="L1", name="load", timestamp=browser.now)
    browser.waits(0.5)
    browser.answers("Runtime.getHeapUsage")
    browser.answers("Debugger.disable")
    assert browser.sends[-1].params["expression"] == "BroadcastChannel.prototype"
    browser.answers("Runtime.evaluate", {"result": {"type": "object", "objectId": "1"}})
    browser.answers("Runtime.queryObjects", {"objects": {"type": "object", "objectId": "2"}})
    browser.answers("Runtime.callFunctionOn", {"result": {"type": "object", "value": ["news"]}})
    last = browser.sends[-1]
    assert last.params["contextId"] == 7
    assert '["news"]' in last.params["expression"]
