"""Requests that two sessions tell of."""

from __future__ import annotations

import pytest

from monitor.model import Body, Failed, Finished, Gap, Request, Response
from tests.unit.browser.cdp import Browser


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


def moving() -> Browser:
    """A frame of another site that is on its way back to its page's own: its session ends with the answer's head."""
    browser = Browser()
    page = browser.tab("p")
    browser.attaches(page, "frame", "iframe", url="https://b.example/")
    browser.requests("frame", "D2", "Document", loader="D2")
    browser.requests("frame", "7.1", loader="D1")
    browser.responds("frame", "D2", "text/html")
    browser.says(page, "Target.detachedFromTarget", sessionId="frame", targetId="T-frame")
    return browser


def test_a_page_goes_on_with_the_document_that_its_frame_in_another_process_asked_for() -> None:
    browser = moving()
    assert [e.connection for e in browser.of(Failed)] == ["r2"], "what the old document waited for"
    browser.data("p", "D2", b"<p>x</p>", streamed=False)
    browser.finishes("p", "D2", 8)
    browser.answers("Network.getResponseBody", {"body": "<p>x</p>", "base64Encoded": False})
    assert [s.session for s in browser.sends if s.method == "Network.getResponseBody"] == ["p"]
    assert [(e.connection, e.text) for e in browser.of(Body)] == [("r1", "<p>x</p>")]
    browser.waits(2.0)
    assert not browser.of(Gap)
    assert len(browser.of(Failed)) == 1


def test_a_document_of_a_frame_that_goes_on_nowhere_fails_after_a_moment() -> None:
    browser = moving()
    browser.waits(0.5)
    assert len(browser.of(Failed)) == 1
    browser.waits(1.0)
    assert [(e.connection, e.error) for e in browser.of(Failed)][1:] == [("r1", "the iframe is gone")]


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
