"""Tasks are added while users look through filters that they change: nobody lacks any, beside one who sees all."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import SubjectView
from tests.laws import examples
from tests.story import START, Story

TABS = "ABC"
VIEWS = ("all", "open", "done")
NAMES = ("oat", "rye", "fig", "pea", "yam", "nut", "dill", "mint", "sage", "leek", "kale", "plum")
Step = tuple[str, str, bool]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(TABS), st.booleans()),
        st.tuples(st.sampled_from(VIEWS), st.sampled_from(TABS[:2]), st.booleans()),
    ),
    max_size=8,
)


@dataclass
class Tasks:
    """Tasks in three tabs, each of which shows those that its user's filter lets through."""

    story: Story = field(default_factory=Story)
    rows: list[tuple[str, bool]] = field(
        default_factory=lambda: [(f"Buy {n}", k % 2 == 1) for k, n in enumerate(NAMES)]
    )
    view: dict[str, str] = field(default_factory=lambda: dict.fromkeys(TABS, "all"))
    sockets: dict[str, str] = field(default_factory=dict)

    def open(self) -> None:
        """All tabs load, and show all."""
        for tab in TABS:
            self.story.open(0.0, tab, texts=["Tasks"])
            self.sockets[tab] = self.story.socket(0.3, tab)
            says = json.dumps([self.record(number) for number in range(len(self.rows))])
            self.story.fetch(0.4, tab, "GET /tasks", says=says)
            self.draw(0.5, tab)

    def record(self, number: int) -> dict[str, object]:
        """A row as the server tells it."""
        text, done = self.rows[number]
        return {"id": f"k{number}row", "text": text, "done": done}

    def draw(self, at: float, tab: str) -> None:
        """A tab shows what its filter lets through."""
        wanted = [text for text, done in self.rows if self.view[tab] in ("all", "done" if done else "open")]
        self.story.redraws(at, tab, "Tasks", *wanted)

    def step(self, at: float, what: str, tab: str, done: bool) -> None:
        """A task is added in a tab, or its filter changed."""
        if what != "add":
            self.view[tab] = what
            self.draw(at, tab)
            return
        self.rows.append((f"Sell {NAMES[len(self.rows) % len(NAMES)]} number {len(self.rows)}", done))
        record = self.record(len(self.rows) - 1)
        self.story.fetch(at, tab, "POST /tasks", json.dumps({"text": record["text"], "done": done}))
        for place, other in enumerate(TABS):
            self.story.frame(at + 0.06, other, self.sockets[other], json.dumps({"op": "add", "item": record}))
            self.draw(at + 0.1 + place / 50, other)


@examples(30)
@given(STEPS)
def test_nobody_lacks_what_a_filter_leaves_out(steps: list[Step]) -> None:
    tasks, analysis = Tasks(), Analysis()
    tasks.open()
    for number, (what, tab, done) in enumerate(steps):
        tasks.step(10.0 + 4 * number, what, tab, done)
    before = START
    for event in tasks.story.events:
        if event.time - before > 3.0:
            analysis.tick(event.time - 0.01)
            told(analysis)
        before = event.time
        analysis.feed(event)
    analysis.tick(before + 20.0)
    seen = [one for write in told(analysis).writes for one in write.seen]
    assert [one for one in seen if one.censored or (one.after_s or 0.0) > 1.0] == []


def told(analysis: Analysis) -> SubjectView:
    """What is known by now, in which nothing is wrong."""
    [found] = analysis.snapshot().subjects
    assert ([one.tab for one in found.stale_now], found.violations, found.disorders) == ([], (), ())
    return found
