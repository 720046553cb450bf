"""What DevTools tells nothing of is a gap that names it, and no more of its address than the origin."""

from __future__ import annotations

import pytest

from monitor.browser.unseen import REASONS
from monitor.model import Gap
from tests.unit.browser.cdp import Browser


@pytest.mark.parametrize("method", list(REASONS))
def test_each_is_a_gap(method: str) -> None:
    browser = Browser()
    page = browser.tab("p")
    address = {"remoteAddr": "10.0.0.1"} if "Socket" in method else {"url": "https://a.example/wt?token=secret"}
    browser.says(page, method, timestamp=browser.now, **address)
    (gap,) = browser.of(Gap)
    assert (gap.tab, gap.count) == ("A", 1)
    assert ("10.0.0.1" if "Socket" in method else "https://a.example") in gap.reason
    assert "secret" not in gap.reason


def test_without_a_stamp_or_an_address() -> None:
    browser = Browser()
    browser.says(browser.tab("p"), "Network.directUDPSocketCreated")
    (gap,) = browser.of(Gap)
    assert gap.mono is None
    assert "an address that it does not tell" in gap.reason
