"""Documents: how they came into their frames."""

from __future__ import annotations

import pytest

from monitor.model import Navigation
from tests.unit.browser.cdp import Browser


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("differentDocument", "load"),
        ("reload", "reload"),
        ("reloadBypassingCache", "reload"),
        ("historyDifferentDocument", "history"),
        ("", "load"),
    ],
)
def test_how_a_navigation_came_about(kind: str, how: str) -> None:
    browser = Browser()
    browser.navigates(browser.tab("p"), "L1", kind=kind)
    told = browser.of(Navigation)[0]
    assert (told.how, told.main, told.loader, told.frame) == (how, True, "L1", "F")


def test_a_page_out_of_the_back_forward_cache() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.says(
        page,
        "Page.frameStartedNavigating",
        frameId="F",
        url="",
        loaderId="new",
        navigationType="historyDifferentDocument",
    )
    browser.navigates(page, "old")
    assert browser.of(Navigation)[0].how == "history"


def test_an_abandoned_reload_does_not_colour_the_next_navigation() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.says(page, "Page.frameStartedNavigating", frameId="F", url="", loaderId="x", navigationType="reload")
    browser.navigates(page, "L2", kind="differentDocument")
    assert browser.of(Navigation)[0].how == "load"


def test_within_a_document_the_loader_stays() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.navigates(page, "L1")
    browser.says(
        page, "Page.navigatedWithinDocument", frameId="F", url="https://a.example/#", navigationType="fragment"
    )
    assert [(e.how, e.loader, e.main) for e in browser.of(Navigation)][1:] == [("same-document", "L1", True)]


def test_documents_that_were_there_are_told_from_the_frame_tree() -> None:
    browser = Browser()
    browser.tab("p")
    child = {"frame": {"id": "G", "parentId": "F", "loaderId": "L2", "url": "https://b.example/"}}
    tree = {"frame": {"id": "F", "loaderId": "L1", "url": "https://a.example/"}, "childFrames": [child]}
    browser.answers("Page.getFrameTree", {"frameTree": tree})
    assert [(e.frame, e.main, e.url) for e in browser.of(Navigation)] == [
        ("F", True, "https://a.example/"),
        ("G", False, "https://b.example/"),
    ]
    browser.answers("Page.getFrameTree", {"frameTree": tree})
    assert len(browser.of(Navigation)) == 2
