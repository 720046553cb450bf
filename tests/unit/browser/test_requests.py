"""The life of an exchange."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.browser.requests import ONLY_THE_ANSWER, ONLY_THE_END
from monitor.browser.wire import Reply
from monitor.model import Body, Chunk, Failed, Finished, Gap, Request, Response, SseMessage
from tests.unit.browser.cdp import Browser, b64, raw


def test_a_redirect_stays_one_connection() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1")
    away = {"url": "https://a.example/api", "status": 302, "headers": {}, "mimeType": ""}
    browser.requests(page, "1", request={"url": "https://a.example/there"}, redirectResponse=away)
    assert [(r.connection, r.redirected) for r in browser.of(Request)] == [("r1", False), ("r1", True)]
    assert [r.status for r in browser.of(Response)] == [302]


@pytest.mark.parametrize("granted", [(), (1,), (2,), (0, 2)])
def test_a_chain_of_redirects_ends_once(granted: tuple[int, ...]) -> None:
    """Each of its addresses is asked to be followed, and the answers can all come after its end."""
    browser = Browser()
    page = browser.tab("p")
    for hop in range(3):
        more: dict[str, Any] = {"redirectResponse": {"url": "u", "status": 302}} if hop else {}
        browser.requests(page, "1", request={"url": f"https://a.example/{hop}"}, **more)
    browser.responds(page, "1", "text/plain")
    browser.data(page, "1", b"end", streamed=False)
    browser.finishes(page, "1")
    asked = [send for send in browser.sends if send.method == "Network.streamResourceContent"]
    for number, send in enumerate(asked):
        found = number in granted
        answer = Reply(raw({"bufferedData": b64(b"end")} if found else {}), None if found else "No such resource")
        browser.events += browser.translator.reply(send, answer, browser.now)
        browser.sends += browser.translator.sends()
    if any(send.method == "Network.getResponseBody" for send in browser.sends):
        browser.answers("Network.getResponseBody", {"body": "end", "base64Encoded": False})
    assert len(asked) == 3
    assert [e.connection for e in browser.of(Finished)] == ["r1"]
    assert [e.text for e in browser.of(Body)] == ["end"]


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


@pytest.mark.parametrize("resource", ["Fetch", "Document", "Script", "Image"])
def test_an_answer_to_a_request_older_than_the_attach(resource: str) -> None:
    browser = Browser()
    browser.responds(browser.tab("p"), "77", resource=resource)
    browser.finishes("p", "77")
    assert browser.of(Response)[0].connection == "r1"
    assert [(g.connection, g.reason) for g in browser.of(Gap)] == [("r1", ONLY_THE_ANSWER)]


def test_the_script_of_a_worker_is_asked_for_before_there_is_one() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.attaches(page, "w", "worker")
    browser.responds("w", "77", resource="Script")
    assert browser.of(Response)[0].connection == "r1"
    assert not browser.of(Gap)


def test_of_the_document_of_a_tab_that_was_opened_at_an_address_the_body_is_had_all_the_same() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    browser.finishes(page, "L1", 12)
    browser.finishes(page, "7.1", 12)
    (gap,) = browser.of(Gap)
    assert (gap.connection, gap.reason, gap.tab) == ("r1", ONLY_THE_END, "A")
    browser.answers("Network.getResponseBody", {"body": "<p>x</p>", "base64Encoded": False})
    assert [(e.connection, e.text) for e in browser.of(Body)] == [("r1", "<p>x</p>")]
    assert [(e.connection, e.body) for e in browser.of(Finished)] == [("r1", "later")]


def test_data_addresses_are_no_requests() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1", request={"url": "data:text/plain,x"})
    assert not browser.of(Request)


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
