"""What is said of targets means something to other parts too."""

from __future__ import annotations

from monitor.browser.push_log import Memory
from monitor.browser.sessions import OURS
from monitor.model import Navigation, TargetAttached
from tests.unit.browser.cdp import Browser, world


def test_a_page_that_a_recorder_made_for_itself_is_no_tab() -> None:
    browser = Browser(memory=Memory("ab12"))
    browser.attaches(None, "tab-h", "tab")
    browser.attaches("tab-h", "h", "page", url=f"{OURS}-push-other/pushMessaging=on,3")
    assert not browser.of(TargetAttached)
    pushes = browser.translator.parts.pushes
    assert pushes is not None
    assert pushes.session is None, "it is another recorder's"


def test_a_prerendered_page_that_takes_over_is_told_and_asked_to_say_what_it_shows() -> None:
    browser = Browser()
    browser.tab("p")
    browser.attaches("tab-p", "pre", "page", subtype="prerender", url="https://a.example/next")
    browser.navigates("pre", "L2")
    world(browser, "pre")
    info = {"targetId": "T-pre", "type": "page", "title": "", "url": "https://a.example/next", "attached": True}
    browser.says(None, "Target.targetInfoChanged", targetInfo=info)
    assert [(event.how, event.tab) for event in browser.of(Navigation)] == [("load", None), ("prerender", "A")]
    assert "full()" in browser.sends[-1].params["expression"]
