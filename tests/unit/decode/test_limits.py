from __future__ import annotations

import gzip
import time

import pytest

from monitor.decode import decode_alone, leaves, limits
from tests.unit.decode.streams_of import body, frame

HOSTILE = {
    "open tags": "<a" * 200_000,
    "open scripts": "<script>" * 50_000,
    "open comments": "<!--" * 100_000,
    "events without end": "data:" * 100_000,
    "open objects": "{" * 500_000,
    "open arrays": "[\n" * 100_000,
    "form fields": "a=b&" * 100_000,
    "quotes": '"\\' * 100_000,
    "surrogates": '["' + "\\ud800" * 50_000 + '"]',
    "entities": "<p>" + "&" * 200_000,
    "base64": "A" * 500_000,
    "wide": "a\0" * 200_000,
    "parts": "--\nform-data; " * 20_000,
    "cut strings": '{"a":"' * 50_000,
    "keys": ',"a":' * 50_000,
    "values": '["' * 50_000,
    "escapes": '{"a":"\\' * 50_000,
    "spaces": '{"a"' + " " * 200_000 + ":",
    "framing": "1" * 200_000 + "[",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_payload_takes_long(text: str) -> None:
    started = time.process_time()
    for payload in (text, text.encode(), b"\xff" + text.encode(), gzip.compress(text.encode())):
        leaves(payload)
        decode_alone(frame(payload) if isinstance(payload, bytes) else body(payload))
    assert time.process_time() - started < 4


def test_a_bomb_expands_no_further_than_the_limit() -> None:
    bomb = gzip.compress(b"[" + b" " * (limits.MAX_INFLATED * 4) + b"]")
    decoded = decode_alone(frame(bomb))
    assert decoded
    assert len(str(decoded.value)) <= limits.MAX_INFLATED
    assert sum(map(len, leaves(bomb))) <= 2_000_000
