from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.capture.complete import apply, complete, known_values
from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.model import Mark, Request, SocketOpened

KNOWN = {"tab": ("B", "A"), "url": ("x.example", "with space"), "type": ("turn-complete", "message/turn"),
         "value.id": ("c1",)}  # fmt: skip


def texts(text: str, cursor: int | None = None) -> list[str]:
    return [choice.text for choice in complete(text, len(text) if cursor is None else cursor, KNOWN)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tab", ["tab:"]),
        ("kind:fr", ["frame"]),
        ("tab:", ["B", "A"]),
        ("tab:a", ["A"]),
        ("x -ta", ["tab:", "target:"]),
        ("(ta", ["tab:", "target:"]),
        ("type:turn", ["turn-complete", "message/turn"]),
        ("url:w", ['"with space"']),
        ('url:"with s', ['"with space"']),
        ("value.", ["value.id:"]),
        ("dir:", ["in", "out"]),
        ("url:/x", []),
        ('"some te', []),
        ("nothing:x", []),
    ],
)
def test_choices(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_the_first_choices_are_those_asked_for_most() -> None:
    assert texts("")[:3] == ["tab:", "dir:", "kind:"]
    assert complete("", 0, {})[0].about == "A, B, …"


def test_a_choice_goes_where_the_word_stood() -> None:
    text = "tab:A ki url:x"
    (choice,) = [one for one in complete(text, 8, {}) if one.text == "kind:"]
    assert apply(text, choice) == ("tab:A kind: url:x", 11)
    (choice,) = complete("tab:A kind:fram url:x", 15, {})
    assert apply("tab:A kind:fram url:x", choice) == ("tab:A kind:frame url:x", 16)
    assert apply("kind:fram", complete("kind:fram", 9, {})[0]) == ("kind:frame ", 11)


@given(st.text(max_size=20), st.integers(0, 20), st.lists(st.text(min_size=1, max_size=6), max_size=4))
def test_any_text_can_be_completed_and_its_values_parse(text: str, cursor: int, values: list[str]) -> None:
    cursor = min(cursor, len(text))
    for choice in complete(text, cursor, {"url": tuple(values)}):
        assert 0 <= choice.start <= choice.end == cursor
    for choice in complete("url:", 4, {"url": tuple(value for value in values if value.isalnum())}):
        parse("url:" + choice.text)


def test_what_a_capture_has(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    writer.append(SocketOpened(time=1.0, tab="A", connection="w1", url="wss://ws.example.org/x?y"))
    writer.append(Request(time=2.0, tab="B", connection="r1", method="PATCH", url="https://x.example/"))
    writer.append(Request(time=3.0, tab="B", connection="r2", method="PATCH", url="https://x.example/b"))
    writer.append(Mark(time=4.0, text="the start"))
    writer.close()
    with Capture(writer.path) as capture:
        known = known_values(capture)
    assert known["tab"] == ("B", "A")
    assert known["method"] == ("PATCH",)
    assert set(known["url"]) == {"ws.example.org", "x.example"}
    assert known["since"] == ("mark", "the start", "B-write", "A-write")
    assert [choice.text for choice in complete("since:th", 8, known)] == ['"the start"']
