"""Exchanges: which are under way, and in what order they are told."""

from __future__ import annotations

import pytest

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
