"""One series of names for all browsers of a recording."""

from __future__ import annotations

from monitor.browser.names import Labels
from monitor.model import TargetAttached
from tests.unit.browser.cdp import Browser


def test_labels_in_order_of_appearance() -> None:
    browser = Browser()
    for name in ("p", "q", "r"):
        browser.tab(name)
    assert [e.tab for e in browser.of(TargetAttached)] == ["A", "B", "C"]


def test_a_tab_that_is_met_again_has_its_old_label() -> None:
    labels = Labels()
    Browser(labels=labels).tab("p")
    again = Browser(labels=labels)
    again.tab("q")
    again.tab("p")
    assert [e.tab for e in again.of(TargetAttached)] == ["B", "A"]
