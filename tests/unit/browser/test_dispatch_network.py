"""What the Network domain says reaches sockets and requests; headers that say nothing are not even decoded."""

from __future__ import annotations

from monitor.browser.dispatch_network import network
from monitor.model import CookieChange, Gap, Request, SocketOpened
from tests.unit.browser.cdp import Browser


def test_sockets_and_requests_have_their_own() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1")
    browser.says(page, "Network.webSocketCreated", requestId="2", url="wss://a.example/")
    browser.waits(1.0)
    assert [event.connection for event in browser.of(Request)] == ["r1"]
    assert [event.connection for event in browser.of(SocketOpened)] == ["w1"]


def test_headers_that_have_nothing_to_say_are_not_decoded() -> None:
    browser = Browser()
    page = browser.tab("p")
    for method in ("Network.requestWillBeSentExtraInfo", "Network.responseReceivedExtraInfo"):
        browser.says(page, method, requestId=5, headers="odd")
    assert not browser.of(Gap)
    browser.says(page, "Network.responseReceivedExtraInfo", requestId=5, headers="Set-Cookie: a=b")
    assert [gap.count for gap in browser.of(Gap)] == [1]
    assert not browser.of(CookieChange)


def test_a_request_from_the_cache_reads_so() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1")
    browser.says(page, "Network.requestServedFromCache", requestId="1")
    (head,) = browser.responds(page, "1")
    assert getattr(head, "from_cache", None) is True


def test_all_of_it_is_of_two_domains() -> None:
    assert {method.partition(".")[0] for method in network(Browser().translator.parts)} == {"Network", "Page"}
