"""Every target has one voice, and goes with what it came through."""

from __future__ import annotations

from monitor.browser.sessions import Session, Sessions, origin_of
from monitor.model import TargetAttached, TargetGone
from tests.unit.browser.cdp import Browser


def test_a_service_worker_speaks_once_and_has_no_tab() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.attaches(None, "s1", "service_worker", target="SW", url="https://a.example/sw.js")
    browser.attaches(page, "s2", "service_worker", target="SW", url="https://a.example/sw.js")
    told = [e for e in browser.of(TargetAttached) if e.type == "service_worker"]
    assert [(e.tab, e.target) for e in told] == [(None, "SW")]
    assert browser.sent("s2") == ["Runtime.runIfWaitingForDebugger"]
    assert browser.sends[-1].method == "Target.detachFromTarget"
    assert browser.sends[-1].params == {"sessionId": "s2"}


def test_children_go_with_their_parent() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.attaches(page, "w", "worker")
    browser.says("tab-p", "Target.detachedFromTarget", sessionId="p", targetId="T-p")
    assert [e.type for e in browser.of(TargetGone)] == ["worker", "page"]


def test_one_that_was_replaced_does_not_silence_its_successor() -> None:
    sessions = Sessions()
    sessions.add(Session("s1", "T"))
    sessions.add(Session("s2", "T"))
    assert [one.session for one in sessions.remove("s1")] == ["s1"]
    speaker = sessions.speaker("T")
    assert speaker is not None
    assert speaker.session == "s2"
    sessions.remove("s2")
    assert not sessions.has_speaker("T")


def test_whose_a_message_is() -> None:
    sessions = Sessions()
    sessions.add(Session("p", "T", "A", "page"))
    assert [sessions.of(session).type for session in (None, "p", "tab-p")] == ["other", "page", "tab"]
    assert [sessions.tab_of(session) for session in ("p", "gone", "")] == ["A", None, None]


def test_the_origin_of_an_address() -> None:
    assert origin_of("https://a.example:8/x/y?z#w") == "https://a.example:8"
    assert origin_of("blob:https://a.example/1-2") == "https://a.example"
    assert origin_of("about:blank") == "about:blank"
