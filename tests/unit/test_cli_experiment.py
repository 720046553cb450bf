"""`syncmon experiment` without a browser: what there is, and what it says of what it cannot do."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import cast

import msgspec
import pytest

from monitor import cli
from monitor.capture.writer import CaptureWriter
from monitor.commands import held, trial
from monitor.commands.outcome import each, lines
from monitor.commands.patience import SLACK_S, next_turn
from monitor.commands.recorder_child import RecorderChild
from monitor.experiments.script import ALL, Script, Step, names, shipped
from monitor.model import Action, SocketClosed, Visibility
from monitor.report.model import Claim
from monitor.sync.network import Network
from tests.chats import CHATGPT, OLD, ChatStory
from tests.notes import TEXT, room, written
from tests.story import START, Story
from tests.unit.report.stories import column, told_chatgpt


def test_without_a_name_it_tells_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == list(names())


def test_one_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment", "nonsense"]) == 2
    assert "multi-tab" in capsys.readouterr().err


def test_where_nobody_can_be_asked_it_wants_to_be_told_yes(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment", "multi-tab"]) == 2
    assert "--yes" in capsys.readouterr().err


def test_a_bad_script_is_told_by_file_and_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('title = "x"', "utf-8")
    assert cli.run(["experiment", "--script", str(file)]) == 2
    assert "mine.toml" in capsys.readouterr().err


@pytest.mark.parametrize("name", names())
def test_what_it_says_is_of_what_it_is_about(name: str) -> None:
    first, *others = lines(shipped(name), column(told_chatgpt()))
    assert first == f"{shipped(name).title} — ChatGPT: refresh-to-sync"  # as the recording shows it by the way
    assert others or name == "reconnect"
    assert all(line.startswith("  · ") for line in others)


def test_all_are_those_that_there_are() -> None:
    assert set(ALL) == set(names())


def test_of_several_in_one_recording_each_tells_its_own_results_and_nothing_is_told_twice() -> None:
    story = told_chatgpt()
    first, last = story.events[0].seq, story.events[-1].seq
    marks = {"multi-tab": first, "background": last + 1, "triggers": last + 2}
    called = {name: (Claim(text="step", events=(seq,)),) for name, seq in marks.items()}
    site = msgspec.structs.replace(column(story), called=called)
    alone = list(lines(shipped("multi-tab"), site))
    wrote, hid, went = each([shipped(name) for name in marks], site)
    why = f"  · {site.results[0].why}"
    assert wrote == alone
    assert why in wrote
    assert hid == [f"{shipped('background').title} — ChatGPT: refresh-to-sync"]
    assert went[1:]
    assert not set(went) & set(wrote)
    elsewhere = msgspec.structs.replace(site, called={**called, "multi-tab": called["triggers"]})
    assert why not in next(each([shipped("multi-tab"), shipped("offline")], elsewhere))


def test_a_verdict_that_it_is_not_about_and_that_is_not_known_is_not_told() -> None:
    story = ChatStory(CHATGPT)
    story.begin(0, "A", "B", messages=OLD)
    first, *_ = lines(shipped("reconnect"), column(story))
    assert first == "How does it reconnect? — ChatGPT"


def on_focus() -> Story:
    """B shows what A wrote as it is turned to, and not before."""
    story = written()
    story.hide(16.0, "B")
    story.hide(17.0, "B", visible=True)
    story.fetch(17.05, "B", "GET /notes", says=json.dumps([{"id": "m7a1", "text": TEXT}]))
    story.says(17.1, "B", TEXT)
    return story


def test_a_site_that_asks_as_its_tab_is_turned_to_is_told_as_that() -> None:
    site = column(on_focus())
    first, *others = lines(shipped("multi-tab"), site)
    assert [row.fate for row in site.results] == ["Tab B shows stale state"]
    assert first.endswith(
        "example.org: the others show it when they are turned to: a request brings it then; not before,"
        " as far as was seen"
    )
    assert "  · Held, as far as 1 write can tell: read your writes and monotonic reads." in others
    assert not [line for line in others if "does not tell" in line or "would tell" in line]


# ── turning to a tab ──


class Browser:
    """A recorder's child as a trial sees it: what is done to its tabs is in the capture at once."""

    alive = True

    def __init__(self, path: Path, front: str) -> None:
        self.done: list[str] = []
        self._front, self._writer = front, CaptureWriter(path)
        self._say(front, True)

    def do(self, action: dict[str, str]) -> None:
        """A tab comes to the front, if it was not there."""
        if (tab := action.get("tab", "")) == "":
            return
        self.done.append(tab)
        self._writer.append(Action(time=time.time(), tab=tab, do="focus"))
        if tab != self._front:
            self._say(self._front, False)
            self._say(tab, True)
            self._front = tab
        self._writer.commit()

    def _say(self, tab: str, front: bool) -> None:
        self._writer.append(Visibility(time=time.time(), tab=tab, visible=front, focused=front))
        self._writer.commit()


@pytest.mark.parametrize(("front", "done"), [("B", ["A", "B"]), ("A", ["B"])])
def test_a_tab_that_is_in_front_is_left_before_it_is_turned_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, front: str, done: list[str]
) -> None:
    for name in ("DONE_S", "SETTLE_S"):
        monkeypatch.setattr(trial, name, 0.05)
    path, step = tmp_path / "x.syncmon", Step(do="focus", tab="other", say="Bring tab {other} to the front")
    browser = Browser(path, front)
    script = Script(title="x", answers=("results",), step=(step,))
    with trial.Trial(script, cast("RecorderChild", browser), path, None, ask=False, patience_s=1.0) as trying:
        trying.tabs = ("A", "B")
        trying.all()
    assert browser.done == done


# ── how long a tab is watched, and what can be closed in it ──


def network(story: Story) -> Network:
    found = Network()
    for event in story.events:
        found.note(event)
    return found


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ({"B": [1, 21, 41]}, 61),
        ({"B": [1, 21]}, 41),
        ({"B": [21], "A": [2, 22, 42]}, 41),
        ({"B": [1, 21, 41, 61]}, None),  # it has asked since the write
        ({"B": [21]}, None),
        ({"B": [1, 1.2, 1.4]}, None),
    ],
)
def test_a_tab_is_watched_until_it_has_asked_once_more(asked: dict[str, list[float]], due: float | None) -> None:
    story = room()
    for tab, starts in asked.items():
        for at in starts:
            story.fetch(at, tab, "GET /stock", says="[]")
    turn = next_turn(network(story), "B", START + 50)
    assert (None if turn is None else turn.at) == (
        None if due is None else pytest.approx(START + due + SLACK_S, abs=0.5)
    )


def test_a_tab_whose_socket_closed_has_none_to_close() -> None:
    story = room()
    key = story.socket(1.0, "B")
    assert held.sockets(network(story), "B") == [key]
    assert held.sockets(network(story), "A") == []
    story.add(SocketClosed(time=2.0, tab="B", target="page-B", connection=key))
    assert held.sockets(network(story), "B") == []
