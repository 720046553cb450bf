from __future__ import annotations

from pathlib import Path

import pytest

from monitor.capture.filter import parse
from monitor.capture.patterns import TIME_LIMIT, clock
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.errors import FilterError
from monitor.model import Decoded, Event, Frame, Message, Push, Request, Response

FRAME = Frame(seq=150, time=1767520800.5, tab="A", connection="w3", dir="in", size=1500, text='Hello "World" straße')
DECODED = Decoded(
    layers=("json", "celsius"),
    messages=(
        Message(protocol="celsius", type="message/conversation-turn-complete"),
        Message(protocol="x", type="b", value={"payload": {"conversation_id": "c1", "n": [1, {"k": True}], "z": None}}),
    ),
)
URL = "wss://ws.chatgpt.com/p24/celsius/ws/user"


@pytest.mark.parametrize(
    "text",
    [
        "", "tab:A", "tab:a", "dir:in", "kind:FRAME", "kind:fr*", "channel:socket", "connection:w3",
        "connection:/w\\d/",
        "size:1500", "size:>1k", "size:>=1.5kB", "size:<2MB", "size:1k..2k", "size:1k..", "size:..2000", "seq:100..200",
        "opcode:text", "opcode:1", "url:celsius", "url:CHATGPT*user", "url:/p\\d+/", "hello", "HELLO",
        '"hello \\"world"',
        "STRASSE", "hel*wor", "/W[ou]rld/", "/WORLD/i", "celsius", "type:conversation-*", "type:message/*", "type:B",
        "type:/turn/", "layer:json", "protocol:celsius", "value.payload.conversation_id:c1", "value.payload.n:1",
        "value.payload.n.0:<2", "value.payload.n.k:true", "value.*.conversation_id:C*", "value:c1", "value.payload:c1",
        "value.payload.z:null",
        "-tab:B", "NOT tab:B", "-(tab:B OR tab:C)", "tab:B OR dir:in", "tab:A AND dir:in", "tab:A dir:in -kind:push",
        "(tab:B dir:in) OR size:>1k", "--tab:A", "after:2026-01-04T10:00:00Z", "before:2026-01-04T10:00:01+00:00",
        "after:2026-01-04T10:00:00.5Z", "text:hello",
    ],
)  # fmt: skip
def test_words_that_match(text: str) -> None:
    assert parse(text).matches(FRAME, DECODED, URL)
    assert not parse(f"-({text or '*'})").matches(FRAME, DECODED, URL)


@pytest.mark.parametrize(
    "text",
    [
        "tab:B", "kind:push", "dir:out", "connection:w", "size:>1500", "size:1..2", "seq:151..", "opcode:2",
        "url:claude",
        "goodbye", "/world/", "type:conversation", "type:complete", "layer:js", "value.n:1",
        "value.payload.n:3", "value.payload.n.0:>1", "status:200", "before:2026-01-04T10:00:00.5Z",
        "tab:A tab:B", "tab:B OR tab:C",
    ],
)  # fmt: skip
def test_words_that_do_not(text: str) -> None:
    assert not parse(text).matches(FRAME, DECODED, URL)


@pytest.mark.parametrize(
    ("text", "event", "expected"),
    [
        ("status:>=400", Response(time=0.0, connection="r", url="u", status=404), True),
        ("status:4*", Response(time=0.0, connection="r", url="u", status=404), True),
        ("status:>=400", Response(time=0.0, connection="r", url="u", status=200), False),
        ("method:post", Request(time=0.0, connection="r", url="u", method="POST"), True),
        ("headers:cookie", Request(time=0.0, connection="r", url="u", method="POST", headers={"Cookie": "a"}), True),
        ("stage:dispatched", Push(time=0.0, stage="dispatched", origin="o"), True),
        ("https://x/y", Request(time=0.0, connection="r", url="https://x/y?z", method="GET"), True),
        ("type:x", Push(time=0.0, stage="dispatched", origin="o"), False),
    ],
)
def test_fields_of_some_kinds(text: str, event: Event, expected: bool) -> None:
    assert parse(text).matches(event) is expected


