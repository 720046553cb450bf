"""A small number by which a page goes on is told from all the others that messages have."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sync.resuming import of_address, of_payload, place

SENT = [json.dumps({"op": "event", "seq": seq, "d": {"id": seq, "size": 3}}) for seq in (5, 6, 7)]


@pytest.mark.parametrize(
    "said",
    [
        {"op": "resume", "seq": 7},
        {"lastEventId": 7},
        {"lastEventId": "7"},
        {"d": {"session": "x", "last_id": 7}},
        {"subscribe": "news", "offset": 7},
    ],
)
def test_the_last_of_a_growing_number_is_a_place(said: object) -> None:
    assert place(of_payload(json.dumps(said)), (), SENT) == "7"


@pytest.mark.parametrize(
    "said",
    [
        {"op": "resume", "seq": 6},  # not what it had reached
        {"protocol": 7},  # no key of a place
        {"id": 7},
        {"from": 3},  # it came, and did not grow
        {"seq": True},
        {"seq": 0},
        {"lasting": 7},
    ],
)
def test_other_numbers_are_none(said: object) -> None:
    assert place(of_payload(json.dumps(said)), (), SENT) == ""


def test_what_it_said_at_first_as_well_is_none() -> None:
    said = of_payload('{"version": 7}')
    assert place(said, (), SENT) == "7"
    assert place(said, said, SENT) == ""


def test_a_snapshot_alone_has_a_place_under_the_same_key() -> None:
    sent = ['{"op": "snapshot", "rev": 4, "items": [9, 2]}']
    assert place([("rev", 4)], (), sent) == "4"
    assert place([("since", 4)], (), sent) == ""


def test_numbers_of_an_address_and_behind_a_head() -> None:
    assert of_address("wss://a.example/live?since=12&user=ann&page=2") == [("since", 12), ("page", 2)]
    assert of_address("http://[bad?x=1") == []
    assert of_payload('42["sync",{"offset":3}]') == [("offset", 3)]


@given(st.text() | st.binary())
def test_any_payload_is_read(payload: str | bytes) -> None:
    assert all(isinstance(value, int) for _, value in of_payload(payload))
    assert of_payload("[" * 5000) == []
