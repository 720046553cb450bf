from __future__ import annotations

import gzip
import zlib

import brotli
import pytest

from monitor.decode.compression import inflate, prove, zstd

TEXT = b"a text that a person wrote, again and again; " * 3


def deflated(data: bytes, how: int = zlib.Z_FINISH) -> bytes:
    """Raw deflate."""
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush(how)


@pytest.mark.parametrize(
    ("layer", "data"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:])),
        ("zlib", zlib.compress(TEXT)),
        ("zlib", zlib.compress(TEXT, 1)),
        ("zstd", zstd.compress(TEXT)),
        ("zstd", zstd.compress(TEXT[:50]) + zstd.compress(TEXT[50:])),
    ],
)
def test_what_says_of_itself_that_it_is_compressed_is_expanded(layer: str, data: bytes) -> None:
    assert inflate(data) == (layer, TEXT)


@pytest.mark.parametrize("data", [b"", TEXT, b"\x1f\x8b\x08junk", b"\x28\xb5\x2f\xfdjunk", b"\x78\x9cjunkjunk"])
def test_what_is_broken_or_none_is_left(data: bytes) -> None:
    assert inflate(data) is None


def test_a_zlib_payload_with_something_behind_it_is_none() -> None:
    assert inflate(zlib.compress(TEXT) + b"more") is None


@pytest.mark.parametrize(
    "data", [gzip.compress(bytes(100_000)), zlib.compress(bytes(100_000)), zstd.compress(bytes(100_000))]
)
def test_expansion_has_an_end(data: bytes) -> None:
    found = inflate(data, 1000)
    assert found
    assert len(found[1]) == 1000


def test_a_window_that_no_web_client_would_open_is_refused() -> None:
    options = {
        int(zstd.CompressionParameter.window_log): 27,
        int(zstd.CompressionParameter.enable_long_distance_matching): 1,
    }
    engine = zstd.ZstdCompressor(options=options)
    assert inflate(engine.compress(TEXT) + engine.flush()) is None


@pytest.mark.parametrize(("layer", "data"), [("deflate", deflated(TEXT)), ("brotli", brotli.compress(TEXT))])
def test_a_stream_without_a_magic_number_proves_itself_by_its_text(layer: str, data: bytes) -> None:
    assert prove(data) == (layer, TEXT)
    assert prove(data + b"x") is None
    assert prove(data[:-2]) is None


def test_a_flushed_stream_counts_as_whole() -> None:
    assert prove(deflated(TEXT, zlib.Z_SYNC_FLUSH)) == ("deflate", TEXT)


def test_bytes_in_a_stream_without_a_magic_number_prove_nothing_but_with_the_response_s_word() -> None:
    data = bytes(range(256)) * 4
    assert prove(brotli.compress(data)) is None
    assert prove(brotli.compress(data), "br") == ("brotli", data)
    assert prove(deflated(data), "deflate") == ("deflate", data)
    assert prove(data, "br") is None
