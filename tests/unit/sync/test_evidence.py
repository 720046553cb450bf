"""The content match: a payload explains what a page made of it, and nothing else."""

from __future__ import annotations

import json

import pytest

from monitor.sync.evidence import Haystack, Needle, Packet, TrafficLog, find, spoken

NOTE = json.dumps({"user": "alice", "text": "Buy oat milk", "at": 1800000000})


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (NOTE, "Buy oat milk"),
        (NOTE, "BUY OAT MILK!"),
        (NOTE, "alice: Buy oat milk"),
        (NOTE, "alice Buy oat milk 10:42"),
        (json.dumps({"html": "<p>Buy <b>oat</b> milk</p>"}), "Buy oat milk"),
        (json.dumps({"inner": NOTE}), "Buy oat milk"),
        ("text=Buy+oat+milk&x=1", "Buy oat milk"),
        ("data: " + NOTE + "\n\n", "Buy oat milk"),
        (b"\x00\x01\x0cBuy oat milk\xff", "Buy oat milk"),
        (json.dumps({"t": "ok"}), "ok"),
        (json.dumps({"by": "guest", "t": "ok"}), "guest: ok"),
        (json.dumps({"by": "bob", "t": "1"}), "Bob: 1"),
        (json.dumps({"by": "a", "t": "hi"}), "a: hi"),
        (json.dumps({"t": "fine, and you?"}), "guest: fine, and you?"),
        (json.dumps({"n": 4}), "4"),
        (json.dumps(["Größe 世界"]), "größe 世界"),
    ],
)
def test_a_payload_holds_what_the_page_made_of_it(payload: str | bytes, shown: str) -> None:
    assert Haystack(payload).holds(Needle.of(shown))


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (NOTE, "Buy oat bread"),
        (NOTE, "alice: call the plumber tomorrow"),
        (json.dumps({"t": "token"}), "ok"),
        (json.dumps({"by": "guest", "t": "yes"}), "guest: ok"),
        (json.dumps({"by": "guest42", "t": "yes"}), "guest42: 1"),
        (json.dumps({"by": "bob", "t": "1"}), "ann: 1"),
        (json.dumps({"k": 1, "n": 17}), "10:42:17"),
        (b"\x80\x81\x82\x83", "Buy oat milk"),
        ("", "Buy oat milk"),
    ],
)
def test_and_nothing_else(payload: str | bytes, shown: str) -> None:
    assert not Haystack(payload).holds(Needle.of(shown))


@pytest.mark.parametrize(
    ("text", "who", "said"),
    [
        ("Ann: ok", "ann", "ok"),
        ("小明：好", "小明", "好"),
        ("ok", "", ""),
        ("12: 30", "", ""),
        ("at 12:30", "", ""),
        ("Ann: …", "", ""),
    ],
)
def test_who_says_what(text: str, who: str, said: str) -> None:
    assert spoken(text) == (who, said)


def test_nothing_readable_is_opaque() -> None:
    assert Haystack(b"\x80\x81\x82\x83").opaque
    assert not Haystack(NOTE).opaque


def packet(time: float, payload: str, connection: str = "w1") -> Packet:
    return Packet(int(time * 10), time, "A", "socket", "in", connection, payload)


def test_a_text_in_pieces_is_found_where_it_is_complete() -> None:
    pieces = [packet(1, '{"t": "Buy "}'), packet(2, '{"t": "nothing"}', "w2"), packet(3, '{"t": "oat milk"}')]
    assert find(Needle.of("Buy oat milk"), pieces) is pieces[2]
    assert find(Needle.of("Buy oat bread"), pieces) is None


def test_shapes_are_equal_but_for_numbers() -> None:
    assert packet(1, '{"beat": 1}').shape == packet(2, '{"beat": 27}').shape
    assert packet(1, '{"beat": 1}').shape != packet(2, '{"note": 1}').shape


def test_the_log_is_bounded_and_ordered() -> None:
    log = TrafficLog(count=3, size=1 << 20)
    for time in (1.0, 2.0, 4.0, 3.0):
        log.add(packet(time, "x"))
    assert [p.time for p in log.between(0, 10)] == [2.0, 3.0, 4.0]
    assert [p.time for p in log.between(2.5, 3.5)] == [3.0]
    big = TrafficLog(count=100, size=10)
    for time in (1.0, 2.0):
        big.add(packet(time, "x" * 8))
    assert [p.time for p in big] == [2.0]


@pytest.mark.parametrize(
    ("text", "about"),
    [("Buy oat milk and tea", True), ("and tea", True), ("Ann Lovell", False), ("Ann: Buy oat milk and tea", True)],
)
def test_what_a_payload_is_mostly_about(text: str, about: bool) -> None:
    payload = json.dumps({"op": "add", "by": "Ann Lovell", "text": "Buy oat milk and tea", "ref": "9b118lo"})
    assert Haystack(payload).mostly(Needle.of(text)) == about


@pytest.mark.parametrize(
    ("payload", "holds"),
    [({"op": "like", "id": "p3q8", "likes": 8}, True), ({"op": "like", "id": "p2q8", "likes": 3}, False),
     ({"post": "p3q8", "says": "8 likes"}, True), ({"op": "like", "at": "p8"}, False)],
)  # fmt: skip
def test_a_count_is_in_what_says_the_new_number_and_not_in_what_counts_the_same(payload: object, holds: bool) -> None:
    needle = Needle("8 likes", "8likes", numbers=frozenset({"8"}))
    assert Haystack(json.dumps(payload)).holds(needle) == holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [("Mara bid €130", True), ("€130 by Mara", True), ("130 people like what Mara wrote here", False),
     ("Mara bid €120", False), ("Ivo bid €130", False), ("Lot 130", False)],
)  # fmt: skip
def test_a_short_phrase_is_filled_in_with_who_and_how_many(text: str, holds: bool) -> None:
    assert Haystack(json.dumps({"who": "Mara", "amount": 130})).holds(Needle.of(text)) == holds
