"""Tabs keep their labels whatever page is in them."""

from __future__ import annotations

from monitor.model import TargetAttached, TargetChanged, TargetGone
from tests.unit.browser.cdp import Browser


def test_a_new_page_in_the_same_tab_keeps_the_label() -> None:
    browser = Browser()
    browser.tab("p")
    browser.says("tab-p", "Target.detachedFromTarget", sessionId="p", targetId="T-p")
    browser.attaches("tab-p", "p2", "page")
    assert [e.tab for e in browser.of(TargetAttached)] == ["A", "A"]
    assert [e.target for e in browser.of(TargetGone)] == ["T-p"]


def test_a_discarded_tab_goes_on_as_another_target_under_its_label() -> None:
    url, title = "https://a.example/", "A page"
    browser = Browser()
    browser.attaches(None, "tab-p", "tab")
    browser.attaches("tab-p", "p", "page", url=url, title=title)
    # Chrome tells of the new targets and of the end of the old ones in one go.
    browser.attaches(None, "tab-q", "tab")
    browser.says("tab-p", "Target.detachedFromTarget", sessionId="p", targetId="T-p")
    browser.says(None, "Target.detachedFromTarget", sessionId="tab-p", targetId="T-tab-p")
    browser.attaches("tab-q", "q", "page", url=url, title=title)
    assert [e.tab for e in browser.of(TargetAttached)] == ["A", "A"]
    # What is opened anew at the same address has no title yet; and a tab that lives keeps its label for itself.
    browser.says(None, "Target.detachedFromTarget", sessionId="tab-q", targetId="T-tab-q")
    for name, known in (("r", ""), ("s", title), ("t", title)):
        browser.attaches(None, f"tab-{name}", "tab")
        browser.attaches(f"tab-{name}", name, "page", url=url, title=known)
    assert [e.tab for e in browser.of(TargetAttached)] == ["A", "A", "B", "A", "C"]


def test_a_prerendered_page_takes_over_the_label_when_it_is_shown() -> None:
    browser = Browser()
    browser.tab("p")
    browser.attaches("tab-p", "pre", "page", subtype="prerender", url="https://a.example/next")
    assert browser.of(TargetAttached)[1].tab is None
    info = {"targetId": "T-pre", "type": "page", "title": "", "url": "https://a.example/next", "attached": True}
    browser.says(None, "Target.targetInfoChanged", targetInfo=info)
    assert browser.of(TargetChanged)[0].tab == "A"


def test_tabs_that_were_there_are_lettered_from_left_to_right() -> None:
    browser = Browser()
    places = {"x": 2, "y": 0, "z": 1}
    for name, place in places.items():
        info = {"targetId": f"T-tab-{name}", "type": "tab", "url": "https://a.example/"}
        browser.says(None, "Target.targetCreated", targetInfo={**info, "embedderData": {"tabStripIndex": place}})
    hidden = {"targetId": "T-tools", "type": "tab", "url": "devtools://devtools/x.html"}
    browser.says(None, "Target.targetCreated", targetInfo=hidden)
    for name in places:
        browser.tab(name)
    # What is opened later, wherever it stands, is next.
    later = {"targetId": "T-tab-w", "type": "tab", "url": "https://a.example/"}
    browser.says(None, "Target.targetCreated", targetInfo={**later, "embedderData": {"tabStripIndex": 0}})
    browser.tab("w")
    labels = {e.target: e.tab for e in browser.of(TargetAttached)}
    assert labels == {"T-y": "A", "T-z": "B", "T-x": "C", "T-w": "D"}
