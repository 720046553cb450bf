"""Elle's history: read back, and held to the rules that Jepsen has for one."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.decode import Decoder
from monitor.errors import UsageError
from monitor.export import elle, find
from monitor.model import Chunk
from monitor.sync.analysis import Analysis
from tests.chats import CONVERSATION, NEW, OLD, PROFILES, chatgpt
from tests.notes import TEXT, written
from tests.story import START, Story

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s,\[\]{}]+')
KEY = f"chatgpt {CONVERSATION}"


def parsed(text: str) -> Any:
    """An EDN value of those that the export writes: maps, vectors, strings, keywords, integers and nil."""
    tokens = TOKEN.findall(text)

    def value() -> Any:
        token = tokens.pop(0)
        if token in "[{":
            found = []
            while tokens[0] not in "]}":
                found.append(value())
            tokens.pop(0)
            return found if token == "[" else dict(zip(found[::2], found[1::2], strict=True))
        if token.startswith('"'):
            return token[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        return None if token == "nil" else token if token.startswith(":") else int(token)

    found = value()
    assert tokens == []
    return found


def exported(story: Story, folder: Path) -> list[dict[str, Any]]:
    """The history of a story."""
    writer = CaptureWriter(folder / "a.syncmon")
    for event in story.events:
        writer.append(event)
    writer.close()
    out = io.StringIO()
    with Capture(writer.path, Decoder) as capture:
        count = find("elle").export(capture, None, out, True)
    lines = [parsed(line) for line in out.getvalue().splitlines()]
    assert len(lines) == count
    check(lines)
    return lines


def check(lines: list[dict[str, Any]]) -> None:
    """What Jepsen asks of a history: indexed, in time order, each process does one thing at a time, and nothing is read
    before it is appended.
    """
    assert [line[":index"] for line in lines] == list(range(len(lines)))
    assert [line[":time"] for line in lines] == sorted(line[":time"] for line in lines)
    running: dict[int, Any] = {}
    crashed = set()
    for line in lines:
        process = line[":process"]
        assert process not in crashed
        if line[":type"] == ":invoke":
            assert process not in running
            running[process] = line[":value"]
        else:
            asked = running.pop(process)
            assert [(f, key) for f, key, _ in asked] == [(f, key) for f, key, _ in line[":value"]]
            crashed |= {process} if line[":type"] == ":info" else set()
    assert running == {}
    appended = [(key, item) for line in lines for f, key, item in line[":value"] if f == ":append" and done(line)]
    assert len(appended) == len(set(appended))
    begun: set[tuple[str, str]] = set()
    for line in lines:
        for f, key, items in line[":value"]:
            if f == ":append":
                begun.add((key, items))
            elif done(line):
                assert {(key, item) for item in items} <= begun & set(appended)


def done(line: dict[str, Any]) -> bool:
    return bool(line[":type"] == ":ok")


def reads(lines: list[dict[str, Any]], tab: str) -> list[list[str]]:
    """What a tab read."""
    return [
        items for line in lines if done(line) and line.get(":tab") == tab for f, _, items in line[":value"] if f == ":r"
    ]


def test_a_turn_is_appended_by_its_tab_and_read_where_it_is_shown(tmp_path: Path) -> None:
    story = chatgpt()
    story.chat(4.0, "A", OLD)
    story.chat(4.0, "B", OLD | {"m0": ("user", "x")})
    story.load_chat(23.0, "B", NEW)
    story.chat(27.0, "B", NEW | {"m9": ("user", "y")})
    lines = exported(story, tmp_path)
    [(invoked, ok)] = [
        (one, two) for one in lines for two in lines
        if one[":value"] == two[":value"] == [[":append", KEY, "m3"]] and one[":type"] == ":invoke" and done(two)
    ]  # fmt: skip
    assert (invoked[":tab"], invoked[":process"]) == ("A", ok[":process"])
    assert ok[":time"] - invoked[":time"] == pytest.approx(100_000_000, abs=1000)
    assert reads(lines, "A")[-1] == ["m1", "m2", "m3", "m4"]
    assert reads(lines, "B")[-1] == ["m1", "m2", "m3", "m4"]
    others = [line for line in lines if ":tab" not in line and done(line)]
    assert [line[":value"][0][2] for line in others] == ["m1", "m2", "m4"]


def test_what_a_page_shows_a_moment_before_what_brought_it_is_appended_by_then() -> None:
    story = chatgpt()
    story.events.sort(key=lambda event: event.time)
    chunk = next(event for event in story.events if isinstance(event, Chunk) and "m4" in (event.text or ""))
    story.chat(chunk.time - START - 0.008, "A", OLD | {"m3": NEW["m3"], "m4": ("assistant", "")})
    story.events.insert(story.events.index(chunk) + 1, story.events.pop())
    watched = elle.Watched(Analysis(PROFILES))
    for event in story.events:
        watched.feed(event)
    brought, seen = [one for one in watched.operations() if "m4" in (*one.appends, *(one.read or ()))][:2]
    assert brought.appends == ("m4",)
    assert brought.start <= seen.start < chunk.time


def test_a_page_without_a_profile(tmp_path: Path) -> None:
    story = Story()
    story.open(0.0, "A", "B")
    key = story.socket(1.0, "A")
    story.frame(10.0, "A", key, '{"text": "Water the plants"}', "out")
    story.says(10.1, "A", "Water the plants")
    story.says(11.0, "B", "Water the plants")
    story.frame(11.1, "B", story.socket(1.1, "B"), '{"text": "Water the plants"}')
    lines = exported(story, tmp_path)
    assert (reads(lines, "A"), reads(lines, "B")) == ([[], ["t2"], ["t2"]], [[], ["t2"], ["t2"]])


def test_a_tab_that_stays_behind_is_read_after_the_write_and_again_once_it_was_loaded(tmp_path: Path) -> None:
    story = written()
    story.load(20.0, "B", ["Room"])
    story.says(20.1, "B", TEXT)
    story.close(30.0, "A")
    lines = exported(story, tmp_path)
    [appended] = [line[":time"] for line in lines if done(line) and line[":value"][0][0] == ":append"]
    assert reads(lines, "B") == [[], ["t2"], ["t2"]]
    [stale, *_] = [line[":time"] for line in lines if done(line) and line.get(":tab") == "B"]
    assert stale < appended
    assert reads(lines, "A") == [[], ["t2"]]

    (tmp_path / "lasting").mkdir()
    lines = exported(written(), tmp_path / "lasting")
    assert reads(lines, "B")[-1] == []
    assert [line[":time"] for line in lines if line.get(":tab") == "B"][-1] > appended


def test_the_processes_of_writes_that_overlap_fail_or_stay_open() -> None:
    one = elle.Operation(1.0, 5.0, "A", "k", appends=("a",))
    two = elle.Operation(2.0, None, "A", "k", appends=("b",))
    read = elle.Operation(3.0, 3.0, "A", "k", read=())
    three = elle.Operation(6.0, 6.5, "A", "k", appends=("c",), failed=True)
    lines = elle.history(iter([one, two, read, three]))
    told = [parsed(elle.edn(line, number, 0.0)) for number, line in enumerate(lines)]
    assert [(line[":type"], line[":process"]) for line in told] == [
        (":invoke", 0), (":invoke", 1), (":info", 1), (":ok", 0), (":invoke", 0), (":ok", 0), (":invoke", 0),
        (":fail", 0),
    ]  # fmt: skip
    assert told[5][":value"] == [[":r", "k", []]]


def test_a_part_of_a_history_is_none(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    writer.close()
    with Capture(writer.path, Decoder) as capture, pytest.raises(UsageError):
        find("elle").export(capture, parse("tab:A"), io.StringIO(), True)
