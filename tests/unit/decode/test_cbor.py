from __future__ import annotations

import math
from typing import Any

import pytest

from monitor.decode.cbor import cbor_value, likely_cbor
from monitor.decode.limits import MAX_DEPTH
from monitor.decode.parse import UNSET

# RFC 8949, appendix A.
EXAMPLES: list[tuple[str, Any]] = [
    ("00", 0),
    ("1903e8", 1000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("c249010000000000000000", 18446744073709551616),
    ("3903e7", -1000),
    ("c349010000000000000000", -18446744073709551617),
    ("f93e00", 1.5),
    ("fa47c35000", 100000.0),
    ("fbc010666666666666", -4.1),
    ("f97c00", math.inf),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("f7", None),
    ("f8ff", {"simple": 255}),
    ("c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"),
    ("d74401020304", {"tag": 23, "value": {"base64": "AQIDBA=="}}),
    ("d818456449455446", "IETF"),
    ("4401020304", {"base64": "AQIDBA=="}),
    ("62c3bc", "ü"),
    ("83010203", [1, 2, 3]),
    ("a201020304", {"1": 2, "3": 4}),
    ("826161a161626163", ["a", {"b": "c"}]),
    ("5f42010243030405ff", {"base64": "AQIDBAU="}),
    ("7f657374726561646d696e67ff", "streaming"),
    ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
    ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
    ("d9d9f7a0", {}),
]


@pytest.mark.parametrize(("packed", "value"), EXAMPLES)
def test_the_examples_of_the_standard(packed: str, value: Any) -> None:
    assert cbor_value(bytes.fromhex(packed)) == value


@pytest.mark.parametrize(
    "packed",
    ["", "1c", "18", "62c3", "61ff", "ff", "8301", "830102ff", "bf61", "bf6161ff", "0000", "9f", "5f01ff", "a1ff01",
     "c2", "c1ff", "9b7fffffffffffffff00", "bb7fffffffffffffff00", "7bffffffffffffffff61"],
)  # fmt: skip
def test_what_is_broken_is_none(packed: str) -> None:
    assert cbor_value(bytes.fromhex(packed)) is UNSET


def test_nesting_has_an_end() -> None:
    assert cbor_value(b"\x81" * (MAX_DEPTH - 1) + b"\x01") is not UNSET
    assert cbor_value(b"\x81" * 100_000 + b"\x01") is UNSET


def test_tags_that_a_library_would_act_upon_are_left_as_they_are() -> None:
    assert cbor_value(b"\xd8\x23\x63a+b") == {"tag": 35, "value": "a+b"}
    assert cbor_value(b"\xd8\x1c\x81\xd8\x1d\x00") == {"tag": 28, "value": [{"tag": 29, "value": 0}]}


def test_a_likely_value_has_something_that_noise_has_not() -> None:
    assert likely_cbor(bytes.fromhex("bf61610161629f0203ffff")) == {"a": 1, "b": [2, 3]}
    assert likely_cbor(b"\x82\x62hi\x01") == ["hi", 1]
    assert likely_cbor(b"\x83\x01\x02\x03") is UNSET
    assert likely_cbor(b"\xa1\x01\x02") is UNSET
    assert likely_cbor(b"\xd9\xd9\xf7\xa1\x01\x02") == {"1": 2}
    assert likely_cbor(b"\x01") is UNSET


def test_the_number_of_items_has_an_end() -> None:
    assert cbor_value(b"\x9f" + b"\x00" * 1000 + b"\xff") == [0] * 1000
    assert cbor_value(b"\x9f" + b"\x00" * 300_000 + b"\xff") is UNSET
