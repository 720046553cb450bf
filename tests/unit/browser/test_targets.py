"""Tabs keep their labels, targets have one voice, and set-up is sent in the order that does not hang."""

from __future__ import annotations

from monitor.browser.wire import NO_ANSWER, Reply
from monitor.model import Gap, Navigation, TargetAttached, TargetChanged
from tests.unit.browser.cdp import Browser


def test_frames_and_workers_fold_into_their_tab() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.attaches(page, "f", "iframe", url="https://b.example/")
    browser.attaches("f", "w", "worker", url="https://b.example/w.js")
    browser.attaches("w", "n", "worker", url="https://b.example/n.js")
    assert [e.tab for e in browser.of(TargetAttached)] == ["A"] * 4
    assert browser.of(TargetAttached)[2].parent == "T-f"


def test_the_browsers_own_pages_are_left_out_until_they_become_a_site() -> None:
    browser = Browser()
    browser.tab("p", url="devtools://devtools/inspector.html")
    browser.tab("q", url="https://a.example/")
    browser.tab("r", url="chrome-extension://abc/newtab.html")
    assert [e.tab for e in browser.of(TargetAttached)] == ["A"]
    assert browser.sent("p") == ["Runtime.runIfWaitingForDebugger"]
    info = {"targetId": "T-r", "type": "page", "title": "x", "url": "https://c.example/", "attached": True}
    browser.says(None, "Target.targetInfoChanged", targetInfo=info)
    assert [e.tab for e in browser.of(TargetAttached)] == ["A", "B"]
    assert "Network.enable" in browser.sent("r")


def test_the_browser_context_of_a_target_is_told() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.attaches(None, "tab-q", "tab")
    browser.attaches("tab-q", "q", "page", browserContextId="5E1F")
    assert page == "p"
    assert [event.context for event in browser.of(TargetAttached)] == [None, "5E1F"]


def test_a_title_is_told_when_it_changes() -> None:
    browser = Browser()
    browser.tab("p")
    info = {"targetId": "T-p", "type": "page", "title": "new", "url": "https://a.example/", "attached": True}
    browser.says(None, "Target.targetInfoChanged", targetInfo=info)
    browser.says(None, "Target.targetInfoChanged", targetInfo=info)
    assert [e.title for e in browser.of(TargetChanged)] == ["new"]


def test_a_frame_that_chrome_did_not_hold_may_have_done_something_unseen() -> None:
    browser = Browser()
    page = browser.tab("p", waiting=False)
    set_up = browser.sends[-1]
    browser.attaches(page, "there", "iframe", waiting=False)
    assert not browser.of(Gap), "what was there at the attach has a past of its own"
    browser.translator.reply(set_up, Reply(), browser.now)
    browser.attaches(page, "held", "iframe")
    assert not browser.of(Gap)
    browser.attaches(page, "new", "iframe", url="about:srcdoc", waiting=False)
    (gap,) = browser.of(Gap)
    assert (gap.tab, gap.target) == ("A", "T-new")
    assert "iframe ran before" in gap.reason


def test_what_a_new_page_has_when_it_is_set_up_ran_before() -> None:
    browser = Browser()
    browser.attaches(browser.tab("p"), "w", "worker", waiting=False)
    (gap,) = browser.of(Gap)
    assert (gap.target, "worker ran before" in gap.reason) == ("T-w", True)


def test_a_page_that_hangs_is_told_once_and_its_document_when_it_answers_at_last() -> None:
    """As one with a dialog open does, or one whose script runs on."""
    browser = Browser()
    page = browser.tab("p", waiting=False)
    tree, done = browser.sends[-3], browser.sends[-1]
    assert (tree.method, done.method) == ("Page.getFrameTree", "Runtime.runIfWaitingForDebugger")
    assert tree.timeout > 3600 > done.timeout
    for error in (NO_ANSWER, NO_ANSWER, "the session ended"):
        browser.took(browser.translator.reply(done, Reply(error=error), browser.now))
    (gap,) = browser.of(Gap)
    assert (gap.tab, gap.target, gap.since is not None) == ("A", f"T-{page}", True)
    assert "does not answer" in gap.reason
    frame = {"id": "F", "loaderId": "L1", "url": "https://a.example/", "securityOrigin": "x", "mimeType": "text/html"}
    browser.answers("Page.getFrameTree", {"frameTree": {"frame": frame}})
    assert [event.url for event in browser.of(Navigation)] == ["https://a.example/"]
    assert len(browser.of(Gap)) == 1


def test_a_page_that_ran_though_its_tab_waited_may_have_done_something_unseen() -> None:
    frame = {"id": "F", "loaderId": "L1", "url": "https://a.example/", "securityOrigin": "x", "mimeType": "text/html"}
    for waited, url, gaps in (
        (True, "https://a.example/", 1),
        (True, "about:blank", 0),
        (False, "https://a.example/", 0),
    ):
        browser = Browser()
        browser.attaches(None, "tab-p", "tab", waiting=waited)
        browser.attaches("tab-p", "p", "page", waiting=False)
        browser.answers("Page.getFrameTree", {"frameTree": {"frame": {**frame, "url": url}}})
        assert ["page ran before" in gap.reason for gap in browser.of(Gap)] == [True] * gaps
