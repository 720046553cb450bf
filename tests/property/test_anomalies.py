"""Each anomaly is found where it is, under its own name and no other, and in the same story without it nothing is.

A row of the table is a story told twice: as it goes wrong, and as it goes well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

from monitor.model import SocketClosed, SocketHandshake, SocketOpened
from monitor.sync.snapshot import Snapshot
from tests.board import PROFILE, Board, text_of
from tests.chats import NEW, ORG, PROFILES, chatgpt, claude
from tests.story import Story
from tests.unit.sync.test_conflicts import LATER, other_turn, tree

Tell = Callable[[bool], Story]
FIRST, SECOND = "Buy oat milk today", "Then bake a plum cake"
NOTES = ("n1", "n2", "n3", "n4")
END_S = 120.0


def findings(found: Snapshot) -> set[str]:
    """All that is said to be wrong, by name."""
    said: set[str] = set()
    for subject in found.subjects:
        said |= {one.what for one in subject.disorders}
        said |= {one.guarantee for one in subject.violations}
        said |= {f"conflict: {one.outcome}" for one in subject.conflicts}
        said |= {"received, not shown" for one in subject.stale_now if one.received}
        for stale in (one for one in subject.stale_now if not one.received):
            states = {item.cells[stale.tab].state for item in subject.items if item.id in stale.missing}
            said |= {"outdated" if states == {"outdated"} else "missing"}
    for view in found.reconnects:
        said |= {"reconnect: " + (view.rule or "too few").partition(":")[0]}
        said |= {"reconnect: capped" for _ in (1,) if "at most" in (view.rule or "")}
        said |= {"reconnect: jitter" for _ in (1,) if "±" in (view.rule or "")}
        for one in view.outages:
            said |= {"duplicates"} if one.repeated else set()
            said |= {"replayed after the gap"} if one.resumed_with and not one.repeated else set()
    return said


# ── who has what ──


def board(*tabs: str) -> tuple[Board, dict[str, str]]:
    """Tabs of a board with four notes, each with a socket."""
    story = Board()
    story.begin(0.0, *tabs, notes=NOTES)
    listed = [{"id": n, "text": text_of(n), "parent": p} for n, p in zip(NOTES, (None, *NOTES), strict=False)]
    for tab in tabs:
        says = json.dumps({"notes": listed})
        story.fetch(0.3, tab, "GET /b/plans/notes", says=says, url="https://board.example")
    return story, {tab: story.socket(1.0, tab) for tab in tabs}


def missing(wrong: bool) -> Story:
    story, keys = board("A", "B")
    story.posts(10.0, "A", "n5", parent="n4")
    story.page(10.1, "A", (*NOTES, "n5"))
    if not wrong:
        story.told_by_socket(10.2, "B", keys["B"], "n5", parent="n4")
        story.page(10.3, "B", (*NOTES, "n5"))
    return story


def received(wrong: bool) -> Story:
    story, keys = board("A", "B")
    story.posts(10.0, "A", "n5", parent="n4")
    story.page(10.1, "A", (*NOTES, "n5"))
    story.told_by_socket(10.2, "B", keys["B"], "n5", parent="n4")
    if not wrong:
        story.page(10.3, "B", (*NOTES, "n5"))
    return story


def outdated(wrong: bool) -> Story:
    story, keys = board("A", "B")
    new = {"n4": "Something quite different stands here now."}
    body = json.dumps({"id": "n4", "text": new["n4"], "parent": "n3"})
    story.fetch(10.0, "A", "POST /b/plans/notes", body, url="https://board.example")
    story.page(10.1, "A", NOTES, new)
    if not wrong:
        story.frame(10.2, "B", keys["B"], json.dumps({"notes": [{"id": "n4", "text": new["n4"], "parent": "n3"}]}))
        story.page(10.3, "B", NOTES, new)
    return story


def extra(wrong: bool) -> Story:
    story, _ = board("A", "B")
    left = [note for note in NOTES if note != "n2"]
    story.page(10.0, "A", left)
    if not wrong:
        story.page(10.3, "B", left)
    return story


def reordered(wrong: bool) -> Story:
    story, _ = board("A", "B")
    moved = ("n1", "n3", "n2", "n4")
    story.page(10.0, "A", moved)
    if not wrong:
        story.page(10.3, "B", moved)
    return story


# ── the session guarantees ──


def room(*tabs: str) -> tuple[Story, dict[str, str]]:
    story = Story()
    story.open(0.0, *tabs)
    return story, {tab: story.socket(1.0, tab) for tab in tabs}


def writes(story: Story, at: float, tab: str, text: str) -> None:
    story.fetch(at, tab, "POST /notes", json.dumps({"text": text}))
    story.says(at + 0.1, tab, text)


def hears(story: Story, at: float, tab: str, key: str, text: str) -> None:
    story.frame(at, tab, key, json.dumps({"text": text}))
    story.says(at + 0.05, tab, text)


def read_your_writes(wrong: bool) -> Story:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    hears(story, 10.3, "B", keys["B"], FIRST)
    story.load(20.0, "A", ("Room",) if wrong else ("Room", FIRST))
    return story


def monotonic_reads(wrong: bool) -> Story:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    hears(story, 10.3, "B", keys["B"], FIRST)
    story.load(20.0, "B", ("Room",) if wrong else ("Room", FIRST))
    return story


def monotonic_writes(wrong: bool) -> Story:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    if not wrong:
        hears(story, 10.4, "B", keys["B"], FIRST)
    writes(story, 12.0, "A", SECOND)
    hears(story, 12.4, "B", keys["B"], SECOND)
    return story


def writes_follow_reads(wrong: bool) -> Story:
    story, keys = room("A", "B", "C")
    writes(story, 10.0, "A", FIRST)
    hears(story, 10.3, "B", keys["B"], FIRST)
    if not wrong:
        hears(story, 10.4, "C", keys["C"], FIRST)
    writes(story, 12.0, "B", SECOND)
    hears(story, 12.3, "A", keys["A"], SECOND)
    hears(story, 12.4, "C", keys["C"], SECOND)
    return story


# ── conflicts ──


def branches(wrong: bool) -> Story:
    story = chatgpt()
    parent = "m2" if wrong else "m3"
    if not wrong:
        story.chat(11.5, "B", {"m3": ("user", "And that one?"), "m4": ("assistant", "That one is a hornbeam.")})
    other_turn(story, 12.0, parent)
    answer = {"m6": ("assistant", "That one is a willow, by its fluted trunk.")}
    texts = NEW | {"m5": ("user", LATER)} | answer
    tree(story, 20.0, "A", {"m2": "m1", "m3": "m2", "m4": "m3", "m5": parent, "m6": "m5"}, texts)
    return story


def last_wins(wrong: bool) -> Story:
    story = Story()
    story.open(0.0, "A", "B", texts=("Room", "Take a bus to town"))
    keys = {tab: story.socket(1.0, tab) for tab in "AB"}
    story.fetch(10.0, "A", "PUT /plan", json.dumps({"text": "Take a tram to town"}))
    story.rewrites(10.1, "A", "Take a bus to town", "Take a tram to town")
    before = "Take a bus to town"
    if not wrong:
        story.frame(10.2, "B", keys["B"], json.dumps({"text": "Take a tram to town"}))
        story.rewrites(10.3, "B", before, "Take a tram to town")
        before = "Take a tram to town"
    story.fetch(11.0, "B", "PUT /plan", json.dumps({"text": "Take a taxi to town"}))
    story.rewrites(11.1, "B", before, "Take a taxi to town")
    story.frame(11.3, "A", keys["A"], json.dumps({"text": "Take a taxi to town"}))
    story.rewrites(11.4, "A", "Take a tram to town", "Take a taxi to town")
    return story


def refused(id_: str, text: str) -> Tell:
    """B's turn is refused for what A had written; or it is none, as B asked nothing."""

    def tell(wrong: bool) -> Story:
        story = claude()
        if wrong:
            ids = {"human_message_uuid": id_, "assistant_message_uuid": "m6"}
            body = {"prompt": text, "parent_message_uuid": "m2", "turn_message_uuids": ids}
            path = f"{ORG}/chat_conversations/9a000000-aaaa-bbbb-cccc-000000000002/completion"
            story.fetch(12.0, "B", f"POST {path}", json.dumps(body), status=409, url="https://claude.ai")
        return story

    return tell


