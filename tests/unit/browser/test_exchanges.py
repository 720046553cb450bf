"""Exchanges: which are under way, and in what order they are told."""

from __future__ import annotations

from itertools import count

import pytest

from monitor.browser.clock import Clock
from monitor.browser.exchanges import FOLLOWED, Exchanges
from monitor.browser.output import Output
from monitor.model import Finished, Gap, Response
from tests.unit.browser.cdp import Browser


def test_an_end_stamped_before_its_head_is_not_told_before_it() -> None:
    browser = Browser()
    page = browser.tab("p")
    browser.requests(page, "1", "Image")
    browser.responds(page, "1", "image/png")
    head = browser.of(Response)[0]
    early = head.time - browser.translator.clock.offset - 0.2
    browser.says(page, "Network.loadingFinished", requestId="1", timestamp=early, encodedDataLength=3)
    assert browser.of(Finished)[0].time == head.time


def test_requests_that_stay_open_are_followed_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.browser.exchanges.FOLLOWED", 3)
    browser = Browser()
    browser.tab("p")
    for number in range(6):
        browser.requests("p", str(number), "Ping")
    assert [g.connection for g in browser.of(Gap)] == ["r1", "r2", "r3"]


def test_each_request_that_was_told_answers_for_one_on_the_wire() -> None:
    exchanges = Exchanges(Output(Clock(0.0)), count())
    exchanges.sent("GET", "u", 1.0)
    exchanges.sent("GET", "u", 2.0)
    assert not exchanges.was_sent("POST", "u", 9.0)
    assert not exchanges.was_sent("GET", "u", 0.5), "it was sent later"
    assert [exchanges.was_sent("GET", "u", at) for at in (1.5, 1.5, 2.5, 9.0)] == [True, False, True, False]
    for n in range(FOLLOWED):
        exchanges.sent("GET", str(n), 3.0)
    exchanges.sent("GET", "last", 3.0)
    assert not exchanges.was_sent("GET", "0", 9.0), "so many are kept"
