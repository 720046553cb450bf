"""Numbers, times and addresses in words."""

from __future__ import annotations

import pytest

from monitor.report import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0 s"),
        (0.0002, "under 1 ms"),
        (0.021, "21 ms"),
        (0.31, "0.31 s"),
        (0.998, "1.0 s"),
        (13.21, "13.2 s"),
        (186.0, "3.1 min"),
    ],
)
def test_lengths_of_time(value: float | None, text: str) -> None:
    assert words.seconds(value) == text


@pytest.mark.parametrize(("value", "text"), [(214, "214 B"), (1300, "1.3 kB"), (2e6, "2.0 MB")])
def test_sizes(value: float, text: str) -> None:
    assert words.size(value) == text


def test_numbers_lists_and_shares() -> None:
    assert (words.many(1, "tab"), words.many(1284, "event")) == ("1 tab", "1,284 events")
    assert (words.listed([]), words.listed(["a"]), words.listed(["a", "b", "c"])) == ("", "a", "a, b and c")
    assert words.share(0.923) == "92 %"
    assert (words.spread([2.0]), words.spread([1.0, 2.0, 9.0])) == ("2.0 s", "2.0 s (median of 3)")


def test_how_often_and_how_many_of_all() -> None:
    assert [words.often(count) for count in (1, 2, 12)] == ["once", "2 times", "12 times"]
    told = [words.of_all(count, total, "write") for count, total in ((1, 1), (2, 2), (3, 3), (2, 3), (0, 3))]
    assert told == ["the only write", "both writes", "all 3 writes", "2 of 3 writes", "none of 3 writes"]


@pytest.mark.parametrize(("value", "text"), [(0.42, "0.4"), (39.4, "39"), (1471.7, "1,470")])
def test_rates_have_no_more_digits_than_they_are_worth(value: float, text: str) -> None:
    assert words.rate(value) == text


def test_connections_have_names() -> None:
    assert [words.connection(name) for name in ("socket", "sse", "fetch-stream")] == ["socket", "EventSource", "stream"]


def test_addresses_and_requests_lose_what_identifies() -> None:
    assert words.address("https://example.org/api/{id}") == "/api/{id}"
    assert words.address("https://fcmregistrations.googleapis.com/v1") == "fcmregistrations.googleapis.com/v1"
    uuid = "11111111-2222-4333-8444-555555555555"
    assert words.request(f"POST /api/organizations/{uuid}/turns") == "POST /api/organizations/{id}/turns"
    assert words.request("socket frame") == "socket frame"
    assert words.path("https://example.org/a/b") == "/a/b"
