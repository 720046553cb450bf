"""Sockets as events: names, late ones, closes that Chrome does not tell."""

from __future__ import annotations

from monitor.browser.sockets import LEFT
from monitor.model import Frame, Gap, SocketClosed, SocketError, SocketHandshake, SocketOpened
from tests.unit.browser.cdp import Browser, b64


def opened(browser: Browser, session: str, request: str = "1.1", url: str = "wss://a.example/ws") -> None:
    browser.says(session, "Network.webSocketCreated", requestId=request, url=url, initiator={"type": "script"})


def test_frames_both_ways() -> None:
    browser = Browser()
    page = browser.tab("p")
    opened(browser, page)
    browser.frame(page, "1.1", "héllo")
    browser.frame(page, "1.1", b64(b"\x00\xff"), 2, "Sent")
    text, data = browser.of(Frame)
    assert (text.connection, text.dir, text.opcode, text.size, text.text) == ("w1", "in", 1, 6, "héllo")
    assert (data.dir, data.opcode, data.size, data.data, data.text) == ("out", 2, 2, b"\x00\xff", None)
    assert (text.tab, text.target) == ("A", "T-p")
    assert text.mono is not None
    assert text.time - text.mono == browser.translator.clock.offset


def test_the_same_request_id_in_two_sessions_is_two_sockets() -> None:
    browser = Browser()
    for name in ("p", "q"):
        opened(browser, browser.tab(name))
        browser.frame(name, "1.1", "x")
    assert [(e.connection, e.tab) for e in browser.of(Frame)] == [("w1", "A"), ("w2", "B")]


def test_the_handshake() -> None:
    browser = Browser()
    page = browser.tab("p")
    opened(browser, page)
    head = {"headers": {"Origin": "https://a.example"}}
    browser.says(
        page, "Network.webSocketWillSendHandshakeRequest", requestId="1.1", timestamp=1.0, wallTime=2.0, request=head
    )
    answer = {"status": 101, "statusText": "", "headers": {"sec-websocket-protocol": "chat"}}
    browser.says(page, "Network.webSocketHandshakeResponseReceived", requestId="1.1", timestamp=1.1, response=answer)
    asked, told = browser.of(SocketHandshake)
    assert asked.request_headers == {"Origin": "https://a.example"}
    assert (told.status, told.subprotocol) == (101, "chat")


def test_an_opening_is_dated_by_its_handshake_and_waits_for_no_slow_one() -> None:
    browser = Browser()
    page = browser.tab("p")
    opened(browser, page)
    assert not browser.of(SocketOpened)
    at = browser.now + 0.005
    browser.says(page, "Network.webSocketWillSendHandshakeRequest", requestId="1.1", timestamp=at, request={})
    first, shaken = browser.events[-2:]
    assert isinstance(first, SocketOpened)
    assert (first.mono, first.time) == (at, shaken.time)
    opened(browser, page, "1.2")
    heard = browser.now
    browser.waits(0.1)
    assert len(browser.of(SocketOpened)) == 1
    browser.waits(0.2)
    slow = browser.of(SocketOpened)[1]
    assert slow.mono is None
    assert abs(slow.time - browser.translator.clock.wall(heard)) < 0.01
    for request, message in (("1.3", "Network.webSocketClosed"), ("1.4", "Network.webSocketFrameError")):
        opened(browser, page, request)
        before = len(browser.events)
        browser.says(page, message, requestId=request, timestamp=browser.now, errorMessage="refused")
        assert isinstance(browser.events[before], SocketOpened)
    opened(browser, page, "1.5")
    assert [type(e) for e in browser.translator.farewell(browser.now)] == [SocketOpened]


def test_errors_and_closes() -> None:
    browser = Browser()
    page = browser.tab("p")
    opened(browser, page)
    browser.says(page, "Network.webSocketFrameError", requestId="1.1", timestamp=1.0, errorMessage="Could not decode")
    browser.says(page, "Network.webSocketClosed", requestId="1.1", timestamp=1.1)
    assert browser.of(SocketError)[0].message == "Could not decode"
    assert [(e.connection, e.derived) for e in browser.of(SocketClosed)] == [("w1", False)]


def test_a_navigation_closes_what_chrome_does_not() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    opened(browser, page)
    browser.navigates(page, "L2", kind="reload")
    browser.says(page, "Network.webSocketClosed", requestId="1.1", timestamp=1.1)
    assert [(e.connection, e.derived, e.because) for e in browser.of(SocketClosed)] == [("w1", True, "navigation")]


