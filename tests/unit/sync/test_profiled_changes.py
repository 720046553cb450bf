"""Items that are edited and removed, on a site with a profile: each change is a write with its own waits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.model import Block, Shown
from monitor.sites.profile import parse_profile
from monitor.sync.snapshot import SubjectView, WriteView
from tests.story import START, Story

SITE = "https://todo.example.org"
URL = f"{SITE}/list/home"
PROFILE = parse_profile(
    """
name = "todo"
hosts = ["todo.example.org"]
routes = ["/list/{subject}"]
write = [
  {request = "POST /api/{subject}", items = "[{id: uid, text: title}]"},
  {request = "PUT /api/{subject}/{item}", items = "[{text: title}]"},
  {request = "DELETE /api/{subject}/{item}", removed = true},
]
read = [
  {request = "GET /api/{subject}", items = "todos[].{id: uid, text: title}", whole = true},
  {channel = "sse", type = "changed", items = "[todo.{id: uid, text: title}]"},
  {channel = "sse", type = "gone", items = "[{id: uid}]", removed = true},
]
show = [{name = "todo", selector = "li", id = "data-uid"}]
""",
    "todo.toml",
)


class TodoStory(Story):
    """Tabs A and B of one list, which both loaded, and what each shows of it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, dict[str, str]] = {}
        self.begin(0, "A")
        self.begin(0.5, "B")

    def begin(self, at: float, tab: str, lines: dict[str, str] | None = None, how: Any = "load") -> None:
        """A tab loads the list."""
        self.lines[tab] = {}
        self.load(at, tab, ("Home",), url=URL, how=how)
        todos = [{"uid": id_, "title": title} for id_, title in (lines or {}).items()]
        self.fetch(at + 0.2, tab, "GET /api/home", says=json.dumps({"todos": todos}), url=SITE)
        self.list(at + 0.4, tab, lines or {})

    def list(self, at: float, tab: str, lines: dict[str, str]) -> None:
        """A tab shows these lines now."""
        before, self.lines[tab] = self.lines[tab], lines
        slots = {id_: 10 + int(id_[1:]) for id_ in {**before, **lines}}
        blocks = tuple(Block(slot=slots[id_], text=text, id=id_, path="body/ul/li") for id_, text in lines.items())
        self.add(
            Shown(
                time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", url=URL, document=self.document_of(tab),
                rule="todo", blocks=blocks, gone=tuple(slots[id_] for id_ in before if id_ not in lines),
            )
        )  # fmt: skip

    def add_line(self, at: float, title: str) -> None:
        """A adds a line, and shows it when it is answered."""
        self.fetch(at, "A", "POST /api/home", json.dumps({"uid": "t1", "title": title}), url=SITE)
        self.list(at + 0.1, "A", {"t1": title})

    def edit(self, at: float, title: str) -> None:
        """A edits the line."""
        self.fetch(at, "A", "PUT /api/home/t1", json.dumps({"title": title}), url=SITE)
        self.list(at + 0.1, "A", {"t1": title})

    def remove(self, at: float, status: int = 200) -> None:
        """A removes the line."""
        self.fetch(at, "A", "DELETE /api/home/t1", url=SITE, status=status)
        self.list(at + 0.1, "A", {} if status < 400 else {"t1": "Buy milk"})


def told(story: TodoStory, until: float) -> SubjectView:
    return story.subject(until, [PROFILE])


def fared(write: WriteView) -> tuple[str, str, str | None, float | None]:
    [seen] = write.seen
    return write.what, write.excerpt, seen.via, seen.after_s if seen.after_s is None else round(seen.after_s, 2)


def test_an_edit_is_a_write_of_its_own() -> None:
    story = TodoStory()
    story.add_line(10, "Buy milk")
    story.edit(14, "Buy two milks")
    story.begin(16, "B", {"t1": "Buy two milks"}, how="reload")
    made, changed = told(story, 20).writes
    assert fared(made) == ("made", "Buy milk", "reload", 6.35)
    assert fared(changed) == ("changed", "Buy two milks", "reload", 2.35)
    assert changed.request == "PUT /api/home/t1"
    assert made.seen[0].why.startswith("B lacked t1 for 6.4 s, until it loaded the page again.")


def test_a_tab_that_shows_the_text_of_before_is_outdated_until_it_shows_the_new_one() -> None:
    story = TodoStory()
    story.add_line(10, "Buy milk")
    story.begin(12, "B", {"t1": "Buy milk"}, how="reload")
    story.edit(20, "Sell the car")
    subject = told(story, 25)
    [stale] = subject.stale_now
    assert (stale.tab, stale.missing) == ("B", ("t1",))
    assert {item.id: item.cells["B"].state for item in subject.items} == {"t1": "outdated"}
    story.sse(26, "B", json.dumps({"type": "changed", "todo": {"uid": "t1", "title": "Sell the car"}}))
    story.list(26.1, "B", {"t1": "Sell the car"})
    made, changed = told(story, 30).writes
    assert fared(made) == ("made", "Buy milk", "reload", 2.35)
    assert fared(changed)[2:] == ("sse", 6.05)


def test_what_is_removed_is_extra_where_it_stands_until_the_tab_lets_go_of_it() -> None:
    story = TodoStory()
    story.add_line(10, "Buy milk")
    story.begin(12, "B", {"t1": "Buy milk"}, how="reload")
    story.remove(20)
    subject = told(story, 24)
    [disorder] = subject.disorders
    assert (disorder.tab, disorder.what, disorder.items) == ("B", "extra", ("t1",))
    assert disorder.for_s == pytest.approx(4, abs=0.1)
    story.begin(25, "B", {}, how="reload")
    subject = told(story, 30)
    assert subject.disorders == ()
    removed = subject.writes[-1]
    assert fared(removed) == ("removed", "Buy milk", "reload", 5.05)
    assert removed.seen[0].why == "B showed t1 for 5.0 s after it was gone, until it loaded the page again."
    assert fared(subject.writes[0]) == ("made", "Buy milk", "reload", 2.35)
    assert removed.at == pytest.approx(START + 20.05)


def test_a_message_that_says_it_is_gone_ahead_of_the_answer_brings_it() -> None:
    story = TodoStory()
    story.add_line(10, "Buy milk")
    story.begin(12, "B", {"t1": "Buy milk"}, how="reload")
    story.sse(20.01, "B", json.dumps({"type": "gone", "uid": "t1"}))
    story.list(20.02, "B", {})
    story.remove(20)
    story.events.sort(key=lambda event: event.time)
    removed = told(story, 24).writes[-1]
    assert removed.what == "removed"
    assert [(seen.tab, seen.via, round(seen.after_s or 0, 1)) for seen in removed.seen] == [("B", "sse", 0.0)]


def test_a_refused_removal_removes_nothing() -> None:
    story = TodoStory()
    story.add_line(10, "Buy milk")
    story.begin(12, "B", {"t1": "Buy milk"}, how="reload")
    story.remove(20, status=403)
    subject = told(story, 24)
    assert subject.disorders == ()
    assert [write.what for write in subject.writes] == ["made"]
