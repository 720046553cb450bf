from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest

from monitor import cli
from monitor.commands import divergence
from monitor.sync.channel_views import ClockView, DisplayView
from monitor.sync.snapshot import Disorder, ItemView, SeenView, Snapshot, StaleView, SubjectView, TabView, WriteView
from tests.unit.cli_captures import make_capture

SEEN = SeenView(
    tab="B", state="shown", after_s=13.21, censored=False, via="reload", event_seq=1440, confidence="content"
)
NEVER = SeenView(tab="C", state="missing", waited_s=42.0)
STALE = StaleView(tab="C", missing=("m2",), for_s=42.0, received=False)
WRITE = WriteView(
    tab="A", at=1767520800.123, seq=812, request="POST /backend-api/f/conversation", items=("m1", "m2"),
    seen=(SEEN, NEVER),
)  # fmt: skip
SUBJECT = SubjectView(
    site="chatgpt", subject="c1", tabs=("A", "B", "C"), verdict="refresh-to-sync", writes=(WRITE,), stale_now=(STALE,)
)
FOUND = Snapshot(
    subjects=(SUBJECT,), clocks=(ClockView(host="chatgpt.com", low_s=2.49507, stamps=40, events=(7,)),),
    displays=(DisplayView(site="chatgpt", channel="socket", count=2, median_s=0.001, p95_s=0.04),),
)  # fmt: skip


def found(*, stale: tuple[StaleView, ...] = (), seen: tuple[SeenView, ...] = ()) -> Snapshot:
    write = WriteView(tab="A", at=0.0, seq=1, request=None, items=("m1",), seen=seen)
    return Snapshot(subjects=(SubjectView(site="s", subject="x", writes=(write,), stale_now=stale),))


def test_the_json_is_as_documented() -> None:
    assert json.loads(json.dumps(divergence.document(Path("/a/x.syncmon"), FOUND))) == {
        "capture": "x.syncmon",
        "tabs": [],
        "subjects": [
            {
                "site": "chatgpt",
                "subject": "c1",
                "tabs": ["A", "B", "C"],
                "verdict": "refresh-to-sync",
                "losses": 0,
                "writes": [
                    {
                        "tab": "A",
                        "at": "2026-01-04T10:00:00.123Z",
                        "seq": 812,
                        "request": "POST /backend-api/f/conversation",
                        "what": "made",
                        "items": ["m1", "m2"],
                        "seen": [
                            {"tab": "B", "state": "shown", "after_s": 13.21, "censored": False, "via": "reload",
                             "prompted_by": None, "event_seq": 1440, "hidden_s": 0.0, "why": "", "also": []},
                            {"tab": "C", "state": "missing", "after_s": None, "censored": True, "via": None,
                             "prompted_by": None, "event_seq": None, "hidden_s": 0.0, "why": "", "also": []},
                        ],
                    }
                ],
                "stale_now": [
                        {"tab": "C", "missing": ["m2"], "for_s": 42.0, "received": False, "hidden": False, "why": ""}
                    ],
                "conflicts": [],
                "disorders": [], "past_disorders": [],
                "violations": [],
            }
        ],
        "clocks": [
            {"host": "chatgpt.com", "low_s": 2.4951, "high_s": None, "dates": 0, "stamps": 40, "echoes": 0,
             "since": 0.0, "jumps": 0, "at": 0.0, "events": [7]}
        ],
        "latencies": [],
        "displays": [
            {"site": "chatgpt", "channel": "socket", "count": 2, "median_s": 0.001, "p95_s": 0.04, "events": []}
        ],
    }  # fmt: skip


def test_the_table_says_who_what_and_by_what() -> None:
    text = "\n".join(divergence.table(FOUND))
    assert "chatgpt c1  tabs A B C  refresh-to-sync" in text
    assert "B  shown after 13.2 s by reload" in text
    assert "C  did not show it for 42.0 s, until the end" in text
    assert "⚠ C stale for 42.0 s: lacks m2 (never received it)" in text


