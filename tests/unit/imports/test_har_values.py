from __future__ import annotations

from typing import Any

import pytest

from monitor.imports.har_values import (
    address,
    headers,
    moment,
    number,
    part,
    resource,
    seconds,
    sixty_four,
    text,
    things,
)


def test_headers_of_one_name_are_joined() -> None:
    told = [{"name": "set-cookie", "value": "a=1"}, {"name": "set-cookie", "value": "b=2"}, {"name": 5}, "no header"]
    assert headers(told) == {"set-cookie": "a=1\nb=2", "5": ""}


def test_an_address_is_there_and_stand_ins_of_a_redacted_one_are_as_they_were() -> None:
    assert address({"url": "https://x.example/%5Bredacted:0a%5D"}) == "https://x.example/[redacted:0a]"
    with pytest.raises(ValueError, match="no address"):
        address({"url": None})


def test_what_is_no_object_has_no_parts() -> None:
    assert part({"a": [1]}, "a") == part(None, "a") == {}
    assert part({"a": {"b": 1}}, "a") == {"b": 1}
    assert things({"a": 1}) == []
    assert things([{"a": 1}, None, "b"]) == [{"a": 1}]


def test_values_are_taken_for_what_they_can_be() -> None:
    assert number("5") == number(5) == 5
    assert number(True) is number(None) is number("nan x") is number(1e300) is None
    assert text(5) == "5"
    assert text(None) == text([]) == text(True) == ""
    assert seconds(1767520800000) == seconds(1767520800) == seconds("2026-01-04T10:00:00Z") == 1767520800
    assert headers(None) == {}
    assert sixty_four("no base64!") == "no base64!"
    with pytest.raises(ValueError, match="is no moment"):
        moment("yesterday")


@pytest.mark.parametrize(
    ("method", "sent", "mime", "told", "kind"),
    [
        ("GET", {"Sec-Fetch-Dest": "empty"}, "text/html", "XHR", "xhr"),
        ("GET", {"Sec-Fetch-Dest": "empty"}, "text/html", None, "fetch"),
        ("GET", {"sec-fetch-dest": "document"}, "application/json", None, "document"),
        ("GET", {"Sec-Fetch-Dest": "serviceworker"}, "text/javascript", None, "other"),
        ("GET", {"Accept": "text/event-stream", "Sec-Fetch-Dest": "empty"}, "text/event-stream", None, "eventsource"),
        ("POST", {"Accept": "text/event-stream", "Sec-Fetch-Dest": "empty"}, "text/event-stream", None, "fetch"),
        ("GET", {"X-Requested-With": "XMLHttpRequest"}, "text/html", None, "xhr"),
        ("GET", {}, "text/html; charset=utf-8", None, "document"),
        ("GET", {}, "application/json", None, "fetch"),
        ("PUT", {}, "", None, "fetch"),
        ("GET", {}, "image/png", None, "other"),
    ],
)
def test_what_a_request_was_for(method: str, sent: dict[str, str], mime: str, told: str | None, kind: str) -> None:
    request = {"method": method, "headers": [{"name": name, "value": value} for name, value in sent.items()]}
    one: dict[str, Any] = {"request": request, "response": {"content": {"mimeType": mime}}}
    assert resource(one | ({"_resourceType": told} if told else {})) == kind
