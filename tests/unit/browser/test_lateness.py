"""Messages that come late, and those that were dropped."""

from __future__ import annotations

from monitor.model import Fault, Gap
from tests.unit.browser.cdp import Browser, raw


def test_lag_is_told_once_in_a_while() -> None:
    browser = Browser()
    page = browser.tab("p")
    for _ in range(3):
        late = {"requestId": "1", "timestamp": browser.now - 5, "response": {"opcode": 1, "payloadData": "x"}}
        browser.says(page, "Network.webSocketFrameReceived", **late)
    assert [e.what for e in browser.of(Fault)] == ["lag"]


def test_a_full_buffer_is_told_when_it_fills_and_with_its_span_when_it_is_over() -> None:
    browser = Browser()
    page = browser.tab("p")

    def frame(stamp: float, size: int, arrival: float) -> None:
        response = {"opcode": 1, "payloadData": "x"}
        params = raw({"requestId": "1", "timestamp": stamp, "response": response})
        browser.events += browser.translator.feed(page, "Network.webSocketFrameReceived", params, arrival)
        browser.translator.read(size, arrival)

    frame(200.0, 1000, 200.0)
    for number in range(27):  # stopped for 30 s, then ten MiB at a time
        frame(200.0 + number, 10 << 20, 230.0 + number / 10)
    frame(240.0, 1000, 240.0)
    frame(241.0, 1000, 241.0)
    assert [e.what for e in browser.of(Fault) if e.what == "loss"] == ["loss"]
    (gap,) = [e for e in browser.of(Gap) if "dropped" in e.reason]
    assert (gap.mono, gap.since) == (240.0, browser.translator.clock.wall(224.0))
    assert browser.translator.parts.lateness.losses == 1
