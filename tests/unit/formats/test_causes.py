"""Which causes say something about a type of message."""

from __future__ import annotations

from typing import Literal

import pytest

from monitor.formats.causes import own_causes, rooted, said
from monitor.formats.model import Trigger, TypeKey
from monitor.formats.triggers import Cause

ANSWER: TypeKey = ("example.org", "fetch", "in", "json", "GET /rooms")


def trigger(kind: Literal["input", "navigation", "message"], share: float, lift: float = 10.0) -> Trigger:
    return Trigger(what=kind, kind=kind, share=share, lift=lift, median_s=0.1, window_s=1, count=9, of=10)


def test_a_message_is_named_with_its_way_and_channel() -> None:
    assert said("socket", "in", "turn-complete") == "◀ socket turn-complete"
    assert said("fetch-stream", "in", "delta") == "◀ stream delta"
    assert said("fetch", "out", "POST /rooms") == "▶ POST /rooms"


@pytest.mark.parametrize(
    ("cause", "left_out"),
    [
        (Cause("message", "◀ GET /rooms", "example.org"), True),
        (Cause("request", "GET /rooms", "example.org"), True),
        (Cause("request", "POST /rooms", "elsewhere.org"), True),
        (Cause("request", "POST /rooms", "example.org"), False),
    ],
)
def test_a_type_is_not_its_own_cause(cause: Cause, left_out: bool) -> None:
    assert own_causes(ANSWER)(cause) is left_out


def test_what_follows_people_is_no_rhythm() -> None:
    assert rooted((trigger("input", 0.5), trigger("navigation", 0.3)))
    assert not rooted((trigger("input", 0.5), trigger("message", 0.9)))
    assert not rooted((trigger("input", 0.9, lift=1.1),))
