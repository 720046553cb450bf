"""Tabs keep their labels, targets have one voice, and set-up is sent in the order that does not hang."""

from __future__ import annotations

from monitor.browser.targets import CHILD_FILTER, TOP_FILTER, Labels
from monitor.model import SocketClosed, TargetAttached, TargetChanged, TargetCrashed, TargetGone
from tests.unit.browser.cdp import Browser


def test_the_first_commands_ask_for_tabs_and_shared_workers() -> None:
    browser = Browser()
    attach = next(s for s in browser.sends if s.method == "Target.setAutoAttach")
    assert attach.session is None
    assert attach.params == {
        "autoAttach": True,
        "waitForDebuggerOnStart": True,
        "flatten": True,
        "filter": TOP_FILTER,
    }


def test_a_page_is_set_up_before_it_may_run() -> None:
    browser = Browser()
    page = browser.tab("p")
    methods = browser.sent(page)
    assert methods[-1] == "Runtime.runIfWaitingForDebugger"
    assert {"Network.enable", "Page.enable", "DOMStorage.enable", "Runtime.addBinding"} < set(methods)
    child = next(s for s in browser.sends if s.session == page and s.method == "Target.setAutoAttach")
    assert child.params["filter"] == CHILD_FILTER


def test_a_tab_is_resumed_only_after_its_page_was_attached() -> None:
    browser = Browser()
    browser.attaches(None, "tab", "tab")
    assert browser.sent("tab") == ["Target.setAutoAttach"]
    browser.attaches("tab", "p", "page")
    assert browser.sent("tab") == ["Target.setAutoAttach"]
    browser.answers("Target.setAutoAttach")
    assert browser.sent("tab") == ["Target.setAutoAttach", "Runtime.runIfWaitingForDebugger"]


def test_labels_in_order_of_appearance() -> None:
    browser = Browser()
    for name in ("p", "q", "r"):
        browser.tab(name)
    assert [e.tab for e in browser.of(TargetAttached)] == ["A", "B", "C"]


def test_a_new_page_in_the_same_tab_keeps_the_label() -> None:
    browser = Browser()
    browser.tab("p")
    browser.says("tab-p", "Target.detachedFromTarget", sessionId="p", targetId="T-p")
    browser.attaches("tab-p", "p2", "page")
    assert [e.tab for e in browser.of(TargetAttached)] == ["A", "A"]
    assert [e.target for e in browser.of(TargetGone)] == ["T-p"]


def test_a_tab_that_is_met_again_has_its_old_label() -> None:
    labels = Labels()
    Browser(labels=labels).tab("p")
    again = Browser(labels=labels)
    again.tab("q")
    again.tab("p")
    assert [e.tab for e in again.of(TargetAttached)] == ["B", "A"]


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


def test_frames_and_workers_fold_into_their_tab() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.attaches(page, "f", "iframe", url="https://b.example/")
    browser.attaches("f", "w", "worker", url="https://b.example/w.js")
    browser.attaches("w", "n", "worker", url="https://b.example/n.js")
    assert [e.tab for e in browser.of(TargetAttached)] == ["A"] * 4
    assert browser.of(TargetAttached)[2].parent == "T-f"


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


def test_what_is_started_for_a_tab_that_is_cut_off_is_cut_off_too() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.tab("q", url="https://b.example/")
    browser.translator.targets.offline.add("A")
    browser.attaches(page, "w", "worker", url="blob:https://a.example/1")
    browser.attaches(None, "s", "shared_worker", url="blob:https://a.example/1")
    browser.attaches("q", "v", "worker", url="https://b.example/w.js")
    browser.attaches(None, "t", "service_worker", url="https://b.example/sw.js")
    cut_off = [s.session for s in browser.sends if s.method == "Network.emulateNetworkConditions"]
    assert cut_off == ["w", "s"]
    for session in cut_off:
        assert browser.sent(session).index("Network.emulateNetworkConditions") == 1
    browser.translator.targets.offline.clear()
    browser.attaches(page, "x", "worker", url="https://a.example/w.js")
    assert "Network.emulateNetworkConditions" not in browser.sent("x")


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


def test_a_prerendered_page_takes_over_the_label_when_it_is_shown() -> None:
    browser = Browser()
    browser.tab("p")
    browser.attaches("tab-p", "pre", "page", subtype="prerender", url="https://a.example/next")
    assert browser.of(TargetAttached)[1].tab is None
    info = {"targetId": "T-pre", "type": "page", "title": "", "url": "https://a.example/next", "attached": True}
    browser.says(None, "Target.targetInfoChanged", targetInfo=info)
    assert browser.of(TargetChanged)[0].tab == "A"


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


def test_a_stopped_worker_is_resumed_when_it_starts_again() -> None:
    browser = Browser()
    browser.attaches(None, "s", "service_worker", url="https://a.example/sw.js")
    browser.says("s", "Inspector.targetCrashed")
    assert browser.of(TargetCrashed)[0].reason == "stopped"
    browser.sends.clear()
    browser.says("s", "Inspector.targetReloadedAfterCrash")
    assert browser.sent("s")[0] == "Network.enable"
    assert browser.sent("s")[-1] == "Runtime.runIfWaitingForDebugger"


def test_children_go_with_their_parent() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.attaches(page, "w", "worker")
    browser.says("tab-p", "Target.detachedFromTarget", sessionId="p", targetId="T-p")
    assert [e.type for e in browser.of(TargetGone)] == ["worker", "page"]


def test_a_shared_worker_that_ends_with_its_last_page_did_not_crash() -> None:
    browser = Browser()
    browser.attaches(None, "s", "shared_worker", url="https://a.example/shared.js")
    browser.says("s", "Network.webSocketCreated", requestId="1", url="wss://a.example/")
    browser.says("s", "Inspector.targetCrashed")
    assert [e.reason for e in browser.of(TargetCrashed)] == ["stopped"]
    assert [e.because for e in browser.of(SocketClosed)] == ["the shared worker stopped"]


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


def test_a_worker_that_starts_for_a_tab_that_is_cut_off_is_cut_off_at_once_and_when_it_runs() -> None:
    browser = Browser()
    browser.tab("p")
    browser.translator.targets.offline.add("A")
    browser.attaches(None, "s", "service_worker", url="https://a.example/sw.js")
    assert browser.sent("s").index("Network.emulateNetworkConditions") < len(browser.sent("s")) - 1
    browser.says("s", "Inspector.workerScriptLoaded")
    assert browser.sent("s")[-1] == "Network.emulateNetworkConditions"
    browser.translator.targets.offline.clear()
    browser.says("s", "Inspector.workerScriptLoaded")
    assert browser.sent("s").count("Network.emulateNetworkConditions") == 2
