"""Texts that two tabs edit together: who follows in time lacks nothing, who does not lacks the rest."""

from __future__ import annotations

from hypothesis import assume, example, given
from hypothesis import strategies as st

from monitor.model import Block, Shown
from monitor.sync.analysis import Analysis
from monitor.sync.departed import EXCERPT
from monitor.sync.lines import REST_S
from monitor.sync.snapshot import SubjectView
from tests.story import PAGE, START, Story

WORDS = ("harbour", "rope", "lantern", "winter", "kettle", "orchard", "quarry", "violin")
PAD = "body/div#pad"
STEP = 0.3

Edits = list[tuple[int, str, str]]
EDITS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(("line", "word", "less", "drop")), st.sampled_from(WORDS)),
    min_size=6, max_size=16,
)  # fmt: skip


def states(edits: Edits) -> list[list[tuple[int, str]]]:
    """What the text is after each edit: its lines, each with the element that holds it. No two lines are the same,
    and none ends in a space, which a page does not show.
    """
    lines: list[tuple[int, str]] = [(0, "title of all")]
    found, made = [list(lines)], 0
    for place, how, word in edits:
        at, made = place % len(lines), made + 1
        slot, text = lines[at]
        if how == "line":
            lines.insert(at + 1, (made, f"{word} line {'x' * made}"))
        elif how == "drop" and at and len(lines) > 2:
            del lines[at]
        else:
            less = how != "word" and len(text) > 8
            lines[at] = (slot, text[:-2].rstrip() if less else f"{text} {word}")
        if len({text for _, text in lines}) == len(lines):
            found.append(list(lines))
        else:
            lines = list(found[-1])
    return found


class Pads(Story):
    """Two tabs with an editor each, of which A's user types."""

    def __init__(self) -> None:
        super().__init__()
        self.open(0, "A", "B")
        self.sockets = {tab: self.socket(1.0, tab) for tab in "AB"}
        self._had: dict[str, dict[int, str]] = {"A": {}, "B": {}}

    def holds(self, at: float, tab: str, lines: list[tuple[int, str]]) -> None:
        """The editor in a tab has these lines now."""
        had, self._had[tab] = self._had[tab], dict(lines)
        blocks = tuple(
            Block(slot=900 + n, text=text, length=len(text), path=f"{PAD}/p", editable=True, editor=PAD)
            for n, text in lines
            if had.get(n) != text
        )
        self.add(
            Shown(time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", document=self.document_of(tab), url=PAGE,
                  blocks=blocks, gone=tuple(900 + n for n in had if n not in self._had[tab]),
                  order=tuple(900 + n for n, _ in lines))
        )  # fmt: skip

    def views(self, until: float) -> list[SubjectView]:
        """What the analysis says after each event, and at the end."""
        analysis, found = Analysis(), []
        for event in sorted(self.events, key=lambda event: event.time):
            analysis.feed(event)
            found.append(analysis.snapshot())
        analysis.tick(START + until)
        return [one.subjects[0] for one in (*found, analysis.snapshot()) if one.subjects]


@given(EDITS, st.floats(0.05, REST_S - 0.4), st.integers(1, 3))
def test_who_follows_in_time_lacks_nothing(edits: Edits, late: float, every: int) -> None:
    pads, now = Pads(), 5.0
    found, late = states(edits), min(late, REST_S - 0.2 - every * STEP)
    for number, lines in enumerate(found):
        now = 5.0 + number * STEP
        pads.frame(now, "A", pads.sockets["A"], b"\0\2\1edit", "out")
        pads.holds(now + 0.01, "A", lines)
        if number % every == 0 or lines is found[-1]:  # it is not looked at each time
            pads.frame(now + late, "B", pads.sockets["B"], b"\0\2\1edit")
            pads.holds(now + late + 0.02, "B", lines)
    for view in pads.views(now + 30.0):
        assert (view.stale_now, view.disorders) == ((), ())


WAYS = ("line", "word", "less", "less", "line", "line", "line", "less", "less")
BACK: Edits = [(0, how, "harbour") for how in WAYS]


@given(EDITS, st.integers(2, 5))
@example(BACK, 2)
def test_who_follows_no_more_lacks_what_it_does_not_show(edits: Edits, until: int) -> None:
    pads, now = Pads(), 5.0
    found = states(edits)
    assume(all(len(text) <= EXCERPT for lines in found for _, text in lines))  # else views cut them
    until = min(until, len(found) - 1)
    for number, lines in enumerate(found):
        now += STEP if number != until else 4 * REST_S
        before = set(found[max(0, number - 1)])
        said = " ".join(text for one in lines if one not in before for text in one[1:])
        pads.frame(now, "A", pads.sockets["A"], b"\0\2\1edit" + said.encode(), "out")
        pads.holds(now + 0.01, "A", lines)
        if number < until:
            pads.frame(now + 0.1, "B", pads.sockets["B"], b"\0\2\1edit")
            pads.holds(now + 0.12, "B", lines)
    view = pads.views(now + 30.0)[-1]
    texts = {item.id: item.excerpt for item in view.items}
    mine, theirs = ({text for _, text in lines} for lines in (found[-1], found[until - 1]))
    lacked = {texts[item] for one in view.stale_now for item in one.missing}
    extra = {texts[item] for one in view.disorders for item in one.items}
    assert lacked <= mine - theirs
    assert extra <= theirs - mine
    if mine != theirs:
        assert lacked | extra
