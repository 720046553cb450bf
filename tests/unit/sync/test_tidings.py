"""What traffic says of entries: the part of a text that a payload names, and whether it was there before."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.sync.evidence import Needle, Packet
from monitor.sync.network import Connection, Network
from monitor.sync.tidings import Pending, Tidings, amendment, lacking, phrase


def packet(
    payload: Any, *, dir_: Any = "out", channel: Any = "socket", connection: str = "s", at: float = 10.0
) -> Packet:
    """A payload of tab A."""
    return Packet(int(at * 100), at, "A", channel, dir_, connection, json.dumps(payload))


def network(*packets: Packet) -> Network:
    """The traffic of tab A."""
    found = Network()
    for one in packets:
        found.logs["A"].add(one)
    return found


@pytest.mark.parametrize(
    ("text", "payload", "named"),
    [
        ("Engine room 3 s ago", {"title": "Engine room"}, "Engine room"),
        ("Engine room", {"title": "Engine"}, "Engine"),
        ("3 Engine room", {"n": "room"}, None),
        ("42", {"n": "42"}, None),
        ("Engine room", {"title": "Boiler"}, None),
    ],
)
def test_an_entry_is_called_what_a_payload_calls_it(text: str, payload: Any, named: str | None) -> None:
    reading = phrase(text)(packet(payload))
    assert (reading.new if reading else None) == named
    assert (lacking(phrase(text), "")(packet(payload)) is None) is (named is not None)


@pytest.mark.parametrize(
    ("before", "after", "payload", "found"),
    [
        ("Boat repairs 1 s ago", "Boat yard 2 s ago", {"title": "Boat yard"}, ("Boat yard", "Boat repairs")),
        ("Boat repairs", "Boat yard", {"add": "yard"}, ("yard", "repairs")),
        ("Ann: hello 12:01", "Ann: bye now 12:02", {"by": "Ann", "text": "bye now"}, ("bye now", "hello")),
        ("Boat yard", "Boat yard 4", {"unread": "4"}, None),
        ("Boat repairs", "Boat yard", {"seen": "Boat"}, None),
    ],
)
def test_what_is_new_in_an_entry_is_told_as_a_payload_has_it(
    before: str, after: str, payload: Any, found: tuple[str, str] | None
) -> None:
    reading = amendment(before, after)(packet(payload))
    assert (None if reading is None else (reading.new, reading.old)) == found


def test_a_frame_says_it_and_what_a_tab_keeps_for_itself_does_not() -> None:
    search = phrase("Engine room")
    kept = packet({"title": "Engine room"}, channel="storage", connection="storage:session:lately")
    assert Tidings(network(kept)).sent(["A"], search, 10.5) is None
    told = Tidings(network(packet({"title": "Engine room"}))).sent(["A"], search, 10.5)
    assert told is not None
    assert (told.wrote, told.tab, told.time) == (True, "A", 10.0)


@pytest.mark.parametrize(("method", "status", "told"), [("POST", 201, True), ("GET", 200, False), ("POST", 422, False)])
def test_a_request_says_it_once_it_is_taken(method: str, status: int, told: bool) -> None:
    found = network(packet({"title": "Engine room"}, channel="fetch", connection="r"))
    connection = found.connections["r"] = Connection("r", "A", "fetch", 10.0, 1, method=method)
    if method == "POST":
        with pytest.raises(Pending):
            Tidings(found).sent(["A"], phrase("Engine room"), 10.5)
    connection.status, connection.answered = status, 10.2
    tiding = Tidings(found).sent(["A"], phrase("Engine room"), 10.5)
    assert (tiding is not None and tiding.time == 10.2) is told


def test_a_message_that_names_all_that_came_is_an_answer_and_no_news() -> None:
    one = Tidings(network(packet([{"title": "Engine room"}, {"title": "Chart room"}], dir_="in")))
    assert one.told(["A"], phrase("Engine room"), [Needle.of("Chart room")], 10.5) is None
    assert one.told(["A"], phrase("Engine room"), [], 10.5) is not None
