"""Nothing is wrong, and nothing is said to be: ten minutes of tabs that sync, in every way, while users come and go."""

from __future__ import annotations

import json
from random import Random

import pytest

from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot
from tests.board import PROFILE, Board
from tests.story import START, Story

MINUTES_10 = 600.0
LASTS_S = 3.0  # an alert that lasts longer than the slowest way takes (a poll each 2 s) is a false one
WORDS = ("milk", "tram", "roof", "moon", "plum", "bus", "cat", "rain", "song", "key")
Way = tuple[str, str]
WAYS: tuple[Way, ...] = (
    ("socket", "live-sync"),
    ("sse", "live-sync"),
    ("storage", "live-sync"),
    ("broadcast", "live-sync"),
    ("poll", "poll-sync"),
)


class Room:
    """A page of notes without a profile: what one tab writes, each other one shows, by one way."""

    def __init__(self, story: Story, way: str, chance: Random) -> None:
        self.story, self.way, self.chance = story, way, chance
        self.url = f"https://example.org/{way}"
        self.notes: list[str] = []
        self.tabs: dict[str, str] = {}  # open ones, and their sockets
        self.hidden: set[str] = set()
        self.made = 0

    def open(self, at: float) -> None:
        """One more tab."""
        self.made += 1
        tab = f"{self.way}-{self.made}"
        self.story.open(at, tab, url=self.url, texts=("Notes", *self.notes))
        self.tabs[tab] = self.story.socket(at + 0.2, tab)

    def act(self, at: float) -> None:
        """Somebody does something, and the other tabs hear of it."""
        what = self.chance.random()
        if what < 0.6:
            self.write(at)
        elif what < 0.7 and len(self.tabs) < 4:
            self.open(at)
        elif what < 0.78 and len(self.tabs) > 2:
            tab = self.chance.choice(sorted(self.tabs))
            del self.tabs[tab]
            self.hidden.discard(tab)
            self.story.close(at, tab)
        elif what < 0.9:
            self.hide(at)
        else:
            tab = self.chance.choice(sorted(self.tabs))
            self.story.load(at, tab, ("Notes", *self.notes), url=self.url)
            self.tabs[tab] = self.story.socket(at + 0.2, tab)

    def hide(self, at: float) -> None:
        """A tab goes to the background, or comes back."""
        tab = self.chance.choice(sorted(self.tabs))
        self.story.hide(at, tab, visible=tab in self.hidden)
        self.hidden ^= {tab}

    def write(self, at: float) -> None:
        """A note is written, edited or taken away."""
        writer, old = self.chance.choice(sorted(self.tabs)), self.notes[-1] if self.notes else ""
        what = self.chance.random()
        if old and what < 0.15:
            self.story.fetch(at, writer, f"DELETE /api/{self.way}/notes/{len(self.notes)}")
            self.notes.remove(old)
            for place, tab in enumerate(self._writer_first(writer)):
                self.tell(at + 0.1, tab, {"gone": len(self.notes)}, writer)
                self.story.drops(at + 0.2 + place / 50, tab, old, url=self.url)
            return
        text = f"{self.chance.choice(WORDS)} {self.chance.choice(WORDS)} and {self.chance.choice(WORDS)} at {at:.0f}"
        self.story.fetch(at, writer, f"POST /api/{self.way}/notes", json.dumps({"text": text}))
        for place, tab in enumerate(self._writer_first(writer)):
            late = 1.62 if self.way == "poll" and place else 0.2  # after the next poll
            self.tell(at + late - 0.1, tab, {"text": text}, writer)
            if old and what < 0.3:
                self.story.rewrites(at + late + place / 50, tab, old, text, url=self.url)
            else:
                self.story.says(at + late + place / 50, tab, text, url=self.url)
        if old and what < 0.3:
            self.notes.remove(old)
        self.notes.append(text)

    def _writer_first(self, writer: str) -> list[str]:
        return [writer, *(tab for tab in sorted(self.tabs) if tab != writer)]

    def tell(self, at: float, tab: str, value: dict[str, object], writer: str) -> None:
        """What a tab is told, by the way of this room."""
        text = json.dumps(value)
        if tab == writer:
            return
        match self.way:
            case "socket":
                self.story.frame(at, tab, self.tabs[tab], text)
            case "sse":
                self.story.sse(at, tab, text)
            case "storage":
                self.story.storage(at, tab, "last", text, "in")
            case "broadcast":
                self.story.broadcast(at, text, tab)

    def beat(self, at: float) -> None:
        """What goes on all the time: heartbeats, and the requests of a poll."""
        for tab, socket in self.tabs.items():
            if int(at) % 6 == 0:
                self.story.frame(at, tab, socket, json.dumps({"beat": int(at)}))
            if self.way == "poll":
                self.story.fetch(at, tab, "GET /api/poll/notes", says=json.dumps({"notes": self.notes}))


