"""What serves a tab that is cut off is cut off too."""

from __future__ import annotations

from tests.unit.browser.cdp import Browser


def test_what_is_started_for_a_tab_that_is_cut_off_is_cut_off_too() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.tab("q", url="https://b.example/")
    browser.translator.parts.offline.tabs.add("A")
    browser.attaches(page, "w", "worker", url="blob:https://a.example/1")
    browser.attaches(None, "s", "shared_worker", url="blob:https://a.example/1")
    browser.attaches("q", "v", "worker", url="https://b.example/w.js")
    browser.attaches(None, "t", "service_worker", url="https://b.example/sw.js")
    cut_off = [s.session for s in browser.sends if s.method == "Network.emulateNetworkConditions"]
    assert cut_off == ["w", "s"]
    for session in cut_off:
        assert browser.sent(session).index("Network.emulateNetworkConditions") == 1
    browser.translator.parts.offline.tabs.clear()
    browser.attaches(page, "x", "worker", url="https://a.example/w.js")
    assert "Network.emulateNetworkConditions" not in browser.sent("x")


def test_a_worker_that_starts_for_a_tab_that_is_cut_off_is_cut_off_at_once_and_when_it_runs() -> None:
    browser = Browser()
    browser.tab("p")
    browser.translator.parts.offline.tabs.add("A")
    browser.attaches(None, "s", "service_worker", url="https://a.example/sw.js")
    assert browser.sent("s").index("Network.emulateNetworkConditions") < len(browser.sent("s")) - 1
    browser.says("s", "Inspector.workerScriptLoaded")
    assert browser.sent("s")[-1] == "Network.emulateNetworkConditions"
    browser.translator.parts.offline.tabs.clear()
    browser.says("s", "Inspector.workerScriptLoaded")
    assert browser.sent("s").count("Network.emulateNetworkConditions") == 2