def test_a_time_of_day_is_local_and_on_any_day() -> None:
    seconds = int(clock(FRAME.time))
    now = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    assert parse(f"after:{now}").matches(FRAME)
    assert parse(f"before:{now}.6").matches(FRAME)
    assert not parse(f"before:{now}").matches(FRAME)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("tab:A foo:bar", 6, "There is no field foo"),
        ("kindd:frame", 0, "Did you mean kind:?"),
        ("tab:A kind:fram", 11, "Did you mean frame?"),
        ("dir:up", 4, "There are in, out"),
        ('a "b', 2, "This quote is never closed"),
        ("a (b", 2, "never closed"),
        ("a) b", 1, "closes nothing"),
        ("a OR", 4, "missing at the end"),
        ("OR a", 0, "OR needs a word on both sides"),
        ("a OR OR b", 5, "OR needs a word"),
        ("-", 0, "needs a word"),
        ("size:big", 5, "takes a number or a range"),
        ("size:..", 5, "takes a number or a range"),
        ("size:5q", 5, "takes a number or a range"),
        ("after:noon", 6, "takes a time"),
        ("x /a(b/", 6, "The regular expression is wrong"),
        ("tab: A", 0, "tab: needs a value"),
        ("(" * 30 + "a" + ")" * 30, 0, "levels of parentheses"),
        ("a " * 100, 2000, "more than 64 words"),
        ("a" * 3000, 2000, "longer than"),
        ("/" + "a" * 600 + "/", 1, "longer than 500"),
    ],
)
def test_what_does_not_parse_points_at_the_character(text: str, position: int, words: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert words in str(caught.value)
    assert caught.value.position == position
    assert caught.value.exit_code == 2


def test_a_runaway_regular_expression_is_stopped() -> None:
    runaway = Frame(time=0.0, connection="w", dir="in", text="a" * 5000 + "b")
    with pytest.raises(FilterError, match=f"longer than {TIME_LIMIT} s") as caught:
        parse("x OR /(a|aa)+$/").matches(runaway)
    assert caught.value.position == 6


def test_many_stars_do_not_run_away() -> None:
    text = "a*" * 60 + "b"
    assert not parse(text).matches(Frame(time=0.0, connection="w", dir="in", text="a" * 100_000))


@pytest.mark.parametrize(
    ("text", "exact", "needs_decoding"),
    [("tab:A url:x y", True, False), ("/x/", False, False), ("type:x", False, True), ("-(a OR type:x)", False, True)],
)
def test_a_query_knows_what_it_takes(text: str, exact: bool, needs_decoding: bool) -> None:
    query = parse(text)
    assert (query.exact, query.needs_decoding) == (exact, needs_decoding)


def test_the_deepest_and_longest_filter_is_not_too_much_for_sql(tmp_path: Path) -> None:
    CaptureWriter(tmp_path / "a.syncmon").close()
    filters = ["-(a " * 9 + "b" + ")" * 9, "(a OR " * 19 + "b" + ")" * 19, "-" * 18 + "(tab:A OR url:x)"]
    filters += [" OR ".join(["a"] * 64), " ".join(["url:a"] * 64)]
    with Capture(tmp_path / "a.syncmon") as capture:
        assert [capture.count(parse(text)) for text in filters] == [0] * 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tab:A or tab:B", ["or is looked for as a word", "OR, it joins"]),
        ("not tab:A", ["not is looked for as a word", "NOT, it negates"]),
        ("fish And chips", ["and is looked for as a word", "AND, it joins"]),
        ("a or (b and c)", ["OR, it joins", "AND, it joins"]),
        ("tab:A OR tab:B", []),
        ('tab:A "or" tab:B', []),
        ("or", []),
        ("tab:A oracle", []),
    ],
)
def test_a_small_or_is_a_word_and_says_so(text: str, words: list[str]) -> None:
    query = parse(text)
    assert [word for word in words if word in query.hint] == words
    assert bool(query.hint) is bool(words)
