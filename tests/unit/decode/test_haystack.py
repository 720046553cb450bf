from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import Any

import msgspec
import pytest

from monitor import model
from monitor.decode import haystack
from monitor.decode.haystack import leaves, text_of

TEXT = "Grüße, a sentence — to find"


def packed(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        ('{"k":"a","n":1,"f":2.5,"t":true,"z":null,"l":["b",{"x":"c"}]}', ["a", "1", "2.5", "b", "c"]),
        ('"a"', ['"a"']),
        ("plain words", ["plain words"]),
        ("", []),
        (b"", []),
        ("{}", []),
        (')]}\'\n{"a":"b"}', ["b"]),
        ('42/ns,7["evt",{"a":"b"}]', ["evt", "b"]),
        ('a["x"]', ["x"]),
        ('event: e\ndata: {"a":"b"}\n\ndata: plain\n\n', ['{"a":"b"}', "b", "plain"]),
        ('{"a":"b"}\n{"a":"c"}\n', ["b", "c"]),
        ('25\n[["wrb","x"]]\n7\n[["y"]]', ["25", "wrb", "x", "7", "y"]),
        ('{"a":1}\x1e{"b":"c"}\x1e', ["1", "c"]),
        ("a=one+two&b=three", ["one two", "three"]),
        ("<p>a<br>b</p>", ["a", "b"]),
    ],
)
def test_values_and_no_keys(payload: str | bytes, found: list[str]) -> None:
    assert leaves(payload) == found


@pytest.mark.parametrize(
    "payload",
    [
        TEXT,
        TEXT.encode(),
        json.dumps({"a": [{"b": TEXT}]}),
        json.dumps({"a": TEXT}).encode(),
        json.dumps({"a": json.dumps({"b": json.dumps([TEXT])})}),
        json.dumps(json.dumps({"a": TEXT})),
        "a" + json.dumps([json.dumps({"a": TEXT})]),
        json.dumps({"body": packed({"a": TEXT})}),
        json.dumps({"body": base64.b64encode(gzip.compress(TEXT.encode(), mtime=0)).decode()}),
        json.dumps({"html": f"<div>x</div><p>{TEXT}</p>"}),
        json.dumps({"item": f"event: delta\ndata: {json.dumps({'v': TEXT})}\n\n"}),
        f"data: {TEXT}\n\n",
        f"<!doctype html><title>x</title><p>{TEXT}</p>",
        gzip.compress(json.dumps({"a": TEXT}).encode(), mtime=0),
        zlib.compress(TEXT.encode()),
        msgspec.msgpack.encode({"a": [TEXT, 1]}),
        msgspec.msgpack.encode({"a": {"b": json.dumps({"c": TEXT}).encode()}}),
        b"\x08\x01\x12" + bytes([len(TEXT.encode())]) + TEXT.encode() + b"\x18\x02\xff",
        b"\xa1\x61a\x78" + bytes([len(TEXT.encode())]) + TEXT.encode() + b"\xff",
        b"\x00\x00" + "A sentence to find — not".replace("—", "-").encode("utf-16-le") + b"\x00\xff",
    ],
)
def test_a_planted_text_is_found_in_every_shape(payload: str | bytes) -> None:
    wanted = "A sentence to find - not" if isinstance(payload, bytes) and b"s\0e\0n" in payload else TEXT
    assert wanted in leaves(payload)


def test_the_mime_decides_where_the_look_does_not() -> None:
    assert leaves("x=a+b", "application/x-www-form-urlencoded; charset=UTF-8") == ["a b"]
    assert leaves("hello <b>you</b>", "text/html") == ["hello you", "hello", "you"]
    assert leaves("data:x", "text/event-stream") == ["x"]
    body = '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nhi\r\n--B--'
    assert leaves(body, "multipart/form-data; boundary=B") == ["hi"]


def test_a_short_string_that_was_opened_is_given_itself_too() -> None:
    assert leaves('{"a":"{\\"b\\":\\"c\\"}"}') == ['{"b":"c"}', "c"]


def test_a_long_string_is_given_only_opened() -> None:
    inner = json.dumps({"b": "c" * 5000})
    assert leaves(json.dumps({"a": inner})) == ["c" * 5000]
    assert leaves(json.dumps({"a": "d" * 5001 + "!"})) == ["d" * 5001 + "!"]


def test_words_are_not_taken_for_base64() -> None:
    assert leaves('["internationalization","ABCDEFGHIJKLMNOP"]') == ["internationalization", "ABCDEFGHIJKLMNOP"]


def test_json_that_was_cut_gives_its_strings() -> None:
    assert leaves('{"a":"x","b":[1,"y z",{"k":"{\\"w\\":\\"v\\"}"},"cut') == ["x", "y z", '{"w":"v"}', "v", "cut"]
    middle = 'ue","b":"next, \\"q\\"","c":["d", "e"],"f":"g'
    assert leaves(middle) == ["ue", 'next, "q"', "d", "e", "g", middle]
    assert leaves("x" + middle * 500)[:2] == ["xue", 'next, "q"']
    assert middle not in leaves("x" + middle * 500)


def test_prose_with_quotes_is_not_cut_json() -> None:
    assert leaves('He said, "hello" and left') == ['He said, "hello" and left']


def test_json_scripts_of_a_page_are_read() -> None:
    assert "yes" in leaves('<html><script type="application/json">{"a":"yes"}</script></html>')


def test_opening_has_an_end() -> None:
    text = "bottom"
    for _ in range(12):
        text = json.dumps([text])
    found = leaves(text)
    assert found
    assert len(found) < 40


def test_leaves_and_characters_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(leaves(json.dumps(list(range(50_000))))) == haystack.MAX_LEAVES
    monkeypatch.setattr(haystack, "MAX_CHARS", 10)
    assert leaves('["123456","789012"]') == ["123456", "7890"]


def test_numbers_of_any_size() -> None:
    assert leaves("[" + "9" * 5000 + "]") is not None


def test_the_text_of_an_event() -> None:
    event = model.Frame(time=1.0, connection="c", dir="in", text='{"a":["b","c"]}')
    assert text_of(event) == "b\nc"
    assert text_of(model.Recording(time=1.0, state="started")) is None
    assert text_of(model.Body(time=1.0, connection="c", data=b"abc\x00\xff")) == "abc"
