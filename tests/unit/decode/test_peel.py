from __future__ import annotations

import gzip
import json
import zlib

import msgspec
import pytest

from monitor.decode import peel as module
from monitor.decode.parse import UNSET
from monitor.decode.peel import inflate, peel, utf8

VALUE = {"a": [1, "b"]}
JSON = json.dumps(VALUE)


@pytest.mark.parametrize(
    ("payload", "layers"),
    [
        (JSON, ("json",)),
        ("  \n" + JSON, ("json",)),
        (JSON.encode(), ("utf-8", "json")),
        (gzip.compress(JSON.encode(), mtime=0), ("gzip", "utf-8", "json")),
        (zlib.compress(JSON.encode()), ("zlib", "utf-8", "json")),
        (msgspec.msgpack.encode(VALUE), ("msgpack",)),
    ],
)
def test_layers_are_peeled_from_the_outside(payload: str | bytes, layers: tuple[str, ...]) -> None:
    item = peel(payload)
    assert (item.layers, item.value) == (layers, VALUE)


@pytest.mark.parametrize("text", ["hello", "2", "true", "[", "", "{broken"])
def test_ambiguous_text_stays_text(text: str) -> None:
    item = peel(text)
    assert (item.text, item.value, item.layers) == (text, UNSET, ())


def test_a_scalar_is_json_where_its_type_says_so() -> None:
    assert peel("true", mime="application/json").value is True


@pytest.mark.parametrize(
    "data", [b"\x1f\x8b\x08broken", b"\x78\x9cbroken", b"\x00\x01\xff", b"\x81", b"\x80", b"\x92\x01"]
)
def test_broken_layers_leave_the_bytes(data: bytes) -> None:
    item = peel(data)
    assert (item.data, item.value, item.layers) == (data, UNSET, ())


def test_expansion_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_INFLATED", 1000)
    found = inflate(gzip.compress(b"x" * 1_000_000))
    assert found
    assert len(found[1]) == 1000


def test_packed_bytes_are_not_text() -> None:
    assert utf8(b"a\0b") is None
    assert utf8(b"\x01\x02\x03") is None
    assert utf8(b"plain\ttext\r\n") == "plain\ttext\r\n"
