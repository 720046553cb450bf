"""Who is behind in a text that tabs edit together, with which lines, and until when."""

from __future__ import annotations

import json

import pytest

from monitor.sync.lines import REST_S
from tests.pads import TEXT, Pad, lacked, shared


def test_a_tab_that_hears_nothing_more_lacks_the_lines_that_were_typed() -> None:
    pad, at = shared()
    end = pad.types(at, "A", [*TEXT, "The crane needs a rope"])
    view = pad.subject(end + REST_S)
    assert lacked(view) == [("B", ["The crane needs a rope"])]
    [stale] = view.stale_now
    assert stale.for_s == pytest.approx(end + REST_S - at, abs=0.3)


def test_one_is_told_while_the_typing_goes_on() -> None:
    pad, at = shared()
    pad.types(at, "A", [*TEXT, "The crane needs a new rope before the winter comes"])
    assert lacked(pad.subject()) == [("B", ["The crane needs a new rope before the winter comes"])]


def test_it_heals_when_the_lines_come() -> None:
    pad, at = shared()
    lines = [*TEXT, "The crane needs a rope"]
    end = pad.types(at, "A", lines)
    pad.frame(end + 9.9, "B", pad.sockets["B"], b"\0\1" + lines[-1].encode())
    pad.holds(end + 10.0, "B", lines)
    view = pad.subject(end + 20.0)
    assert lacked(view) == []
    [write] = view.writes
    assert (write.seen[0].state, write.seen[0].via) == ("shown", "socket")
    assert write.seen[0].after_s == pytest.approx(end + 10.0 - at, abs=0.3)


def test_a_line_that_went_is_shown_too_much() -> None:
    pad, at = shared()
    pad.frame(at, "A", pad.sockets["A"], b"\0\2\x07delete", "out")
    pad.holds(at + 0.01, "A", [TEXT[0], TEXT[2]])  # the last line stands in the element of the one that went
    view = pad.subject(at + 10.0)
    assert lacked(view) == []
    [extra] = view.disorders
    assert (extra.tab, extra.what) == ("B", "extra")
    pad.holds(at + 11.0, "B", [TEXT[0], TEXT[2]])
    assert pad.subject(at + 20.0).disorders == ()


def test_a_line_that_moves_up_with_its_last_letter_is_lacked_all_the_same() -> None:
    pad, at = shared()
    end = pad.types(at, "A", [*TEXT, "The crane needs a rop"])
    pad.frame(end, "A", pad.sockets["A"], b"\0\2\x07e", "out")
    pad.frame(end, "A", pad.sockets["A"], b"\0\2\x07delete", "out")
    pad.holds(end + 0.01, "A", [TEXT[0], TEXT[2], "The crane needs a rope"])
    view = pad.subject(end + 10.0)
    assert lacked(view) == [("B", ["The crane needs a rope"])]
    assert [(extra.tab, extra.what) for extra in view.disorders] == [("B", "extra")]


@pytest.mark.parametrize(
    ("editor", "key", "told"),
    [
        ("body/label/input#city", "value", ["Gothenburg", "Malmö"]),
        ("body/label/input#city", "typed in", []),  # which says no value
        ("body/div#pad", "value", []),  # in a text each line is what somebody typed, and none is a value
    ],
)
def test_what_a_shared_field_is_set_to_is_a_write(editor: str, key: str, told: list[str]) -> None:
    pad = Pad(editor)
    for tab in "AB":
        pad.holds(1.5, tab, ["Uppsala"])
    for at, tab, other, city in ((10.0, "A", "B", "Gothenburg"), (20.0, "B", "A", "Malmö")):
        said = json.dumps({"field": "city", key: city if key == "value" else len(city)})
        pad.fetch(at, tab, "PUT /customer", said)
        pad.holds(at + 0.05, tab, [city])
        pad.frame(at + 0.1, other, pad.sockets[other], said)
        pad.holds(at + 0.2, other, [city])
    view = pad.subject(30.0)
    texts = {item.id: item.excerpt for item in view.items}
    assert [texts[item] for write in view.writes for item in write.items] == told
    assert [write.request for write in view.writes] == ["PUT /customer"] * len(told)
    assert [(seen.tab, seen.state) for write in view.writes for seen in write.seen] == [
        ("B", "shown"),
        ("A", "shown"),
    ][: len(told)]
    assert lacked(view) == []


def test_who_does_not_take_over_what_a_shared_field_is_set_to_lacks_it() -> None:
    pad = Pad("body/label/input#city")
    for tab in "AB":
        pad.holds(1.5, tab, ["Uppsala"])
    for at, city, shows in ((10.0, "Gothenburg", True), (20.0, "Malmö", False)):
        said = json.dumps({"field": "city", "value": city})
        pad.fetch(at, "A", "PUT /customer", said)
        pad.holds(at + 0.05, "A", [city])
        pad.frame(at + 0.1, "B", pad.sockets["B"], said)
        if shows:
            pad.holds(at + 0.2, "B", [city])
    view = pad.subject(30.0)
    assert lacked(view) == [("B", ["Malmö"])]
    [first, second] = view.writes
    assert second.at - first.at == pytest.approx(10.0, abs=0.1)
