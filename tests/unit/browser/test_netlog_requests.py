from __future__ import annotations

import base64
import itertools
from typing import Any

import pytest

from monitor.browser.netlog_requests import Requests, bytes_of
from monitor.model import Chunk, Event, Failed, Finished, Request, Response

STAMP: dict[str, Any] = {"time": 5.0, "mono": 1.0}
URL = "https://x.example/a"
SENT = "HTTP_TRANSACTION_SEND_REQUEST_HEADERS"
ANSWERED = "HTTP_TRANSACTION_READ_RESPONSE_HEADERS"
READ = "URL_REQUEST_JOB_FILTERED_BYTES_READ"


def told(*steps: tuple[str, dict[str, Any]], error: str | None = None) -> list[Event]:
    requests = Requests(itertools.count(1))
    requests.began(7, URL)
    found = [event for name, params in steps for event in requests.take(name, 7, params, STAMP)]
    return found + requests.ended(7, error, STAMP)


def read(data: bytes) -> tuple[str, dict[str, Any]]:
    return READ, {"byte_count": len(data), "bytes": base64.b64encode(data).decode()}


def test_a_request_and_its_answer() -> None:
    start = {"method": "POST", "url": URL, "initiator": "https://x.example", "request_type": "main frame"}
    lines = {"headers": ["HTTP/1.1 201 Created", "Content-Type: text/plain; charset=utf-8"]}
    found = told(
        ("URL_REQUEST_START_JOB", start), (SENT, {"headers": ["Host: x.example"]}), (ANSWERED, lines),
        read("hé".encode()), read(b"\xff"),
    )  # fmt: skip
    common: dict[str, Any] = {**STAMP, "connection": "r1"}
    assert found == [
        Request(**common, method="POST", url=URL, headers={"Host": "x.example"}, resource="document",
                initiator="https://x.example"),
        Response(**common, url=URL, status=201, headers={"Content-Type": "text/plain; charset=utf-8"},
                 mime="text/plain", protocol="http/1.1"),
        Chunk(**common, size=3, text="hé"),
        Chunk(**common, size=1, offset=3, data=b"\xff"),
        Finished(**common, size=4, body="chunks"),
    ]  # fmt: skip


def test_a_redirect_is_a_new_request_on_the_same_connection() -> None:
    found = told(
        (SENT, {"headers": []}), ("URL_REQUEST_REDIRECTED", {"location": URL + "/b"}), (SENT, {"headers": []}),
    )  # fmt: skip
    assert [(e.url, e.redirected) for e in found if isinstance(e, Request)] == [(URL, False), (URL + "/b", True)]


def test_a_request_that_never_left_is_told_with_its_end() -> None:
    asked, failed = told(error="ERR_NAME_NOT_RESOLVED")
    assert isinstance(asked, Request)
    assert failed == Failed(**STAMP, connection="r1", error="net::ERR_NAME_NOT_RESOLVED")
    assert told(error="ERR_ABORTED")[1] == Failed(**STAMP, connection="r1", error="net::ERR_ABORTED", canceled=True)


def test_what_the_cache_answered_has_no_status() -> None:
    assert [event.kind for event in told(read(b"x"))] == ["request", "chunk", "finished"]
    assert [event.kind for event in told((READ, {"byte_count": 5}))] == ["request", "finished"]


def test_a_pages_own_headers_are_known_before_it_is_sent() -> None:
    requests = Requests(itertools.count(1))
    requests.announced(7, {"request_headers": {"headers": ["Accept: text/event-stream"], "line": "GET / HTTP/1.1"}})
    requests.began(7, URL)
    (asked, _) = requests.ended(7, None, STAMP)
    assert isinstance(asked, Request)
    assert asked.resource == "eventsource"


def test_what_was_not_begun_is_nothing() -> None:
    requests = Requests(itertools.count(1))
    assert requests.take(SENT, 7, {"headers": []}, STAMP) == []
    assert requests.ended(7, None, STAMP) == []
    with pytest.raises(ValueError, match="base64"):
        bytes_of({"bytes": "?"})
