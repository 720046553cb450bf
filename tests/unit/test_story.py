"""The sentences: each is told once, and the table says the longest wait of each subject."""

from __future__ import annotations

import json

from monitor.commands.story import Storyteller, multi_tab_table
from tests.story import Story

TEXT = "Buy oat milk"


def written() -> Story:
    story = Story()
    story.open(0, "A", "B")
    story.fetch(9.95, "A", "POST /notes", json.dumps({"text": TEXT}))
    story.says(10.01, "A", TEXT)
    return story


def healed() -> Story:
    story = written()
    story.load(15.0, "B", ("Room", TEXT))
    story.fetch(15.05, "B", "GET /notes", says=json.dumps([TEXT]))
    return story


def test_each_thing_is_told_once_and_in_order() -> None:
    teller = Storyteller()
    [wrote, stale] = teller.tell(written().told(until=14.0))
    assert "A  ▲ wrote “Buy oat milk”  POST /notes" in wrote
    assert "B  ⚠ is stale for 4.0 s: it lacks 1 item (received nothing of them)" in stale
    assert list(teller.tell(written().told(until=14.5))) == []
    [caught_up] = teller.tell(healed().told(until=18.0))
    assert caught_up.endswith("B  ✓ shows it after 5.1 s, by reload")


def test_the_table_is_markdown_with_the_longest_wait() -> None:
    head, rule, row = multi_tab_table(healed().told(until=18.0), {})
    assert [cell.strip() for cell in head.split("|")[1:6]] == ["Platform", "Test", "Result", "Wait time", "Healed by"]
    assert len(head) == len(rule) == len(row)
    assert set(rule) == set("| -")
    assert [cell.strip() for cell in row.split("|")[1:6]] == [
        "example.org", "Send message in tab A", "Tab B shows stale state", "5.1 s", "reload",
    ]  # fmt: skip


def test_a_wait_that_is_not_over_is_no_number() -> None:
    *_, row = multi_tab_table(written().told(until=30.0), {})
    assert "20.0 s+" in row
    assert "nothing, so far" in row


def test_who_has_waited_but_a_moment_does_not_keep_up_yet() -> None:
    *_, row = multi_tab_table(written().told(until=10.5), {})
    assert "Tab B did not show it yet" in row


def test_nothing_written_is_a_table_without_rows() -> None:
    story = Story()
    story.open(0, "A", "B")
    assert len(list(multi_tab_table(story.told(), {}))) == 2
