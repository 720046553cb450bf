from __future__ import annotations

import pytest

from monitor.export import har_parts as parts


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("https://x/app.js:12", {"type": "script", "url": "https://x/app.js", "lineNumber": 11}),
        ("https://x:80/", {"type": "other", "url": "https://x:80/"}),
        ("parser", {"type": "parser"}),
        (None, None),
        ("", None),
    ],
)
def test_where_it_began(place: str | None, expected: object) -> None:
    assert parts.initiator(place) == expected


def test_times_are_never_negative_and_add_up() -> None:
    assert parts.timings(2.0, 1.0, 1.5)[0] == 500.0
    assert parts.timings(1.0, None, 1.5)[1]["wait"] == 500.0
    assert parts.timings(1.0, None, None)[0] == 0.0


@pytest.mark.parametrize("line", ["", ";", "a", "=", "a=b=c; ;", "a=1; Expires=never", "x=1; Expires=Thu, 99 Foo"])
def test_odd_cookies_are_read_as_far_as_they_go(line: str) -> None:
    for cookie in parts.cookies(line) + parts.set_cookies(line):
        assert {"name", "value"} <= set(cookie)
        assert "expires" not in cookie


def test_an_odd_address_has_no_parameters() -> None:
    assert parts.query("http://[::1") == []


def test_a_body_of_text_and_bytes_is_bytes() -> None:
    assert parts.content("x", ["é", b"\xff"]) == {
        "size": 3, "mimeType": "x", "text": "w6n/", "encoding": "base64"
    }  # fmt: skip
