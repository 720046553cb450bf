"""The clock of a page beside the browser's: what is right is not moved for good by one message that came late."""

from __future__ import annotations

import json

import pytest

from monitor.model import Shown
from tests.unit.browser.cdp import OFFSET, SPEAKS, Browser, observed, raw, said, world


class SlowBrowser(Browser):
    """A browser whose messages take their time to arrive."""

    def asks(self, session: str, delay: float) -> None:
        """A request is sent; its message arrives that much after its stamp."""
        self.now += 0.01
        stamp = self.now
        params = {
            "requestId": f"r{stamp}", "loaderId": "L1", "documentURL": "u", "timestamp": stamp,
            "wallTime": stamp + OFFSET, "type": "Fetch", "frameId": "F", "initiator": {"type": "script"},
            "request": {"url": "https://a.example/x", "method": "GET", "headers": {}},
        }  # fmt: skip
        self.now += delay
        self.took(self.translator.feed(session, "Network.requestWillBeSent", raw(params), self.now))

    def page_says(self, session: str, **message: object) -> float:
        """What the observer says, by a page clock that is right; when it was said."""
        self.now += 0.01
        clock = (self.now + OFFSET) * 1000
        payload = json.dumps({"t": clock, "n": clock, **message})
        self.says(session, "Runtime.bindingCalled", name=SPEAKS, payload=payload, executionContextId=7)
        return self.now


def test_a_page_whose_clock_is_right_is_not_dated_back_after_one_late_message() -> None:
    browser = SlowBrowser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    world(browser, page)
    browser.waits(3.0)
    browser.asks(page, delay=0.19)  # the only stamped message of that second is late; the page's own comes at once
    browser.page_says(page, k="hello", document="D", url="https://a.example/", origin="https://a.example", main=True)
    browser.waits(30.0)
    browser.asks(page, delay=0.001)
    at = browser.page_says(page, k="shown", rule="text", document="D", url="u", full=True, blocks=[], gone=[])
    assert browser.of(Shown)[-1].mono == pytest.approx(at, abs=0.02)


def test_a_page_whose_clock_is_off_is_mended() -> None:
    browser = Browser()
    page = observed(browser)
    browser.translator.clock.offset += 5
    browser.translator.parts.pages.end("x")
    browser.translator.parts.pages._clock._off.clear()
    said(browser, page, ago=0.5, k="shown", rule="text", document="D", url="u", full=True)
    assert abs((browser.of(Shown)[0].mono or 0) - (browser.now - 0.5)) < 0.01


def test_what_a_coarse_clock_gives_is_not_before_what_led_to_it() -> None:
    browser = Browser()
    page = observed(browser)
    browser.now = 1000.00457
    frame = browser.now
    browser.now += 0.00002
    clock = int((browser.now + OFFSET) * 10_000) / 10  # a tenth of a millisecond, rounded down
    payload = json.dumps(
        {"t": clock, "n": clock, "k": "shown", "rule": "text", "document": "D", "url": "u", "full": True}
    )
    browser.says(page, "Runtime.bindingCalled", name=SPEAKS, payload=payload, executionContextId=7)
    shown = browser.of(Shown)[-1].mono
    assert shown is not None
    assert frame < shown < frame + 0.0002
