"""Documents and what the observer says of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.browser.heap import LARGE, SMALL
from monitor.model import Broadcast, Gap, Lifecycle, Navigation, PushState, Shown, UserInput, Visibility, WorkerMessage
from tests.unit.browser.cdp import OFFSET, SPEAKS, Browser


def world(browser: Browser, session: str, number: int = 7, frame: str = "F", name: str = "syncmon-test") -> None:
    default = not name
    context = {"id": number, "origin": "https://a.example", "name": name, "uniqueId": "1"}
    aux = {"isDefault": default, "type": "default" if default else "isolated", "frameId": frame}
    browser.says(session, "Runtime.executionContextCreated", context={**context, "auxData": aux})


def said(browser: Browser, session: str, number: int = 7, ago: float = 0.0, **message: Any) -> None:
    now = (browser.now + 0.01 + OFFSET) * 1000
    payload = json.dumps({"t": now - ago * 1000, "n": now, **message})
    browser.says(session, "Runtime.bindingCalled", name=SPEAKS, payload=payload, executionContextId=number)


def observed(browser: Browser, name: str = "p") -> str:
    page = browser.tab(name)
    browser.navigates(page, "L1")
    world(browser, page)
    said(browser, page, k="hello", document="D", url="https://a.example/", origin="https://a.example", main=True)
    return page


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("differentDocument", "load"),
        ("reload", "reload"),
        ("reloadBypassingCache", "reload"),
        ("historyDifferentDocument", "history"),
        ("", "load"),
    ],
)
def test_how_a_navigation_came_about(kind: str, how: str) -> None:
    browser = Browser()
    browser.navigates(browser.tab("p"), "L1", kind=kind)
    told = browser.of(Navigation)[0]
    assert (told.how, told.main, told.loader, told.frame) == (how, True, "L1", "F")


def test_a_page_out_of_the_back_forward_cache() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.says(
        page,
        "Page.frameStartedNavigating",
        frameId="F",
        url="",
        loaderId="new",
        navigationType="historyDifferentDocument",
    )
    browser.navigates(page, "old")
    assert browser.of(Navigation)[0].how == "history"


def test_an_abandoned_reload_does_not_colour_the_next_navigation() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.says(page, "Page.frameStartedNavigating", frameId="F", url="", loaderId="x", navigationType="reload")
    browser.navigates(page, "L2", kind="differentDocument")
    assert browser.of(Navigation)[0].how == "load"


def test_within_a_document_the_loader_stays() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    browser.says(
        page, "Page.navigatedWithinDocument", frameId="F", url="https://a.example/#", navigationType="fragment"
    )
    assert [(e.how, e.loader, e.main) for e in browser.of(Navigation)][1:] == [("same-document", "L1", True)]


def test_documents_that_were_there_are_told_from_the_frame_tree() -> None:
    browser = Browser()
    browser.tab("p")
    child = {"frame": {"id": "G", "parentId": "F", "loaderId": "L2", "url": "https://b.example/"}}
    tree = {"frame": {"id": "F", "loaderId": "L1", "url": "https://a.example/"}, "childFrames": [child]}
    browser.answers("Page.getFrameTree", {"frameTree": tree})
    assert [(e.frame, e.main, e.url) for e in browser.of(Navigation)] == [
        ("F", True, "https://a.example/"),
        ("G", False, "https://b.example/"),
    ]
    browser.answers("Page.getFrameTree", {"frameTree": tree})
    assert len(browser.of(Navigation)) == 2


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


def test_what_is_shown() -> None:
    browser = Browser()
    page = observed(browser)
    block = {"slot": 1, "text": "hi", "digest": "0" * 16, "length": 2, "path": "body/p"}
    said(browser, page, ago=0.5, k="shown", rule="text", document="D", url="u", full=True, blocks=[block], gone=[])
    told = browser.of(Shown)[0]
    assert (told.document, told.frame, told.main, told.full, told.blocks[0].text) == ("D", "F", True, True, "hi")
    assert abs(told.time - (browser.now + OFFSET - 0.5)) < 0.005


def test_a_page_whose_clock_is_off_is_mended() -> None:
    browser = Browser()
    page = observed(browser)
    browser.translator.clock.offset += 5
    browser.translator.pages.end("x")
    browser.translator.pages._off.clear()
    said(browser, page, ago=0.5, k="shown", rule="text", document="D", url="u", full=True)
    assert abs((browser.of(Shown)[0].mono or 0) - (browser.now - 0.5)) < 0.01


def test_what_is_shown_stays_in_order_while_a_clock_is_being_mended() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    world(browser, page)
    late = (browser.now + 0.01 + OFFSET) * 1000
    for number, delay in enumerate((900.0, 0.0)):  # the first is read late, which looks like a clock that is off
        payload = {"t": late - 950 + number, "n": late - delay, "k": "shown", "rule": "text", "document": "D",
                   "url": "https://a.example/", "main": True, "full": number == 0,
                   "blocks": [{"slot": number, "text": "x", "digest": "0", "length": 1}]}  # fmt: skip
        browser.says(page, "Runtime.bindingCalled", name=SPEAKS, payload=json.dumps(payload), executionContextId=7)
    first, second = browser.of(Shown)[-2:]
    assert (first.full, second.full) == (True, False)
    assert first.mono is not None
    assert second.mono is not None
    assert first.mono <= second.mono


def test_the_small_facts() -> None:
    browser = Browser()
    page = observed(browser)
    for _ in range(2):
        said(browser, page, k="visible", visible=False, focused=True)
    said(browser, page, k="input", input="key")
    said(browser, page, k="broadcast", name="news", text="é")
    said(browser, page, k="worker", worker="https://a.example/sw.js", text="x")
    assert [(e.visible, e.focused) for e in browser.of(Visibility)] == [(False, True)]
    assert [e.input for e in browser.of(UserInput)] == ["key"]
    assert [(e.name, e.size) for e in browser.of(Broadcast)] == [("news", 2)]
    assert [e.worker for e in browser.of(WorkerMessage)] == ["https://a.example/sw.js"]


def test_whether_a_site_pushes_is_told_when_it_changes() -> None:
    browser = Browser()
    page = observed(browser)
    one = {"host": "fcm.googleapis.com", "endpoint": "0123456789abcdef", "scope": "https://a.example/p", "worker": "w"}
    for found, permission in (([], "default"), ([], "default"), ([one], "granted"), ([one], "denied")):
        said(browser, page, k="push", origin="https://a.example", permission=permission, found=found)
    assert [(e.state, e.permission, e.host) for e in browser.of(PushState)] == [
        ("none", "default", None), ("registered", "granted", "fcm.googleapis.com"), ("blocked", "denied", None)
    ]  # fmt: skip
    registered = browser.of(PushState)[1]
    assert (registered.scope, registered.endpoint, registered.tab) == ("https://a.example/p", "0123456789abcdef", "A")


def test_a_frame_that_goes_shows_nothing_any_more() -> None:
    browser = Browser()
    page = observed(browser)
    browser.says(page, "Page.frameDetached", frameId="F", reason="remove")
    last = browser.of(Shown)[-1]
    assert (last.document, last.full, last.blocks) == ("D", True, ())


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
