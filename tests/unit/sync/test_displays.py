from __future__ import annotations

import json

import pytest

from tests.story import Story


def test_from_a_frame_to_what_the_other_tab_shows() -> None:
    story = Story()
    story.open(0, "A", "B")
    key = story.socket(0.5, "B")
    for number in range(3):
        at, text = 10.0 + 5 * number, f"A sentence that somebody wrote, number {number}"
        story.fetch(at, "A", "POST /notes", json.dumps({"text": text}))
        story.says(at + 0.06, "A", text)
        seq = story.frame(at + 1.0, "B", key, json.dumps({"text": text}))
        story.says(at + 1.2 + number / 10, "B", text)
    [display] = story.told(60).displays
    assert (display.site, display.channel, display.count) == ("example.org", "socket", 3)
    assert display.median_s == pytest.approx(0.3)
    assert display.p95_s == pytest.approx(0.4)
    assert seq in display.events


def test_what_a_reload_brought_is_no_display() -> None:
    story = Story()
    story.open(0, "A", "B")
    text = "A sentence that nobody sends to the other tab"
    story.fetch(10, "A", "POST /notes", json.dumps({"text": text}))
    story.says(10.1, "A", text)
    story.load(20, "B", ["Room", text])
    assert story.told(60).displays == ()


def test_the_tab_that_shows_it_first_counts_too() -> None:
    story = Story()
    story.open(0, "A")
    key = story.socket(0.5, "A")
    for number in range(4):
        text = f"A sentence that came by the socket as number {number}"
        story.frame(10.0 + number, "A", key, json.dumps({"text": text}))
        story.says(10.25 + number, "A", text)
    [display] = story.told(60).displays
    assert (display.channel, display.count) == ("socket", 4)
    assert display.median_s == pytest.approx(0.25)


def test_what_a_page_shows_before_its_echo_comes_is_no_display() -> None:
    story = Story()
    story.open(0, "A")
    key = story.socket(0.5, "A")
    for number in range(4):
        text = f"A sentence that the user wrote as number {number}"
        story.frame(10.0 + number, "A", key, json.dumps({"text": text}), "out")
        story.says(10.01 + number, "A", text)
        story.frame(10.1 + number, "A", key, json.dumps({"text": text}))
    assert story.told(60).displays == ()
