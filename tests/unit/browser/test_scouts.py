"""A second session of a new page tells of its first moments, until the page's own does; nothing is told twice."""

from __future__ import annotations

import pytest

from monitor.browser import scouts
from monitor.browser.setup import BUFFERS
from monitor.model import Body, Event, Finished, Frame, Gap, Navigation, Request, Response, SocketOpened, TargetAttached
from tests.unit.browser.cdp import OFFSET, Browser, b64

FRAME = {"id": "F", "url": "https://a.example/", "securityOrigin": "https://a.example", "mimeType": "text/html"}


def with_scouts() -> Browser:
    """A browser with one tab, through which new pages are scouted from the session `beside`."""
    browser = Browser()
    browser.attaches(None, "first", "browser", target="B", waiting=False)
    browser.tab("p", waiting=False)
    browser.attaches("tab-p", "beside", "browser", target="B", waiting=False)
    return browser


def scouted(browser: Browser) -> None:
    """A tab is opened at an address: its page is held for the scout `s`."""
    browser.attaches("beside", "s", "page", target="T-q")


def joined(browser: Browser) -> str:
    """The page's own session comes; returns it."""
    browser.attaches(None, "tab-q", "tab")
    browser.attaches("tab-q", "q", "page", waiting=False, url="https://a.example/")
    return "q"


def set_up(browser: Browser, loader: str = "L1") -> None:
    """The last of that session's set-up is answered."""
    browser.answers("Page.getFrameTree", {"frameTree": {"frame": {**FRAME, "loaderId": loader}}})


def told(browser: Browser, kind: type[Event]) -> list[str | None]:
    """The tabs of the events of a kind."""
    return [event.tab for event in browser.of(kind)]


def test_they_come_through_a_tab_and_only_new_pages_are_held() -> None:
    browser = with_scouts()
    asked = [(send.session, send.params) for send in browser.sends if send.method == "Target.attachToTarget"]
    assert asked == [("tab-p", {"targetId": "B", "flatten": True})]
    (attach,) = (send for send in browser.sends if send.session == "beside")
    assert attach.params["filter"] == [{"type": "page"}, {"exclude": True}]
    browser.attaches("beside", "old", "page", target="T-p", waiting=False)
    assert browser.sent("old") == ["Runtime.runIfWaitingForDebugger"]
    assert browser.sent("beside")[-1] == "Target.detachFromTarget"
    scouted(browser)
    assert browser.sent("s") == [
        "Network.enable",
        "Page.enable",
        "DOMStorage.enable",
        "Runtime.runIfWaitingForDebugger",
    ]
    assert next(send.params for send in browser.sends if send.session == "s") == BUFFERS
    assert len(browser.of(TargetAttached)) == 1


def test_a_window_that_knows_its_opener_goes_on_waiting_for_its_tab() -> None:
    browser = with_scouts()
    browser.attaches("beside", "s", "page", target="T-q", canAccessOpener=True)
    assert browser.sent("s") == []
    assert browser.sent("beside")[-1] == "Target.detachFromTarget"


def test_what_was_said_before_the_pages_session_came_is_told_as_its_own_in_time() -> None:
    browser = with_scouts()
    scouted(browser)
    came = browser.now + OFFSET
    browser.requests("s", "7.2")
    assert not browser.of(Request)
    joined(browser)
    (attached, request) = browser.of(TargetAttached)[-1], browser.of(Request)[0]
    assert attached.tab == request.tab == "B"
    assert attached.target == request.target == "T-q"
    assert came < attached.time < came + 0.002 < request.time < browser.now + OFFSET - 0.01


def test_a_request_stays_the_scouts_to_its_end_though_both_tell_of_it() -> None:
    browser = with_scouts()
    scouted(browser)
    page = joined(browser)
    browser.requests("s", "7.2")
    assert next(send.session for send in browser.sends if send.method == "Network.streamResourceContent") == "s"
    browser.answers("Network.streamResourceContent", {"bufferedData": ""})
    set_up(browser)
    for session in ("s", page):
        browser.responds(session, "7.2")
        browser.data(session, "7.2", b"{}", streamed=session == "s")
        browser.finishes(session, "7.2")
        browser.requests(session, "7.3")
    assert told(browser, Request) == ["B", "B"]
    assert [len(browser.of(kind)) for kind in (Response, Finished)] == [1, 1]
    assert [event.text for event in browser.of(Body)] == ["{}"]
    # Of the next, which only the page's session tells, that one has the bytes.
    assert [s.session for s in browser.sends if s.method == "Network.streamResourceContent"] == ["s", page]


