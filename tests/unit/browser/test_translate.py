"""The whole translator: odd messages, lag, the end."""

from __future__ import annotations

import msgspec

from monitor.model import Fault, Gap, SocketClosed, TargetGone
from tests.unit.browser.cdp import Browser


def test_a_message_in_another_shape_is_a_gap_and_not_an_error() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.says(page, "Network.webSocketFrameReceived", requestId=5, timestamp="never")
    told = browser.of(Gap)[0]
    assert told.reason.startswith("Network.webSocketFrameReceived could not be understood")
    assert (told.tab, told.count) == ("A", 1)


def test_base64_that_is_none_is_a_gap() -> None:
    browser = Browser()
    browser.frame(browser.tab("p"), "1", "a", opcode=2)
    assert len(browser.of(Gap)) == 1


def test_an_answer_in_another_shape_is_a_gap() -> None:
    browser = Browser()
    browser.tab("p")
    browser.answers("Page.getFrameTree", {"frameTree": 3})
    assert "Page.getFrameTree" in browser.of(Gap)[0].reason


def test_unknown_messages_and_sessions_are_ignored() -> None:
    browser = Browser()
    assert browser.says("nobody", "Dance.started") == []
    assert browser.says("nobody", "Target.detachedFromTarget", sessionId="gone") == []


def test_lag_is_told_once_in_a_while() -> None:
    browser = Browser()
    page = browser.tab("p")
    for _ in range(3):
        late = {"requestId": "1", "timestamp": browser.now - 5, "response": {"opcode": 1, "payloadData": "x"}}
        browser.says(page, "Network.webSocketFrameReceived", **late)
    assert [e.what for e in browser.of(Fault)] == ["lag"]


def test_the_end_closes_everything() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.says(page, "Network.webSocketCreated", requestId="1", url="wss://a.example/")
    events = browser.translator.end(browser.now + 1, "the browser was lost")
    assert [type(e) for e in events] == [SocketClosed, TargetGone]
    assert [e.because for e in events if isinstance(e, SocketClosed)] == ["the browser was lost"]
    assert browser.translator.known() == set()


def test_params_are_taken_raw() -> None:
    browser = Browser()
    assert browser.translator.feed(None, "Target.targetInfoChanged", msgspec.Raw(b"nonsense"), 1.0)[0].kind == "gap"