def test_browser_contexts_are_told_where_there_are_several() -> None:
    tabs = (
        TabView(label="A", context=1, account="user-1"),
        TabView(label="B", context=2),
        TabView(label="C", context=1),
    )
    two = Snapshot(tabs=tabs, subjects=(SUBJECT,))
    assert list(divergence.table(two))[:2] == ["profile 1  tabs A C  user-1", "profile 2  tabs B"]
    assert not any("profile" in line for line in divergence.table(Snapshot(tabs=tabs[::2], subjects=(SUBJECT,))))
    told = divergence.document(Path("x.syncmon"), two)["tabs"]
    assert told[1] == {
        "tab": "B", "site": "", "subject": "", "context": 2, "account": "", "state": "current", "for_s": 0.0,
        "missing": (), "disorder": None, "behind": (),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("snapshot", "code", "names"),
    [
        (Snapshot(), 0, ()),
        (FOUND, 1, ("tab C is stale", "tab B was stale")),
        (found(stale=(STALE,)), 1, ("tab C",)),
        (found(stale=(StaleView(tab="C", missing=("m",), for_s=4.9, received=True),)), 0, ()),
        (found(stale=(StaleView(tab="C", missing=("m",), for_s=99.0, received=True, hidden=True),)), 0, ()),
        (found(seen=(SEEN,)), 1, ("tab B was stale for 13.2 s", "reload")),
        (found(seen=(SeenView(tab="B", state="shown", after_s=13.0, censored=False, hidden_s=12.0),)), 0, ()),
        (found(seen=(NEVER,)), 0, ()),
    ],
)
def test_fail_stale_counts_visible_time_and_says_who(
    snapshot: Snapshot, code: int, names: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert divergence.judge(snapshot, 5.0) == code
    said = capsys.readouterr().err
    assert all(name in said for name in names)
    assert bool(said) == bool(code)


@pytest.mark.parametrize(
    ("what", "for_s", "hidden", "hidden_s", "code"),
    [
        ("extra", 9.0, False, 0.0, 1), ("extra", 4.0, False, 0.0, 0), ("extra", 9.0, True, 2.0, 0),
        ("reordered", 9.0, False, 0.0, 1), ("reordered", 9.0, False, 5.0, 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ended", [None, 1767520800.0])
def test_fail_stale_counts_what_a_visible_tab_shows_too_much_or_elsewhere_now_or_before(
    what: Literal["extra", "reordered"], for_s: float, hidden: bool, hidden_s: float, code: int, ended: float | None,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    one = Disorder(tab="B", what=what, items=("m1",), for_s=for_s, hidden=hidden, hidden_s=hidden_s, ended=ended)
    now, past = ((one,), ()) if ended is None else ((), (one,))
    subject = SubjectView(site="s", subject="x", disorders=now, past_disorders=past)
    assert divergence.judge(Snapshot(subjects=(subject,)), 5.0) == code
    assert ("tab B" in capsys.readouterr().err) == (code == 1)


def test_a_tab_that_is_out_of_order_is_told_beside_the_verdict() -> None:
    one = Disorder(tab="B", what="reordered", items=("m1",), for_s=9.0, why="B shows m1 elsewhere.")
    before = Disorder(tab="A", what="extra", items=("m2",), for_s=3.0, why="A showed m2 too long.", ended=1767520800.0)
    subject = SubjectView(
        site="s", subject="x", tabs=("A", "B"), verdict="live-sync", disorders=(one,), past_disorders=(before,)
    )
    lines = list(divergence.table(Snapshot(subjects=(subject,))))
    assert lines == [
        "s x  tabs A B  live-sync, B out of order", "  · A showed m2 too long.",
        "  ⚠ B out of order for 9.0 s: m1", "       B shows m1 elsewhere.",
    ]  # fmt: skip
    told = divergence.document(Path("x"), Snapshot(subjects=(subject,)))["subjects"][0]
    assert (told["disorders"][0]["why"], told["past_disorders"][0]["ended"]) == (one.why, "2026-01-04T10:00:00.000Z")


def test_items_are_named_by_what_they_say() -> None:
    ids = ("m2", "0c8f7e5a-1111-4222-8333-944455556666", "m4", "m5", "m6")
    items = tuple(ItemView(id=one, excerpt=f"text {number}") for number, one in enumerate(ids[:2]))
    stale = StaleView(tab="C", missing=ids, for_s=42.0, received=False, why="Nothing told it.")
    seen = SeenView(tab="B", state="shown", after_s=13.21, censored=False, via="reload", event_seq=9)
    write = WriteView(
        tab="A", at=0.0, seq=1, request=None, items=("m2",), excerpt="text 0", what="changed", seen=(seen,)
    )
    subject = SubjectView(site="s", subject="x", items=items, writes=(write,), stale_now=(stale,))
    late = list(divergence.late_tabs(Snapshot(subjects=(subject,)), 5.0))
    assert late == [
        "tab C is stale for 42.0 s on s x: it lacks “text 0” (m2), “text 1”, m4 and 2 more. Nothing told it.",
        "tab B was stale for 13.2 s on s x, after tab A changed “text 0” (event 1); healed by reload.",
    ]
    assert list(divergence.table(Snapshot(subjects=(subject,))))[-1] == "       Nothing told it."


def test_what_is_said_of_the_late_holds_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    assert divergence.judge(FOUND, 5.0, lambda said: said.replace("m2", "[redacted]")) == 1
    assert "it lacks [redacted]." in capsys.readouterr().err


def test_the_command_ends_with_its_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_capture(tmp_path / "x.syncmon")
    monkeypatch.setattr("monitor.commands.analyse.snapshot", lambda capture: FOUND)
    assert cli.run(["divergence", str(path), "--json", "--fail-stale", "5s"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["subjects"][0]["verdict"] == "refresh-to-sync"
    assert "tab C is stale for 42.0 s on chatgpt c1: it lacks m2." in captured.err
    assert cli.run(["divergence", str(path), "--fail-stale", "1m"]) == 0
    assert cli.run(["divergence", str(path), "--fail-stale", "soon"]) == 2
    assert "500ms, 30s, 5m, 1h or 7d" in capsys.readouterr().err
