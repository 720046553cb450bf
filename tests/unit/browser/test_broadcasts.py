"""BroadcastChannels are looked for, rarely where that halts a page, and listened to beside it."""

from __future__ import annotations

import json

from monitor.browser.heap import LARGE, SMALL
from monitor.model import Gap
from tests.unit.browser.cdp import SPEAKS, WORLD, Browser, observed, world


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


def test_a_page_of_many_frames_is_left_alone_for_the_better_part_of_its_time() -> None:
    browser = Browser()
    page = observed(browser)
    world(browser, page, 8, name="")
    for n in range(50):
        frame = {"id": f"F{n}", "parentId": "F", "loaderId": f"C{n}", "url": "https://a.example/f", "mimeType": "x"}
        browser.says(page, "Page.frameNavigated", frame=frame, type="Navigation")
        for number, name in ((100 + 2 * n, ""), (101 + 2 * n, WORLD)):
            aux = {"frameId": f"F{n}", "isDefault": not name}
            context = {"id": number, "origin": "", "name": name, "auxData": aux}
            browser.says(page, "Runtime.executionContextCreated", context=context)
        hello = {"k": "hello", "t": 1.0, "n": 1.0, "document": f"d{n}", "url": "", "origin": "https://a.example"}
        browser.says(
            page, "Runtime.bindingCalled", name=SPEAKS, payload=json.dumps(hello), executionContextId=101 + 2 * n
        )
        browser.says(page, "Page.lifecycleEvent", frameId=f"F{n}", loaderId=f"C{n}", name="load", timestamp=browser.now)
    browser.says(page, "Page.lifecycleEvent", frameId="F", loaderId="L1", name="load", timestamp=browser.now)
    began, stood, contexts = browser.now, 0.0, []
    while browser.now < began + 60.0:
        asked = len([send for send in browser.sends if send.method == "Runtime.getHeapUsage"])
        browser.waits(0.05)
        looks = len([send for send in browser.sends if send.method == "Runtime.getHeapUsage"]) - asked
        assert looks <= 1, "one after the other"
        if looks:
            since = browser.now
            browser.answers("Runtime.getHeapUsage", {"usedSize": 1})
            browser.answers("Debugger.disable")
            contexts.append(browser.sends[-1].params["contextId"])
            browser.answers("Runtime.evaluate", {"result": {"type": "object", "objectId": "1"}})
            browser.answers("Runtime.queryObjects", {"objects": {"type": "object", "objectId": "2"}})
            browser.answers("Runtime.callFunctionOn", {"result": {"type": "object", "value": []}})
            stood += browser.now - since
    assert stood < 0.1 * (browser.now - began)
    assert contexts.index(8) <= 1, "the page itself comes before its frames"
    assert len(set(contexts)) == 51, "each frame has its turn"
