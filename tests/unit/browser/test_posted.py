"""The bodies of requests themselves."""

from __future__ import annotations

import pytest

from monitor.model import Gap, Request, RequestBody
from tests.unit.browser.cdp import Browser, b64


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
    (told,) = browser.of(RequestBody)
    assert (told.text, told.connection, told.mono) == ("late", "r1", None), "no stamp of Chrome's, and none made up"


def test_a_body_that_is_not_to_be_had() -> None:
    browser = Browser()
    browser.requests(browser.tab("p"), "1", request={"method": "POST", "hasPostData": True})
    browser.answers("Network.getRequestPostData", error="No post data available for the request")
    assert browser.of(RequestBody)[0].state == "absent"
    assert browser.of(RequestBody)[0].reason == "No post data available for the request"


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