def test_a_frame_after_a_derived_close_keeps_its_connection() -> None:
    browser = Browser()
    page = browser.tab("p")
    opened(browser, page)
    browser.navigates(page, "L2")
    browser.frame(page, "1.1", "last words")
    assert browser.of(Frame)[0].connection == "w1"
    assert len(browser.of(SocketOpened)) == 1


def test_what_a_busy_socket_carried_while_its_page_was_left_may_be_missing() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    for request in ("quiet", "1", "2"):
        opened(browser, page, request)
    browser.frame(page, "quiet", "x")
    browser.waits(2.0)
    for request in ("1", "2"):
        browser.frame(page, request, "x")
    last = browser.of(Frame)[-1].time
    browser.requests(page, "L2", "Document", loader="L2")
    browser.responds(page, "L2", "text/html")
    # The browser told nothing more of the old document, however long the new one takes.
    browser.waits(3.0)
    browser.says(page, "Network.webSocketClosed", requestId="1", timestamp=browser.now)
    browser.navigates(page, "L2")
    (gap,) = browser.of(Gap)
    assert (gap.connection, gap.since, gap.tab) == ("w3", last, "A")
    assert [(e.connection, e.derived) for e in browser.of(SocketClosed)] == [("w2", False), ("w1", True), ("w3", True)]


def test_a_socket_that_is_just_open_is_busy_too() -> None:
    """Its first frames can be on their way when the page is left."""
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    opened(browser, page)
    browser.says(page, "Network.webSocketWillSendHandshakeRequest", requestId="1.1", timestamp=browser.now, request={})
    browser.navigates(page, "L2")
    assert [(gap.connection, gap.reason) for gap in browser.of(Gap)] == [("w1", LEFT)]


def test_a_crash_and_a_closed_tab_end_sockets() -> None:
    browser = Browser()
    page = browser.tab("p")
    opened(browser, page)
    browser.says(page, "Inspector.targetCrashed")
    opened(browser, page, "1.2")
    browser.says("tab-p", "Target.detachedFromTarget", sessionId="p", targetId="T-p")
    assert [(e.connection, e.because) for e in browser.of(SocketClosed)] == [
        ("w1", "the renderer crashed"),
        ("w2", "the page is gone"),
    ]


def named(browser: Browser, urls: list[str]) -> None:
    browser.answers("Runtime.getHeapUsage")
    browser.answers("Debugger.disable")
    browser.answers("Runtime.evaluate", {"result": {"type": "object", "objectId": "proto"}})
    browser.answers("Runtime.queryObjects", {"objects": {"type": "object", "objectId": "list"}})
    browser.answers("Runtime.callFunctionOn", {"result": {"type": "object", "value": urls}})


def test_a_late_socket_is_named_for_certain_where_it_is_the_only_one() -> None:
    browser = Browser()
    page = browser.tab("p")
    opened(browser, page, "1.1", "wss://a.example/known")
    browser.frame(page, "1.9", "x")
    late = browser.of(SocketOpened)[-1]
    assert (late.connection, late.late, late.url, late.url_is) == ("w2", True, None, "unknown")
    named(browser, ["wss://a.example/known", "wss://a.example/late"])
    last = browser.of(SocketOpened)[-1]
    assert (last.connection, last.url, last.url_is) == ("w2", "wss://a.example/late", "certain")
    assert browser.sends[-1].method == "Runtime.releaseObjectGroup"


def test_a_late_socket_among_several_is_a_guess() -> None:
    browser = Browser()
    browser.frame(browser.tab("p"), "1.9", "x")
    named(browser, ["wss://a.example/one", "wss://a.example/two"])
    assert browser.of(SocketOpened)[-1].url_is == "guess"


def test_a_page_that_does_not_answer_leaves_the_address_unknown() -> None:
    browser = Browser()
    browser.frame(browser.tab("p"), "1.9", "x")
    browser.answers("Runtime.getHeapUsage")
    browser.answers("Debugger.disable")
    browser.answers("Runtime.evaluate", error="no answer in time")
    assert [e.url_is for e in browser.of(SocketOpened)] == ["unknown"]


def test_what_a_blob_carried_is_said_to_be_missing() -> None:
    browser = Browser()
    page = browser.tab("p")
    opened(browser, page)
    browser.frame(page, "1.1", "", 2, "Sent")
    assert browser.of(Gap)[0].connection == "w1"
