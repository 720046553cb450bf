"""A new document ends what the old one had open, in the main frame; stores are told by what was done to them."""

from __future__ import annotations

import pytest

from monitor.browser.dispatch_page import STORAGE
from monitor.model import Failed, SocketClosed, Storage
from tests.unit.browser.cdp import Browser


def opened() -> tuple[Browser, str]:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    browser.requests(page, "1", loader="L1")
    browser.says(page, "Network.webSocketCreated", requestId="2", url="wss://a.example/")
    browser.waits(1.0)
    return browser, page


def test_a_new_document_ends_the_sockets_and_requests_of_the_old_one() -> None:
    browser, page = opened()
    browser.navigates(page, "L2")
    browser.waits(2.0)
    assert [event.because for event in browser.of(SocketClosed)] == ["navigation"]
    assert [event.error for event in browser.of(Failed)] == ["the document went away"]


def test_a_new_document_in_a_frame_of_the_page_does_not() -> None:
    browser, page = opened()
    frame = {"id": "G", "parentId": "F", "loaderId": "L2", "url": "https://a.example/frame"}
    browser.says(page, "Page.frameNavigated", frame=frame, type="Navigation")
    browser.waits(2.0)
    assert not browser.of(SocketClosed)
    assert not browser.of(Failed)


@pytest.mark.parametrize(("method", "op"), STORAGE.items())
def test_what_was_done_to_a_store(method: str, op: str) -> None:
    browser = Browser()
    page = browser.tab("p")
    store = {"isLocalStorage": True, "securityOrigin": "https://a.example"}
    browser.says(page, method, storageId=store, key="k", newValue="v")
    browser.waits(1.0)
    assert [(event.op, event.area) for event in browser.of(Storage)] == [(op, "local")]