def test_frames_are_the_scouts_up_to_the_answer_and_the_pages_from_there() -> None:
    browser = with_scouts()
    scouted(browser)
    page = joined(browser)
    for session in ("s", page):
        browser.says(session, "Network.webSocketCreated", requestId="7.4", url="wss://a.example/ws")
    frames = [str(number) for number in range(6)]
    for number in frames:
        if number == "3":
            set_up(browser)
        browser.frame("s", "7.4", number)
        browser.frame(page, "7.4", number)
    browser.waits(1)
    assert len(browser.of(SocketOpened)) == 1
    assert [(event.tab, event.text) for event in browser.of(Frame)] == [("B", number) for number in frames]


def test_that_the_commit_was_told_proves_that_nothing_is_missing() -> None:
    for committed, gaps in ((True, []), (False, ["the page ran"])):
        browser = with_scouts()
        scouted(browser)
        browser.requests("s", "L1", resource="Document", loader="L1")
        if committed:
            browser.says("s", "Page.frameNavigated", frame={**FRAME, "loaderId": "L1"}, type="Navigation")
        joined(browser)
        set_up(browser)
        assert [gap.reason[:12] for gap in browser.of(Gap)] == gaps
        assert [event.url for event in browser.of(Navigation)] == ["https://a.example/"]


def test_a_document_that_was_asked_for_before_is_told_missing_once() -> None:
    browser = with_scouts()
    scouted(browser)
    browser.says("s", "Page.frameNavigated", frame={**FRAME, "loaderId": "L1"}, type="Navigation")
    page = joined(browser)
    set_up(browser)
    browser.finishes(page, "L1")
    assert [gap.reason[:26] for gap in browser.of(Gap)] == ["the document was asked for"]


def test_who_has_nothing_more_to_tell_is_let_go() -> None:
    browser = with_scouts()
    scouted(browser)
    joined(browser)
    browser.requests("s", "7.2")
    set_up(browser)
    browser.waits(5 * scouts.AFTER_S)
    assert not browser.sent("beside")[1:]
    browser.responds("s", "7.2")
    browser.says("s", "Network.loadingFailed", requestId="7.2", timestamp=browser.now, errorText="x", canceled=False)
    browser.answers("Network.streamResourceContent", error="it is over")
    browser.waits(0.1)
    (leave,) = (send for send in browser.sends if send.session == "beside" and send.method.endswith("detachFromTarget"))
    assert leave.params == {"sessionId": "s"}
    browser.requests("s", "7.9")
    assert len(browser.of(Request)) == 1


def test_one_whose_page_never_comes_is_let_go() -> None:
    browser = with_scouts()
    scouted(browser)
    browser.waits(scouts.ALONE_S + 1)
    assert browser.sent("beside")[-1] == "Target.detachFromTarget"
    joined(browser)
    assert not browser.of(Request)


def test_pages_of_the_browser_itself_are_left_alone() -> None:
    browser = with_scouts()
    scouted(browser)
    browser.attaches(None, "tab-q", "tab")
    browser.attaches("tab-q", "q", "page", url="devtools://devtools/inspector.html")
    assert browser.sent("beside")[-1] == "Target.detachFromTarget"


def test_when_the_tab_that_they_come_through_closes_it_is_another() -> None:
    browser = with_scouts()
    browser.tab("r", waiting=False)
    scouted(browser)
    page = joined(browser)
    browser.requests("s", "7.2")
    browser.says(None, "Target.detachedFromTarget", sessionId="tab-p", targetId="T-tab-p")
    asked = [send.session for send in browser.sends if send.method == "Target.attachToTarget"]
    assert asked[0] == "tab-p"
    assert asked[1] in ("tab-q", "tab-r")
    # What it had begun to tell goes on as well as the page's own session can.
    browser.responds(page, "7.2")
    browser.finishes(page, "7.2")
    assert len(browser.of(Response)) == 1


def test_what_is_odd_is_a_gap_and_no_error() -> None:
    browser = with_scouts()
    scouted(browser)
    browser.says("s", "Network.requestWillBeSent", requestId=7)
    joined(browser)
    browser.says("s", "Network.dataReceived", requestId=[], data=b64(b"x"))
    assert ["could not be understood" in gap.reason for gap in browser.of(Gap)] == [True, True]


@pytest.mark.parametrize("many", [scouts.HELD - 1, scouts.HELD + 1])
def test_so_much_is_held_and_no_more(many: int) -> None:
    browser = with_scouts()
    scouted(browser)
    for number in range(many):
        browser.requests("s", f"7.{number}")
    joined(browser)
    assert len(browser.of(Request)) == (many if many < scouts.HELD else 0)
