"""Values as JSON can hold them."""

from __future__ import annotations

import math

from monitor.formats.values import plain


def test_plain_is_what_json_can_hold() -> None:
    value = {1: (b"\x00\xff", math.nan, math.inf), "a": {"b": True}}
    assert plain(value) == {"1": ["AP8=", None, None], "a": {"b": True}}
