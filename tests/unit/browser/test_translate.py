"""The whole translator: odd messages, lag, the end."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Event, Fault, Frame, Gap
from tests.unit.browser.cdp import OFFSET, Browser, b64, raw


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


@given(
    payload=st.text() | st.binary(),
    way=st.sampled_from(["Received", "Sent"]),
    known=st.booleans(),
    base64=st.booleans(),
)
def test_a_frame_is_the_same_by_the_short_way(payload: str | bytes, way: str, known: bool, base64: bool) -> None:
    content = b64(payload) if isinstance(payload, bytes) and base64 else str(payload)
    response = {"opcode": 1 if isinstance(payload, str) else 2, "mask": False, "payloadData": content}
    params = {"requestId": "1", "timestamp": 100.5, "response": response}
    method = f"Network.webSocketFrame{way}"
    told: list[list[Event]] = []
    for short in (True, False):
        browser = Browser()
        page = browser.tab("p")
        if known:
            browser.says(page, "Network.webSocketCreated", requestId="1", url="wss://a.example/")
            shaken = {"requestId": "1", "timestamp": 100.2, "wallTime": 100.2, "request": {}}
            browser.says(page, "Network.webSocketWillSendHandshakeRequest", **shaken)
        frame = None
        if short:
            message = {"method": method, "params": params, "sessionId": page}
            frame = browser.translator.frame(json.dumps(message).encode(), 100.6)
        told.append([frame] if frame else browser.translator.feed(page, method, raw(params), 100.6))
        if short and known and content and payload.isascii():
            assert frame or not base64
    assert told[0] == told[1]


def test_unknown_messages_and_sessions_are_ignored() -> None:
    browser = Browser()
    assert browser.says("nobody", "Dance.started") == []
    assert browser.says("nobody", "Target.detachedFromTarget", sessionId="gone") == []


def test_params_are_taken_raw() -> None:
    browser = Browser()
    assert browser.translator.feed(None, "Target.targetInfoChanged", msgspec.Raw(b"nonsense"), 1.0)[0].kind == "gap"


def test_after_the_machine_slept_times_are_the_wall_clocks_again() -> None:
    """The monotonic clock, by which Chrome stamps, stands still in sleep; a frame tells that time alone."""
    browser = Browser()
    page = browser.tab("p")
    browser.frame(page, "1", "before")
    browser.took(browser.translator.clocks(browser.now + OFFSET + 0.03, browser.now))
    browser.took(browser.translator.clocks(browser.now + OFFSET + 3600, browser.now))
    browser.frame(page, "1", "after")
    before, after = (round(event.time - OFFSET - (event.mono or 0), 3) for event in browser.of(Frame))
    assert (before, after) == (0, 3600)
    assert ["+3599.97 s" in fault.message for fault in browser.of(Fault)] == [True]
