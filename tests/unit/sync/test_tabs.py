"""One tab: its document, its hidden times, its rate."""

from __future__ import annotations

import pytest

from monitor.model import Navigation
from monitor.sync.tabs import Tab


def test_hidden_times_add_up() -> None:
    tab = Tab("A")
    for time, visible in ((10.0, False), (12.0, False), (15.0, True), (20.0, False)):
        tab.saw(visible, time)
    assert tab.hidden_during(0.0, 30.0) == pytest.approx(15.0)
    assert tab.hidden_during(11.0, 13.0) == pytest.approx(2.0)
    assert tab.hidden_during(16.0, 19.0) == 0.0


def test_a_document_begins_anew() -> None:
    tab = Tab("A", loaded=3.0, painted=True, crashed=True, channels={"socket"}, document_id="x")
    tab.document(Navigation(time=50.0, seq=7, url="https://x.org", how="reload", loader="l"))
    assert (tab.began, tab.began_seq, tab.how, tab.loader) == (50.0, 7, "reload", "l")
    assert (tab.loaded, tab.painted, tab.crashed, tab.channels, tab.document_id) == (None, False, False, set(), None)
    assert tab.settled == 52.0


def test_rate_and_spark() -> None:
    tab = Tab("A")
    for time in (100.1, 100.9, 103.0, 104.5):
        tab.count(time)
    assert tab.rate(104.9) == pytest.approx(4 / 5)
    spark = tab.spark(104.9)
    assert (len(spark), sum(spark), spark[-1], spark[-5]) == (60, 4, 1, 2)


def test_what_is_held_back_is_measured_until_it_is_let_go_or_the_tab_is_closed() -> None:
    tab = Tab("A")
    tab.hold(True, 5.0)
    tab.hold(True, 6.0)
    tab.hold(False, 8.0)
    tab.hold(False, 9.0)
    tab.hold(True, 20.0)
    tab.ends(21.0)
    assert (tab.held_during(0.0, 10.0), tab.held_during(6.0, 7.0), tab.held_during(0.0, 30.0)) == (3.0, 1.0, 4.0)
