"""The bytes of answers: streams, bodies, and what is missing of them."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import Body, Chunk, Failed, Finished, Gap
from tests.unit.browser.cdp import Browser, b64

EVENTS = "text/event-stream"


def streaming(mime: str = EVENTS, **head: Any) -> Browser:
    """A browser in which a fetch r1 was answered and streams."""
    browser = Browser()
    browser.requests(browser.tab("p"), "1")
    browser.answers("Network.streamResourceContent", {"bufferedData": ""})
    browser.responds("p", "1", mime, **head)
    return browser


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


@pytest.mark.parametrize(("resource", "mime", "asked"), [
    ("Other", "text/plain", True), ("Other", "image/x-icon", False), ("Script", "text/javascript", False),
])  # fmt: skip
def test_the_body_of_what_was_preloaded_for_a_fetch_is_asked_for(resource: str, mime: str, asked: bool) -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1", resource)
    browser.responds(page, "1", mime)
    browser.finishes(page, "1")
    assert ("Network.getResponseBody" in browser.sent(page)) is asked


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
    assert browser.of(Body)[0].reason == "larger than 32 MB"
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


def test_a_failure_tells_what_had_come() -> None:
    browser = streaming("application/json")
    browser.data("p", "1", b"half")
    browser.says(
        "p", "Network.loadingFailed", requestId="1", timestamp=browser.now, errorText="net::ERR_ABORTED", canceled=True
    )
    assert [c.text for c in browser.of(Chunk)] == ["half"]
    assert [(f.error, f.canceled, f.derived) for f in browser.of(Failed)] == [("net::ERR_ABORTED", True, False)]


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
