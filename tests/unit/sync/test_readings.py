"""What one reading tells the others."""

from __future__ import annotations

import json

from monitor.sync.readings import Readings
from monitor.sync.state import State
from monitor.sync.tabs import Tab
from tests.chats import PROFILES
from tests.notes import NOTE, TEXT, room
from tests.story import Story


def test_a_profile_is_found_by_the_address() -> None:
    readings = Readings(PROFILES, State())
    profile = readings.profile("https://chatgpt.com/c/9a")
    assert profile is not None
    assert profile.name == "chatgpt"
    assert readings.profile("https://example.org/") is None
    assert not readings.virtual(Tab("A", url="https://example.org/"))


def test_what_came_before_a_text_counted_was_received() -> None:
    story = room()
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    story.frame(10.0, "B", sockets["B"], NOTE)
    story.says(10.2, "A", TEXT)
    story.frame(10.3, "A", sockets["A"], NOTE)
    [stale] = story.subject(until=20.0).stale_now
    assert (stale.tab, stale.received) == ("B", True)


def test_what_came_before_a_write_did_not_bring_it() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Seats", "A1 free", "A2 free"])
    sockets = {tab: story.socket(0.5, tab) for tab in "AB"}
    for at, seat, tabs in ((10.0, "A1", "AB"), (14.0, "A2", "A")):
        said = json.dumps({"seat": seat, "by": "Lena"})
        story.fetch(at, "A", "POST /seats", said)
        for tab in tabs:
            story.frame(at + 0.1, tab, sockets[tab], said)
            story.rewrites(at + 0.15, tab, f"{seat} free", f"{seat} Lena")
    [stale] = story.subject(20.0).stale_now
    assert (stale.tab, stale.received) == ("B", False)
    assert stale.why.startswith("B lacks “A2 Lena” for 6.0 s. Nothing that reached it named it")
