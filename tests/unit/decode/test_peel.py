from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable

import brotli
import msgspec
import pytest

from monitor.decode import peel as module
from monitor.decode.compression import ZSTD, zstd
from monitor.decode.limits import MAX_LAYERS
from monitor.decode.parse import UNSET
from monitor.decode.peel import any_msgpack, peel, unpacked, utf8

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
        (zstd.compress(JSON.encode()), ("zstd", "utf-8", "json")),
        (gzip.compress(zstd.compress(zlib.compress(JSON.encode()))), ("gzip", "zstd", "zlib", "utf-8", "json")),
        (zlib.compress(msgspec.msgpack.encode(VALUE)), ("zlib", "msgpack")),
        (b"\xa1\x61a\x82\x01\x61b", ("cbor",)),
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


def test_expansion_has_an_end_over_all_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_INFLATED", 3000)
    item = peel(gzip.compress(gzip.compress(b"x" * 1_000_000)))
    assert item.layers == ("gzip", "gzip", "utf-8")
    assert item.text
    assert len(item.text) < 3000
    assert item.notes


def test_layers_have_an_end() -> None:
    data = JSON.encode()
    for _ in range(MAX_LAYERS + 5):
        data = gzip.compress(data)
    item = peel(data)
    assert item.layers == ("gzip",) * MAX_LAYERS
    assert item.data


@pytest.mark.parametrize(
    "wrap", [lambda text: text, lambda text: json.dumps(text), lambda text: json.dumps([text])[1:-1]]
)
def test_base64_is_peeled_where_what_is_in_it_says_what_it_is(wrap: Callable[[str], str]) -> None:
    quoted = ("json",) if wrap("") else ()
    for data, layers in (
        (gzip.compress(JSON.encode()), ("gzip", "utf-8", "json")),
        (JSON.encode(), ("utf-8", "json")),
        (zlib.compress(b"just some written text"), ("zlib", "utf-8")),
    ):
        item = peel(wrap(base64.b64encode(data).decode()))
        assert item.layers == (*quoted, "base64", *layers)


@pytest.mark.parametrize(
    "text", ["eyJub3QgYmFzZTY0", "eyesonlyeyesonly", "W3bisaword", "H4sInotcompressed000", "abcdefghabcdefgh"]
)
def test_words_are_not_base64(text: str) -> None:
    assert peel(text).layers == ()


def test_json_in_a_string_is_unpacked() -> None:
    item = peel(json.dumps(json.dumps(VALUE)))
    assert (item.layers, item.value) == (("json", "json"), VALUE)
    assert peel('"just text"').value == "just text"


def test_what_came_is_kept_beside_what_it_is() -> None:
    data = gzip.compress(JSON.encode())
    item = peel(data)
    assert (item.wire, item.bytes) == (data, data)
    assert peel("{}").bytes is None


def test_an_encoding_that_the_response_told_is_taken_off() -> None:
    item = peel(brotli.compress(JSON.encode()), encoding="br")
    assert (item.layers, item.value) == (("brotli", "utf-8", "json"), VALUE)
    assert peel(JSON.encode(), encoding="br").layers == ("utf-8", "json")


def test_brotli_and_deflate_without_a_word_are_tried_on_request() -> None:
    item = peel(brotli.compress(JSON.encode() * 3))
    assert item.layers == ()
    found = unpacked(item)
    assert found
    assert found.layers == ("brotli", "utf-8")
    assert unpacked(peel(b"\x00\x01\xff" * 30)) is None


def test_a_value_that_two_formats_fit_says_so() -> None:
    data = b"\x81\x61\x61"
    assert msgspec.msgpack.decode(data) == {0x61: 0x61}
    assert peel(data).also == ()
    both = b"\x82\x62ab\xa1\x61a\x01"
    assert peel(both).layers == ("cbor",)


def test_messagepack_of_any_type() -> None:
    assert any_msgpack(b"\x05") == 5
    assert any_msgpack(b"\x05\x05") is UNSET
    assert any_msgpack(b"\xd4\x07\x01") == {"ext": 7, "base64": "AQ=="}


def test_a_zstd_bomb_has_an_end() -> None:
    assert ZSTD
    item = peel(zstd.compress(bytes(64 * 1024 * 1024)))
    assert item.layers[0] == "zstd"
    assert item.notes


def test_packed_bytes_are_not_text() -> None:
    assert utf8(b"a\0b") is None
    assert utf8(b"\x01\x02\x03") is None
    assert utf8(b"plain\ttext\r\n") == "plain\ttext\r\n"
