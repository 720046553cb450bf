"""What the observer says."""

from __future__ import annotations

import json

from monitor.model import Broadcast, PushState, Shown, UserInput, Visibility, WorkerMessage
from tests.unit.browser.cdp import OFFSET, SPEAKS, Browser, observed, said, world


def test_what_is_shown() -> None:
    browser = Browser()
    page = observed(browser)
    block = {"slot": 1, "text": "hi", "digest": "0" * 16, "length": 2, "path": "body/p"}
    said(browser, page, ago=0.5, k="shown", rule="text", document="D", url="u", full=True, blocks=[block], gone=[])
    told = browser.of(Shown)[0]
    assert (told.document, told.frame, told.main, told.full, told.blocks[0].text) == ("D", "F", True, True, "hi")
    assert abs(told.time - (browser.now + OFFSET - 0.5)) < 0.005


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