def play(way: str, seed: int) -> Story:
    """Ten minutes of one room."""
    story, chance = Story(), Random(seed)
    room = Room(story, way, chance)
    for number in range(2):
        room.open(number / 10)
    at = 6.0
    while at < MINUTES_10:
        room.beat(at)
        if chance.random() < 0.4:
            room.act(at + 0.5)
        at += 2.0
    return story


def watched(story: Story, profiles: tuple[object, ...] = ()) -> tuple[Snapshot, dict[str, float]]:
    """The last snapshot, and the alerts of all live ones: how long each lasted at most."""
    analysis, alerts, last = Analysis(profiles), {}, 0.0  # type: ignore[arg-type]
    events = sorted(story.events, key=lambda event: event.time)
    for event in events:
        if event.time - last > 0.5:
            last = event.time
            for tab in analysis.snapshot().tabs:
                if tab.state == "stale":
                    alerts[f"{tab.label} {tab.missing}"] = tab.for_s
        analysis.feed(event)
    analysis.tick(START + MINUTES_10 + 10)
    return analysis.snapshot(), alerts


@pytest.mark.slow
@pytest.mark.parametrize(("way", "verdict"), WAYS)
def test_ten_healthy_minutes_of_a_room(way: str, verdict: str) -> None:
    found, alerts = watched(play(way, seed=len(way)))
    [subject] = found.subjects
    assert {alert: lasted for alert, lasted in alerts.items() if lasted > LASTS_S} == {}
    assert (subject.verdict, subject.stale_now, subject.violations, subject.conflicts) == (verdict, (), (), ())
    assert [alert for alert in found.alerts if alert.level == "stale"] == []
    assert len(subject.writes) > 20


@pytest.mark.slow
def test_answers_that_stream_into_virtualised_lists() -> None:
    """Each tab keeps the newest four mounted; an answer grows in all tabs for six seconds, at different speeds."""
    story = Board()
    story.begin(0.0, "A", "B", "C")
    sockets = {tab: story.socket(0.5, tab) for tab in "ABC"}
    notes: list[str] = []
    at = 10.0
    for number in range(30):
        asked, answer, writer = f"q{number}", f"a{number}", "ABC"[number % 3]
        notes += [asked, answer]
        story.posts(at, writer, asked, parent=notes[-3] if number else None)
        whole = " ".join(WORDS * 2)
        for step in range(1, 21):
            said = whole[: len(whole) * step // 20]
            more = {"text": said, "parent": asked, "done": step == 20}
            for place, tab in enumerate("ABC"):
                time = at + 0.3 * step + place / 10
                story.frame(time, tab, sockets[tab], json.dumps({"notes": [{"id": asked, "text": "Well?"}]} if step == 1
                            else {"notes": [{"id": answer, **more}]}))  # fmt: skip
                story.page(
                    time + 0.05, tab, notes[-4:], {asked: "Well?", answer: said}, growing=() if step == 20 else [answer]
                )
        at += 15.0
    found, alerts = watched(story, (PROFILE,))
    [subject] = found.subjects
    assert {alert: lasted for alert, lasted in alerts.items() if lasted > LASTS_S} == {}
    assert (subject.verdict, subject.stale_now, subject.violations, subject.conflicts) == ("live-sync", (), (), ())
