"""What was shown live is what a capture file shows: through the file, and by following it while it grows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter, in_order
from monitor.model import Event
from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot
from tests.story import START, Story

UNTIL = START + 40.0
NOTES = ("Buy oat milk", "Call the plumber", "Water the plants")


def posted(story: Story, at: float, text: str) -> None:
    """A posts a text and shows it."""
    story.fetch(at, "A", "POST /notes", json.dumps({"text": text}))
    story.says(at + 0.1, "A", text)


def healed() -> Story:
    """B gets one text by its socket, one by a reload, and lacks the third; C is hidden, D closes."""
    story = Story()
    story.open(0, "A", "B", "C", "D")
    key = story.socket(1.0, "B")
    posted(story, 5.0, NOTES[0])
    story.frame(5.3, "B", key, json.dumps({"text": NOTES[0]}))
    story.says(5.4, "B", NOTES[0])
    posted(story, 10.0, NOTES[1])
    story.hide(11.0, "C")
    story.load(14.0, "B", ("Room", *NOTES[:2]))
    story.close(16.0, "D")
    posted(story, 20.0, NOTES[2])
    return story


def polled() -> Story:
    """B asks again and again; bodies are recorded later than they came."""
    story = Story()
    story.open(0, "A", "B")
    for at in (3.2, 5.2, 7.2, 9.2, 11.2, 13.2):
        if at == 11.2:
            posted(story, 9.5, NOTES[0])
        story.fetch(at, "B", "GET /notes", says=json.dumps(NOTES[:1] if at > 9.5 else []))
        if at == 11.2:
            story.says(11.3, "B", NOTES[0])
    return story


def streamed() -> Story:
    """An answer grows in both tabs, and stops growing in one; other payloads are bytes."""
    story = Story()
    story.open(0, "A", "B")
    answer = "Tides follow the moon since gravity pulls the near ocean"
    words = answer.split()
    keys = {tab: story.stream(1.0, tab, "GET /live") for tab in "AB"}
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    for number in range(len(words)):
        for tab in "AB" if number < 4 else "A":
            at = 5.0 + 0.3 * number
            story.chunk(at, tab, keys[tab], json.dumps({"token": words[number] + " "}) + "\n")
            story.frame(at, tab, sockets[tab], bytes(range(0x80, 0x90)))
            before, after = " ".join(words[:number]), " ".join(words[: number + 1])
            if number:
                story.rewrites(at + 0.02, tab, before, after)
            else:
                story.says(at + 0.02, tab, after)
    return story


STORIES = pytest.mark.parametrize("tell", [healed, polled, streamed])


def written(path: Path, story: Story, batch: int) -> list[Event]:
    """A finished capture of a story, committed a few events at a time; the events as it numbers them."""
    writer = CaptureWriter(path)
    events: list[Event] = []
    for start in range(0, len(story.events), batch):
        some = story.events[start : start + batch]
        for event in some:
            writer.append(event)
        writer.commit()
        events += in_order(some)
    writer.close()
    return [msgspec.structs.replace(event, seq=seq) for seq, event in enumerate(events, 1)]


def shown(events: list[Event]) -> Snapshot:
    """What the analysis makes of events fed directly."""
    analysis = Analysis()
    for event in events:
        analysis.feed(event)
    analysis.tick(UNTIL)
    return analysis.snapshot()


@STORIES
@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_a_file_replays_what_was_live(tell: Callable[[], Story], batch: int, tmp_path: Path) -> None:
    live = written(tmp_path / "a.syncmon", tell(), batch)
    with Capture(tmp_path / "a.syncmon") as capture:
        replayed = list(capture.events())
    assert replayed == live
    snapshot = shown(replayed)
    assert snapshot == shown(live)
    assert any(subject.writes or subject.stale_now for subject in snapshot.subjects)


@STORIES
@pytest.mark.parametrize("step", [1, 5])
def test_a_reader_that_follows_a_growing_file_ends_where_a_replay_does(
    tell: Callable[[], Story], step: int, tmp_path: Path
) -> None:
    path, story = tmp_path / "a.syncmon", tell()
    writer, following = CaptureWriter(path), Follower(path)
    looks = []
    for number, event in enumerate(story.events):
        writer.append(event)
        if number % 4 == 3:
            writer.commit()
            following.reads(step)
            looks.append(following.analysis.snapshot().seq)
    writer.close()
    following.reads(step)
    assert len(set(looks)) > 3  # it was looked at on the way
    with Capture(path) as capture:
        assert following.ends() == shown(list(capture.events()))


class Follower:
    """A dashboard without a screen: polls the file, feeds what is new, and lets time pass as far as it has read."""

    def __init__(self, path: Path) -> None:
        self.capture = Capture(path)
        self.analysis = Analysis()
        self.seq = 0
        self.time = 0.0

    def reads(self, step: int) -> None:
        """Everything that is in the file by now, a few events at a time, with a tick after each few."""
        while events := self.capture.read_after(self.seq, step):
            for event in events:
                self.analysis.feed(event)
                self.time = max(self.time, event.time)
            self.seq = events[-1].seq
            self.analysis.tick(self.time)

    def ends(self) -> Snapshot:
        """What it shows at last."""
        self.capture.close()
        self.analysis.tick(UNTIL)
        return self.analysis.snapshot()
