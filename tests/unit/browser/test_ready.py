"""What was there is waited for, but not for ever."""

from __future__ import annotations

from monitor.browser.ready import READY_S, SHOWN_S, complete, tabs
from monitor.browser.wire import Reply
from tests.unit.browser.cdp import Browser, observed, said


def settled() -> tuple[Browser, str]:
    """A tab that is set up and shows nothing yet."""
    browser = Browser()
    assert not complete(browser.translator, 0.0)
    page = observed(browser)
    for send in [send for send in browser.sends if send.token is not None and send.token[0] == "targets"]:
        assert send.token is not None
        browser.translator.parts.targets.reply(send.token, Reply(), browser.now)
    return browser, page


def test_a_page_has_to_say_what_it_shows() -> None:
    browser, page = settled()
    assert not complete(browser.translator, 0.0)
    said(browser, page, k="shown", rule="text", document="D", url="u", full=True, blocks=[], gone=[])
    assert complete(browser.translator, 0.0)


def test_a_page_that_shows_nothing_is_not_waited_for_long() -> None:
    browser, _ = settled()
    assert not complete(browser.translator, SHOWN_S)
    assert complete(browser.translator, SHOWN_S + 0.1)


def test_an_empty_tab_is_not_waited_for() -> None:
    browser, page = settled()
    browser.translator.parts.sessions.live[page].url = "about:blank"
    assert complete(browser.translator, 0.0)


def test_what_never_answers_is_not_waited_for_long() -> None:
    browser = Browser()
    browser.tab("p")
    assert not complete(browser.translator, READY_S)
    assert complete(browser.translator, READY_S + 0.1)


def test_tabs_are_told_in_the_order_of_their_labels() -> None:
    browser = Browser()
    for number in range(27):
        browser.tab(f"p{number}", url=f"https://a.example/{number}")
    told = tabs(browser.translator)
    assert [tab["tab"] for tab in told][:2] == ["A", "B"]
    assert told[-1] == {"tab": "AA", "url": "https://a.example/26", "title": ""}