# ── reconnects ──


def dropped(waits: Sequence[float], back: Callable[[Story, float], None] = lambda story, at: None) -> Tell:
    """A socket that breaks, attempts in vain, and the return, at which `back` says what comes; or one that holds."""

    def tell(wrong: bool) -> Story:
        story = Story()
        story.open(0.0, "A")
        connects(story, 1.0, "w0", 101)
        story.frame(1.1, "A", "w0", json.dumps({"subscribe": "news", "offset": "0"}), way="out")
        for number in range(3):
            story.frame(5.0 + number, "A", "w0", json.dumps({"offset": f"1784-{number}", "text": f"line {number}"}))
        at = 10.0
        for number, wait in enumerate(waits if wrong else (), 1):
            closes(story, at, f"w{number - 1}")
            at += wait
            connects(story, at, f"w{number}", 101 if number == len(waits) else 503)
            at += 0.02
        if wrong:
            back(story, at)
        return story

    return tell


def connects(story: Story, at: float, name: str, status: int) -> None:
    common: dict[str, Any] = {"tab": "A", "target": "page-A", "connection": name}
    story.add(SocketOpened(time=at, url="wss://example.org/live", **common))
    story.add(SocketHandshake(time=at + 0.01, status=status, **common))


def closes(story: Story, at: float, name: str) -> None:
    story.add(SocketClosed(time=at, tab="A", target="page-A", connection=name))


