"""What an end means to everything that was open."""

from __future__ import annotations

from monitor.model import SocketClosed, SocketOpened, TargetCrashed, TargetGone
from tests.unit.browser.cdp import Browser


def test_a_shared_worker_that_ends_with_its_last_page_did_not_crash() -> None:
    browser = Browser()
    browser.attaches(None, "s", "shared_worker", url="https://a.example/shared.js")
    browser.says("s", "Network.webSocketCreated", requestId="1", url="wss://a.example/")
    browser.says("s", "Inspector.targetCrashed")
    assert [e.reason for e in browser.of(TargetCrashed)] == ["stopped"]
    assert [e.because for e in browser.of(SocketClosed)] == ["the shared worker stopped"]


def test_the_end_closes_everything() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.says(page, "Network.webSocketCreated", requestId="1", url="wss://a.example/")
    events = browser.translator.end(browser.now + 1, "the browser was lost")
    assert [type(e) for e in events] == [SocketOpened, SocketClosed, TargetGone]
    assert [e.because for e in events if isinstance(e, SocketClosed)] == ["the browser was lost"]
    assert browser.translator.known() == set()
