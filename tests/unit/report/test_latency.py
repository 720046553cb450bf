from __future__ import annotations

from typing import Any

import pytest

from monitor.report import svg
from monitor.report.build import build
from monitor.report.html import html
from monitor.report.latency import Delays, apart, clock, grounds, latency, on_the_way, rows, within
from monitor.report.markdown import markdown
from monitor.report.model import Report
from monitor.sync.channel_views import ClockView, DisplayView, LatencyView, Range
from monitor.sync.snapshot import Snapshot, TabView
from tests.unit.sync.test_latency import Server

SITE = "example.org"


def view(**fields: Any) -> LatencyView:
    told: dict[str, Any] = {
        "site": SITE, "host": SITE, "channel": "socket", "protocol": "json", "type": "note", "field": "ts", "count": 9,
        "believed": True, "why": "it moves", "median": Range(low_s=0.031, high_s=0.055),
        "p95": Range(low_s=0.2, high_s=0.24), "events": (5, 7, 9),
    }  # fmt: skip
    return LatencyView(**(told | fields))


def delays(*latencies: LatencyView, **more: Any) -> Delays:
    return Delays(SITE, Snapshot(latencies=latencies, **more))


def test_from_stamp_to_arrival_to_the_page() -> None:
    shown = DisplayView(site=SITE, channel="socket", count=4, median_s=0.0002, p95_s=0.04, events=(12, 14))
    told = latency(delays(view(), view(site="other.example"), displays=(shown,)))
    assert told.text == (
        "stamped to arrived: 43 ms ± 12 ms (`ts` of 9 `note` by socket);"
        " arrived by socket to shown: under 1 ms (median of 4)"
    )
    assert (told.events, told.known) == ((5, 7, 12), True)


def test_of_many_messages_it_is_said_what_most_of_them_keep_within() -> None:
    shown = DisplayView(site=SITE, channel="socket", count=40, median_s=0.0002, p95_s=0.04)
    told = latency(delays(view(count=40), displays=(shown,))).text
    assert "43 ms ± 12 ms, p95 0.22 s ± 20 ms (`ts` of 40" in told
    assert told.endswith("under 1 ms, p95 40 ms (median of 40)")
    near = view(count=40, median=Range(low_s=0.0, high_s=0.022), p95=Range(low_s=0.007, high_s=0.033))
    assert "at most 22 ms, p95 at most 33 ms" in latency(delays(near)).text
    once = DisplayView(site=SITE, channel="socket", count=1, median_s=0.002, p95_s=0.002)
    assert latency(delays(displays=(once,))).text.endswith("to shown: 2 ms (once)")


def test_what_comes_by_itself_is_told_before_the_answers_to_requests() -> None:
    told = latency(delays(view(channel="fetch", type="GET /a", count=900), view(type="note", count=9))).text
    assert told.index("`note`") < told.index("`GET /a`")


def test_an_unknown_clock_leaves_what_is_above_the_fastest() -> None:
    told = latency(delays(view(median=Range(low_s=0.01), p95=Range(low_s=0.02), over_fastest_s=0.013)))
    assert "half of them more than 13 ms above the fastest, the clock being unknown" in told.text


def test_without_stamps_that_is_said() -> None:
    assert not latency(delays()).known
    shown = DisplayView(site=SITE, channel="socket", count=4, median_s=0.02, p95_s=0.04)
    told = latency(delays(view(believed=False), displays=(shown,)))
    assert told.text.startswith("no message has a stamp that moves with its arrival; arrived by socket")


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (2.494, 2.506, "2.5 s ahead, ± 6 ms"),
        (-0.5, -0.3, "0.40 s behind, ± 0.10 s"),
        (-0.01, 0.03, "as the browser's, ± 30 ms"),
        (1.2, None, "at least +1.200 s"),
        (None, -1.2, "at most -1.200 s"),
    ],
)
def test_a_clock_in_words(low: float | None, high: float | None, text: str) -> None:
    assert apart(ClockView(host=SITE, low_s=low, high_s=high)) == text


def test_what_bounds_a_clock_is_said() -> None:
    assert grounds(ClockView(host=SITE, dates=1, stamps=20, echoes=2)) == (
        "1 Date header, 20 stamped messages and 2 echoes"
    )
    assert grounds(ClockView(host=SITE, jumps=1)) == "nothing; it was set once, this is since the last"


def test_the_clocks_are_those_of_the_site_s_hosts() -> None:
    seen = tuple(ClockView(host=host, low_s=0.1, high_s=0.2) for host in (SITE, "ws.example.org", "cdn.example"))
    tabs = (TabView(label="A", site=SITE, url="https://example.org/room"),)
    told = clock(delays(view(host="ws.example.org"), clocks=seen, tabs=tabs))
    assert [name in told.text for name in (SITE, "ws.example.org", "cdn.example")] == [True, True, False]
    assert not clock(delays()).known


def test_a_length_of_time_within_bounds() -> None:
    assert within(Range(low_s=0.0, high_s=0.013)) == "at most 13 ms"
    assert within(Range(low_s=0.003)) == "at least 3 ms"


def test_a_sentence_on_one_type() -> None:
    [sentence] = on_the_way(view(median=Range(low_s=0.031, high_s=0.055), p95=Range(low_s=0.2, high_s=0.24), count=9))
    assert sentence == "From its stamp (ts) to its arrival: median 43 ms ± 12 ms, 95 % within 0.22 s ± 20 ms (9 ×)."
    [unknown] = on_the_way(view(median=Range(low_s=0.01), over_fastest_s=0.013))
    assert "half of them took more than 13 ms longer than the fastest" in unknown
    assert list(on_the_way(None)) == []


def test_a_row_a_type_those_without_a_stamp_last() -> None:
    table = list(rows([view(believed=False, why="too few"), view(old=3)]))
    assert table[0][0] == ["`note` by socket", "`ts` ()", "9, 3 older left out", "43 ms ± 12 ms", "–"]
    assert (table[0][1].text, table[0][1].events) == ("it moves", (5, 7, 9))
    assert (table[1][1].text, table[1][1].known) == ("it is not: too few", False)


def told_server() -> Report:
    """A site with stamped messages, from its events to the report."""
    server = Server()
    key = server.socket(1, "A")
    for number in range(20):
        server.fetch(2 + 1.07 * number, "A")
        server.says(2.5 + 1.07 * number, "A", key, way=0.02 + number / 100)
    return build([("x.syncmon", server.story.events)])


def test_it_is_in_every_form_of_the_report() -> None:
    report = told_server()
    text = "\n".join(markdown(report))
    assert "| **Latency** | stamped to arrived: " in text
    assert "| **Server's clock** | example.org 2.5 s ahead, ± " in text
    assert "| `note` by socket | `ts` (unix milliseconds) | 20 |" in text
    page = html(report)
    assert "from stamp to arrival" in page
    assert "Share of messages that are on their way" in page
    (site,) = report.document()["sites"]
    assert site["latencies"][0]["median"]["low_s"] <= 0.12 <= site["latencies"][0]["median"]["high_s"]
    assert site["clocks"][0]["low_s"] <= 2.5 <= site["clocks"][0]["high_s"]


def test_only_types_with_a_known_clock_are_drawn() -> None:
    assert svg.arrivals([view()]) == ""
    assert "…very-very-long-type (9)"[1:] in svg.arrivals(
        [view(type="a-very-very-very-long-type", curve=(0.01, 0.02, 0.2))]
    )