def replayed(story: Story, at: float) -> None:
    story.frame(at + 0.1, "A", "w1", json.dumps({"subscribe": "news", "offset": "1784-2"}), way="out")
    story.frame(at + 0.2, "A", "w1", json.dumps({"offset": "1784-3", "text": "line 3"}))


def twice(story: Story, at: float) -> None:
    story.frame(at + 0.1, "A", "w1", json.dumps({"subscribe": "news"}), way="out")
    for number in (1, 2):
        story.frame(at + 0.2, "A", "w1", json.dumps({"offset": f"1784-{number}", "text": f"line {number}"}))


def missed(wrong: bool) -> Story:
    """What was written while B's socket was down never came, though the socket did come back."""
    story, keys = room("A", "B")
    common: dict[str, Any] = {"tab": "B", "target": "page-B"}
    story.add(SocketHandshake(time=1.1, connection=keys["B"], status=101, **common))
    hears(story, 2.0, "B", keys["B"], "Good morning to all of you")
    story.says(2.05, "A", "Good morning to all of you")
    if wrong:
        story.add(SocketClosed(time=9.0, connection=keys["B"], **common))
    writes(story, 10.0, "A", FIRST)
    if wrong:
        story.add(SocketOpened(time=12.0, connection="again", url="wss://example.org/s", **common))
        story.add(SocketHandshake(time=12.1, connection="again", status=101, **common))
        story.frame(12.2, "B", "again", '{"welcome": true}')
    else:
        hears(story, 10.3, "B", keys["B"], FIRST)
    return story


def jittered(waits: Sequence[float]) -> tuple[float, ...]:
    chance = Random(2)
    return tuple(wait * chance.uniform(0.7, 1.3) for wait in waits)


rejected, suppressed = refused("m5", "Which one?"), refused("m7", "And that one?")
CHATS, BEHIND = (branches, rejected, suppressed), {"missing"}
"""Told on the seed's two sites, where what one tab writes the other lacks in any case."""
TABLE: tuple[tuple[str, Tell, set[str]], ...] = (
    ("missing", missing, {"missing"}),
    ("received and not shown", received, {"received, not shown"}),
    ("outdated", outdated, {"outdated"}),
    ("extra", extra, {"extra"}),
    ("reordered", reordered, {"reordered"}),
    ("read your writes", read_your_writes, {"read-your-writes"}),
    ("monotonic reads", monotonic_reads, {"monotonic-reads"}),
    ("monotonic writes", monotonic_writes, {"monotonic-writes", "missing"}),
    ("writes follow reads", writes_follow_reads, {"writes-follow-reads", "missing"}),
    ("branches", branches, {"conflict: branches"}),
    ("last writer wins", last_wins, {"conflict: last-wins"}),
    ("rejection", rejected, {"conflict: rejected"}),
    ("duplicate suppression", suppressed, {"conflict: suppressed"}),
    ("constant", dropped((2.0,) * 5), {"reconnect: constant"}),
    ("linear", dropped((1.0, 2.0, 3.0, 4.0, 5.0)), {"reconnect: linear"}),
    ("exponential", dropped((1.0, 2.0, 4.0, 8.0)), {"reconnect: exponential"}),
    ("capped", dropped((1.0, 2.0, 4.0, 8.0, 8.0, 8.0)), {"reconnect: exponential", "reconnect: capped"}),
    (
        "jitter",
        dropped(jittered((1.0, 2.0, 4.0, 8.0, 16.0, 32.0))),
        {"reconnect: perhaps exponential", "reconnect: jitter"},
    ),
    ("replayed after a gap", dropped((1.0,), replayed), {"reconnect: too few", "replayed after the gap"}),
    ("duplicates", dropped((1.0,), twice), {"reconnect: too few", "duplicates"}),
    ("missed after a gap", missed, {"reconnect: too few", "missing"}),
)


@pytest.mark.parametrize(("tell", "names"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_it_is_found_where_it_is_and_nowhere_else(tell: Tell, names: set[str]) -> None:
    well = findings(told(tell(False)))
    assert well == (BEHIND if tell in CHATS else set())
    assert findings(told(tell(True))) - well == names - well


def told(story: Story) -> Snapshot:
    story.events.sort(key=lambda event: event.time)
    return story.told(END_S, (PROFILE, *PROFILES))
