"""Requests, streams and bodies as events."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import Body, Chunk, Failed, Finished, Gap, Request, RequestBody, Response, SseMessage
from tests.unit.browser.cdp import Browser, b64

EVENTS = "text/event-stream"


def streaming(mime: str = EVENTS, **head: object) -> Browser:
    """A browser in which a fetch r1 was answered and streams."""
    browser = Browser()
    browser.requests(browser.tab("p"), "1")
    browser.answers("Network.streamResourceContent", {"bufferedData": ""})
    browser.responds("p", "1", mime, **head)
    return browser


def test_a_request_with_its_body() -> None:
    browser = Browser()
    entries = [{"bytes": b64("å".encode())}]
    browser.requests(browser.tab("p"), "1", request={"method": "POST", "hasPostData": True, "postDataEntries": entries})
    told = browser.of(Request)[0]
    assert (told.connection, told.method, told.text, told.size, told.body_state) == ("r1", "POST", "å", 2, "whole")
    assert (told.resource, told.frame, told.loader, told.tab) == ("fetch", "F", "L1", "A")
    assert told.initiator == "https://a.example/x.js:5"


def test_a_body_that_comes_later() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1", request={"method": "POST", "hasPostData": True})
    assert browser.of(Request)[0].body_state == "later"
    browser.answers("Network.getRequestPostData", {"postData": "late"})
    assert (browser.of(RequestBody)[0].text, browser.of(RequestBody)[0].connection) == ("late", "r1")


def test_a_body_that_is_not_to_be_had() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1", request={"method": "POST", "hasPostData": True})
    browser.answers("Network.getRequestPostData", error="No post data available for the request")
    assert browser.of(RequestBody)[0].state == "absent"
    assert browser.of(RequestBody)[0].reason == "No post data available for the request"


def test_a_stream_is_told_as_it_comes() -> None:
    browser = streaming()
    browser.data("p", "1", b"data: \xe2\x98")
    browser.data("p", "1", b"\x83\n\n")
    browser.finishes("p", "1")
    chunks = browser.of(Chunk)
    assert [(c.text, c.offset, c.size) for c in chunks] == [("data: ", 0, 6), ("☃\n\n", 6, 5)]
    assert browser.of(Finished)[0].body == "chunks"
    assert not browser.of(Body)


def test_what_was_buffered_before_the_stream_comes_first() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1")
    browser.responds("p", "1", EVENTS)
    browser.data("p", "1", b"ab", streamed=False)
    browser.answers("Network.streamResourceContent", {"bufferedData": b64(b"ab")})
    browser.data("p", "1", b"cd")
    browser.finishes("p", "1")
    assert "".join(c.text or "" for c in browser.of(Chunk)) == "abcd"
    assert not browser.of(Gap)


def test_a_plain_answer_is_one_body() -> None:
    browser = streaming("application/json")
    browser.data("p", "1", b'{"a":')
    browser.data("p", "1", b"1}")
    browser.finishes("p", "1", 99)
    end, body = browser.of(Finished)[0], browser.of(Body)[0]
    assert (end.body, end.size) == ("later", 99)
    assert (body.text, body.size) == ('{"a":1}', 7)
    assert not browser.of(Chunk)


def test_an_answer_that_stays_open_becomes_a_stream() -> None:
    browser = streaming("text/plain")
    browser.data("p", "1", b"first")
    browser.waits(0.1)
    assert not browser.of(Chunk)
    browser.waits(0.3)
    assert [c.text for c in browser.of(Chunk)] == ["first"]
    browser.data("p", "1", b"second")
    assert [c.text for c in browser.of(Chunk)] == ["first", "second"]


@pytest.mark.parametrize("head", [{"headers": {"Content-Length": "100"}}, {"mime": "application/json"}])
def test_a_slow_plain_answer_is_no_stream(head: dict[str, object]) -> None:
    browser = streaming(str(head.pop("mime", "text/plain")), **head)
    browser.data("p", "1", b"first")
    browser.waits(1.0)
    assert not browser.of(Chunk)


def test_a_complete_body_that_the_page_does_not_read_is_told_all_the_same() -> None:
    browser = streaming("text/plain", headers={"Content-Length": "5"})
    browser.data("p", "1", b"whole")
    browser.waits(1.1)
    assert [b.text for b in browser.of(Body)] == ["whole"]
    browser.waits(1.1)
    browser.finishes("p", "1")
    assert len(browser.of(Body)) == 1
    assert [f.body for f in browser.of(Finished)] == ["later"]


def test_a_refused_stream_is_fetched_at_the_end() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1")
    browser.answers("Network.streamResourceContent", error="Request with the provided ID has already finished loading")
    browser.responds("p", "1", EVENTS)
    browser.finishes("p", "1")
    browser.answers("Network.getResponseBody", {"body": "data: Ã©", "base64Encoded": False})
    assert [(b.text, b.connection) for b in browser.of(Body)] == [("data: é", "r1")]


def test_an_end_before_the_stream_was_granted_waits_for_it() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1")
    browser.responds("p", "1")
    browser.data("p", "1", b"{}", streamed=False)
    browser.finishes("p", "1")
    assert not browser.of(Finished)
    browser.answers("Network.streamResourceContent", {"bufferedData": b64(b"{}")})
    assert [b.text for b in browser.of(Body)] == ["{}"]
    assert len(browser.of(Finished)) == 1


def test_a_body_that_was_evicted_is_absent() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1", "Document")
    browser.responds("p", "1", "text/html")
    browser.data("p", "1", b"<p>", streamed=False)
    browser.finishes("p", "1")
    browser.answers("Network.getResponseBody", error="Request content was evicted from inspector cache")
    assert [(b.state, b.reason) for b in browser.of(Body)] == [
        ("absent", "Request content was evicted from inspector cache")
    ]
    assert [(g.reason, g.connection) for g in browser.of(Gap)] == [
        ("the browser no longer had the body when it was asked for", "r1")
    ]


def test_a_body_past_the_limit_is_not_asked_for() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1", "Document")
    browser.finishes("p", "1", 50 << 20)
    assert browser.of(Body)[0].reason == "larger than 8 MB"
    assert "Network.getResponseBody" not in browser.sent("p")


def holed() -> Browser:
    """A stream whose first bytes came before Chrome was told to follow it, and that ended."""
    browser = Browser()
    browser.requests(browser.tab("p"), "1")
    browser.responds("p", "1", EVENTS)
    browser.data("p", "1", b"data: 1\n\n", streamed=False)
    browser.answers("Network.streamResourceContent", {"bufferedData": ""})
    browser.data("p", "1", b"data: 2\n\n")
    browser.finishes("p", "1")
    return browser


def test_a_stream_that_lost_its_first_bytes_comes_whole_at_its_end() -> None:
    browser = holed()
    assert [(c.text, c.offset) for c in browser.of(Chunk)] == [("data: 2\n\n", 9)]
    browser.answers("Network.getResponseBody", {"body": "data: 1\n\ndata: 2\n\n", "base64Encoded": False})
    assert (browser.of(Finished)[0].body, browser.of(Body)[0].text) == ("later", "data: 1\n\ndata: 2\n\n")
    assert not browser.of(Gap)


@pytest.mark.parametrize("answer", [{"error": "No data found"}, {"result": {"body": "data: 2\n\n"}}])
def test_a_stream_whose_first_bytes_are_gone_for_good_says_so(answer: dict[str, Any]) -> None:
    browser = holed()
    browser.answers("Network.getResponseBody", answer.get("result"), error=answer.get("error"))
    (gap,) = browser.of(Gap)
    assert (gap.count, gap.connection) == (9, "r1")
    assert browser.of(Body)[0].state == "absent"


def test_a_redirect_stays_one_connection() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1")
    away = {"url": "https://a.example/api", "status": 302, "headers": {}, "mimeType": ""}
    browser.requests(page, "1", request={"url": "https://a.example/there"}, redirectResponse=away)
    assert [(r.connection, r.redirected) for r in browser.of(Request)] == [("r1", False), ("r1", True)]
    assert [r.status for r in browser.of(Response)] == [302]


def test_a_failure_tells_what_had_come() -> None:
    browser = streaming("application/json")
    browser.data("p", "1", b"half")
    browser.says(
        "p", "Network.loadingFailed", requestId="1", timestamp=browser.now, errorText="net::ERR_ABORTED", canceled=True
    )
    assert [c.text for c in browser.of(Chunk)] == ["half"]
    assert [(f.error, f.canceled, f.derived) for f in browser.of(Failed)] == [("net::ERR_ABORTED", True, False)]


def test_a_navigation_fails_what_its_document_waited_for_after_a_grace() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    browser.requests(page, "1")
    browser.requests(page, "L2", "Document", loader="L2")
    browser.navigates(page, "L2")
    browser.waits(0.5)
    assert not browser.of(Failed)
    browser.waits(0.6)
    assert [(f.connection, f.derived) for f in browser.of(Failed)] == [("r1", True)]


def test_a_closed_tab_fails_what_it_waited_for() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1")
    browser.says("tab-p", "Target.detachedFromTarget", sessionId="p", targetId="T-p")
    assert [(f.error, f.derived) for f in browser.of(Failed)] == [("the page is gone", True)]


def test_a_service_worker_that_only_passes_on_is_not_told() -> None:
    browser = Browser()
    browser.attaches(None, "s", "service_worker")
    browser.requests(browser.tab("p"), "1")
    browser.requests("s", "9")
    browser.responds("s", "9")
    browser.finishes("s", "9")
    assert [(r.connection, r.tab) for r in browser.of(Request)] == [("r1", "A")]
    assert not browser.of(Response)
    browser.responds("p", "1", fromServiceWorker=True)
    browser.requests("s", "10")
    assert [r.tab for r in browser.of(Request)] == ["A"]
    browser.waits(0.3)
    assert [r.tab for r in browser.of(Request)] == ["A", None]


@pytest.mark.parametrize("page_first", [True, False])
def test_a_request_of_the_service_workers_own_that_was_taken_for_the_pages_is_a_gap(page_first: bool) -> None:
    browser = Browser()
    browser.attaches(None, "s", "service_worker")
    page = browser.tab("p")
    for session in (page, "s") if page_first else ("s", page):
        browser.requests(session, session)
    browser.finishes("s", "s")
    browser.responds(page, page)
    (gap,) = browser.of(Gap)
    assert (gap.connection, gap.count, gap.tab) == (browser.of(Request)[0].connection, 1, "A")


def test_a_service_worker_that_is_heard_before_its_page() -> None:
    browser = Browser()
    browser.attaches(None, "s", "service_worker")
    page = browser.tab("p")
    browser.requests("s", "9")
    browser.requests(page, "1")
    browser.responds("s", "9")
    browser.finishes("s", "9")
    browser.waits(0.3)
    assert [r.tab for r in browser.of(Request)] == ["A"]
    assert not browser.of(Finished)


def test_an_end_stamped_before_its_head_is_not_told_before_it() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1", "Image")
    browser.responds(page, "1", "image/png")
    head = browser.of(Response)[0]
    early = head.time - browser.translator.clock.offset - 0.2
    browser.says(page, "Network.loadingFinished", requestId="1", timestamp=early, encodedDataLength=3)
    assert browser.of(Finished)[0].time == head.time


def test_event_source_messages() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1", "EventSource")
    browser.says(
        page, "Network.eventSourceMessageReceived", requestId="1", timestamp=1.0, eventName="", eventId="7", data="é"
    )
    told = browser.of(SseMessage)[0]
    assert (told.connection, told.event, told.id, told.text, told.size) == ("r1", "message", "7", "é", 2)


def test_a_response_joined_midway_says_so_and_goes_on() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.data(page, "77", b"lost", streamed=False)
    assert [(g.connection, g.reason) for g in browser.of(Gap)] == [
        ("r1", "a response was joined midway: its beginning is lost")
    ]
    browser.answers("Network.streamResourceContent", {"bufferedData": ""})
    browser.data(page, "77", b"kept")
    browser.finishes(page, "77")
    browser.data(page, "77", b"late")
    assert [c.text for c in browser.of(Chunk)] == ["kept"]
    assert len(browser.of(Gap)) == 1
    assert [f.body for f in browser.of(Finished)] == ["chunks"]


def test_an_answer_to_a_request_older_than_the_attach() -> None:
    browser = Browser()
    browser.responds(browser.tab("p"), "77")
    assert browser.of(Response)[0].connection == "r1"
    assert browser.of(Gap)[0].connection == "r1"


def test_requests_that_stay_open_are_followed_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.browser.requests.FOLLOWED", 3)
    browser = Browser()
    browser.tab("p")
    for number in range(6):
        browser.requests("p", str(number), "Ping")
    assert [g.connection for g in browser.of(Gap)] == ["r1", "r2", "r3"]


def test_data_addresses_are_no_requests() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1", request={"url": "data:text/plain,x"})
    assert not browser.of(Request)


def test_a_frame_in_another_process_goes_on_with_the_document_that_its_page_asked_for() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "D1", "Document", loader="D1")
    browser.responds(page, "D1", "text/html")
    browser.attaches(page, "frame", "iframe", url="https://b.example/")
    browser.data("frame", "D1", b"<p>x</p>", streamed=False)
    browser.finishes("frame", "D1", 8)
    browser.answers("Network.getResponseBody", {"body": "<p>x</p>", "base64Encoded": False})
    asked = [s.session for s in browser.sends if s.method == "Network.getResponseBody"]
    assert asked == ["frame"]
    assert [(e.connection, e.text) for e in browser.of(Body)] == [("r1", "<p>x</p>")]
    browser.says("tab-p", "Target.detachedFromTarget", sessionId="p", targetId="T-p")
    assert not browser.of(Gap)
    assert not browser.of(Failed)


def test_a_worker_goes_on_with_the_script_that_its_page_asked_for() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "W1", "Script", loader="")
    browser.attaches(page, "worker", "worker", url="https://a.example/w.js")
    browser.responds("worker", "W1", "text/javascript")
    browser.finishes("worker", "W1", -1)
    assert [e.connection for e in browser.of(Response)] == ["r1"]
    assert [(e.connection, e.size) for e in browser.of(Finished)] == [("r1", 0)]


def test_numbers_of_two_processes_are_two_requests() -> None:
    browser = Browser()
    for name in ("p", "q"):
        browser.requests(browser.tab(name), "7.1")
        browser.responds(name, "7.1", "text/plain")
    assert [(e.connection, e.tab) for e in browser.of(Response)] == [("r1", "A"), ("r2", "B")]


def test_what_nobody_asked_for_is_no_response_joined_midway() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "S1", "about:srcdoc")
    browser.data(page, "S1", b"x", streamed=False)
    browser.finishes(page, "S1")
    browser.attaches(page, "worker", "worker", url="data:text/javascript,1")
    browser.responds("worker", "W1", "text/javascript", url="data:text/javascript,1")
    browser.data("worker", "W1", b"1", streamed=False)
    browser.finishes("worker", "W1")
    assert not browser.of(Gap)
    assert not browser.of(Finished)


def test_a_body_that_comes_after_its_answer_is_still_of_its_tab() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1", "Ping", request={"method": "POST", "hasPostData": True})
    browser.responds(page, "1", "text/plain")
    browser.finishes(page, "1")
    browser.answers("Network.getRequestPostData", {"postData": "late"})
    assert [(e.connection, e.tab, e.target) for e in browser.of(RequestBody)] == [("r1", "A", "T-p")]


@pytest.mark.parametrize(
    ("method", "headers", "gaps"),
    [
        ("POST", {"Accept": "*/*"}, 1),
        ("PUT", {"Transfer-Encoding": "chunked"}, 1),
        ("POST", {"content-length": "0"}, 0),
        ("PATCH", {}, 0),
        ("GET", {}, 0),
    ],
)
def test_a_body_that_the_page_streams_is_a_gap(method: str, headers: dict[str, str], gaps: int) -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1", request={"method": method})
    for _ in range(2):
        browser.says(page, "Network.requestWillBeSentExtraInfo", requestId="1", headers=headers)
    assert [e.connection for e in browser.of(Gap)] == ["r1"] * gaps


def test_what_breaks_off_before_it_could_be_followed_is_told_all_the_same() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "7.1")
    browser.responds(page, "7.1", "text/plain")
    browser.data(page, "7.1", b"hello", streamed=False)
    browser.says(page, "Network.loadingFailed", requestId="7.1", timestamp=browser.now, errorText="cut")
    assert not browser.of(Failed)
    browser.answers("Network.streamResourceContent", {"bufferedData": b64(b"hello")})
    assert [e.text for e in browser.of(Chunk)] == ["hello"]
    assert [e.error for e in browser.of(Failed)] == ["cut"]
    assert not browser.of(Gap)


@pytest.mark.parametrize("gone", [False, True])
def test_what_breaks_off_with_a_hole_says_so(gone: bool) -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "7.1")
    browser.responds(page, "7.1", "text/plain")
    browser.data(page, "7.1", b"hello", streamed=False)
    browser.says(page, "Network.loadingFailed", requestId="7.1", timestamp=browser.now, errorText="cut")
    if gone:
        browser.says("tab-p", "Target.detachedFromTarget", sessionId="p", targetId="T-p")
    else:
        browser.answers("Network.streamResourceContent", error="no such resource")
    assert [(e.connection, e.count) for e in browser.of(Gap)] == [("r1", 5)]
    assert [(e.error, e.derived) for e in browser.of(Failed)] == [("cut", False)]
