from __future__ import annotations

import pytest

from monitor.decode import forms
from monitor.decode.protocol import Item


def test_fields_and_the_json_in_them() -> None:
    decoded = forms.read(Item(text="a=1&b=%7B%22x%22%3A%22y+z%22%7D&c="), forms.URLENCODED)
    assert decoded
    assert decoded.layers == ("form",)
    assert decoded.value == {"a": "1", "b": {"x": "y z"}, "c": ""}


def test_repeated_fields_are_a_list() -> None:
    decoded = forms.read(Item(text="a=1&a=2&a=3"), "application/x-www-form-urlencoded; charset=utf-8")
    assert decoded
    assert decoded.value == {"a": ["1", "2", "3"]}


def test_multipart_texts_without_files() -> None:
    text = (
        '--XyZ\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n'
        '--XyZ\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\nbinary\r\n--XyZ--\r\n'
    )
    assert forms.pairs(text, "multipart/form-data; boundary=XyZ") == [("text", "hello")]
    assert forms.pairs(text) == [("text", "hello")]


@pytest.mark.parametrize("text", ["", "hello", "a=b", "a = b & c", "x=<p>&y=1", '{"a":"b=c&d=e"}'])
def test_other_texts_are_no_forms_unless_they_say_so(text: str) -> None:
    assert forms.pairs(text) == []


def test_too_many_fields_are_no_form() -> None:
    assert forms.pairs("a=1&" * 20_000, forms.URLENCODED) == []
