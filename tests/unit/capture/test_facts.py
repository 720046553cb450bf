from __future__ import annotations

import sqlite3
from pathlib import Path

from monitor.capture.facts import Facts, hosts, read
from monitor.capture.shelf import shelf
from monitor.capture.writer import CaptureWriter
from monitor.model import Event, Frame, Gap, Navigation, Recording

STORY: tuple[Event, ...] = (
    Recording(time=10.0, state="started"),
    Navigation(time=12.0, tab="A", url="https://a.example:8443/x"),
    Gap(time=11.0, tab="B", reason="r"),
    Frame(time=13.0, connection="w1", dir="in", text="x"),
)


def test_facts_of_events_in_pieces_are_those_of_all() -> None:
    whole, pieces = Facts(), Facts()
    whole.feed(STORY, 4)
    pieces.feed(STORY[:2], 2)
    pieces.feed(STORY[2:], 4)
    pieces.feed((), 9)
    assert whole == pieces == read(whole.written())
    assert (whole.began, whole.ended, whole.events, whole.gaps, whole.state) == (10.0, 13.0, 4, 1, "started")
    assert (whole.tabs, whole.sites) == ({"A", "B"}, {"a.example:8443"})


def test_a_head_that_cannot_be_read_has_no_facts() -> None:
    assert read(None) == read("{") == read('{"until": "x"}') == Facts()
    assert hosts(["http://[", "about:blank", None, "https://b.example/"]) == {"b.example"}


def test_what_utf_8_cannot_hold_is_marked_in_the_head() -> None:
    facts = Facts(tabs={"\ud800"}, sites={"a\udfff.example"})
    assert read(facts.written()) == Facts(tabs={"\ufffd"}, sites={"a\ufffd.example"})
    assert facts.tabs == {"\ud800"}


def test_a_list_reads_only_what_came_after_the_facts(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    writer.extend(STORY)
    writer.close()
    database = sqlite3.connect(writer.path)
    database.execute("UPDATE events SET kind = 'frame' WHERE kind = 'gap'")  # to see that it is not read again
    database.execute(
        "INSERT INTO events (seq, time, kind, tab, data) VALUES (5, 20.0, 'gap', 'C', ?)", ['{"reason": "r"}']
    )
    database.commit()
    database.close()
    (held,) = shelf(tmp_path)
    assert (held.events, held.gaps, held.tabs, held.ended) == (5, 2, 3, 20.0)
