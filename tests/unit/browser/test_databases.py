"""Databases and cookies: told once, by name."""

from __future__ import annotations

from monitor.model import CookieChange, DatabaseChange
from tests.unit.browser.cdp import Browser, observed, said

ORIGIN = "https://a.example"
CHANGED = {"origin": ORIGIN, "storageKey": ORIGIN + "/", "bucketId": "1"}


def tracked(browser: Browser) -> list[str | None]:
    return [send.session for send in browser.sends if send.method == "Storage.trackIndexedDBForOrigin"]


def test_a_change_that_every_tab_is_told_of_is_told_once() -> None:
    browser = Browser()
    first, second = observed(browser, "p"), observed(browser, "q")
    assert tracked(browser) == [first]
    for session in (first, second):
        browser.says(session, "Storage.indexedDBContentUpdated", **CHANGED, databaseName="d", objectStoreName="s")
    (told,) = browser.of(DatabaseChange)
    assert (told.origin, told.database, told.store, told.tab) == (ORIGIN, "d", "s", None)


def test_when_the_session_that_tells_ends_another_is_asked() -> None:
    browser = Browser()
    first, second = observed(browser, "p"), observed(browser, "q")
    browser.says(None, "Target.detachedFromTarget", sessionId=first)
    assert tracked(browser) == [first, second]
    browser.says(second, "Storage.indexedDBContentUpdated", **CHANGED, databaseName="d", objectStoreName="s")
    assert len(browser.of(DatabaseChange)) == 1
    browser.says(None, "Target.detachedFromTarget", sessionId=second)
    assert tracked(browser) == [first, second]


def test_the_list_of_databases_is_told_once_for_the_words_of_one_change() -> None:
    browser = Browser()
    page = observed(browser, "p")
    for _ in range(3):
        browser.says(page, "Storage.indexedDBListUpdated", **CHANGED)
    browser.waits(1.0)
    browser.says(page, "Storage.indexedDBListUpdated", **CHANGED)
    assert [(e.database, e.store) for e in browser.of(DatabaseChange)] == [(None, None)] * 2


def test_cookies_of_a_response_are_named() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1")
    headers = {"Set-Cookie": "sid=secret; Path=/; HttpOnly\ntheme=dark", "Server": "x"}
    browser.says(page, "Network.responseReceivedExtraInfo", requestId="1", headers=headers)
    browser.says(page, "Network.responseReceivedExtraInfo", requestId="1", headers={"Server": "x"})
    (told,) = browser.of(CookieChange)
    assert (told.how, told.names, told.connection, told.tab) == ("response", ("sid", "theme"), "r1", "A")
    assert "secret" not in repr(told)


def test_cookies_that_the_page_hears_of() -> None:
    browser = Browser()
    page = observed(browser, "p")
    said(browser, page, k="cookie", changed=["a", "b"], deleted=["c"])
    (told,) = browser.of(CookieChange)
    assert (told.how, told.names, told.removed, told.tab) == ("heard", ("a", "b"), ("c",), "A")
