"""Texts that tabs edit together: who is behind in them and with which lines, and what stays a tab's own draft."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from monitor.model import Block, Shown
from monitor.sync.editors import REST_S
from monitor.sync.snapshot import SubjectView
from tests.story import PAGE, Story

PAD = "body/div#pad"
TEXT = ("Minutes of the meeting", "Present: Ann and Bob", "Apologies from Cara")


class Pad(Story):
    """Tabs on one page with an editor, each with a socket."""

    def __init__(self, editor: str = PAD) -> None:
        super().__init__()
        self.editor = editor
        self.open(0, "A", "B")
        self.sockets = {tab: self.socket(1.0, tab) for tab in "AB"}
        self._lines: dict[str, list[str]] = {}

    def holds(self, at: float, tab: str, lines: Sequence[str]) -> None:
        """The editor in a tab has these lines now; its elements are used again, from the top."""
        old = self._lines.get(tab, [])
        blocks = tuple(
            Block(
                slot=900 + n,
                text=line,
                length=len(line),
                path=f"{self.editor}/p:{n}",
                editable=True,
                editor=self.editor,
            )
            for n, line in enumerate(lines)
            if old[n : n + 1] != [line]
        )
        gone = tuple(range(900 + len(lines), 900 + len(old)))
        self._lines[tab] = list(lines)
        self.add(
            Shown(time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", document=self.document_of(tab), url=PAGE,
                  blocks=blocks, gone=gone)
        )  # fmt: skip

    def types(self, at: float, tab: str, lines: Sequence[str], *others: str) -> float:
        """A tab types its last line letter by letter and sends each; the others follow. When that is over."""
        *head, last = lines
        for n in range(1, len(last) + 1):
            now = at + n * 0.1
            self.frame(now, tab, self.sockets[tab], bytes([0, 2, n, 200, 1, 132]) + last[n - 1].encode(), "out")
            self.holds(now + 0.01, tab, [*head, last[:n]])
            for other in others:
                self.frame(now + 0.03, other, self.sockets[other], bytes([0, 2, n, 200]) + last[n - 1].encode())
                self.holds(now + 0.05, other, [*head, last[:n]])
        return at + len(last) * 0.1 + 0.1


def shared(editor: str = PAD) -> tuple[Pad, float]:
    """Two tabs that type a text together; when they have."""
    pad = Pad(editor)
    at = 5.0
    for n in range(len(TEXT)):
        at = pad.types(at, "A", TEXT[: n + 1], "B")
    return pad, at + 2 * REST_S


def lacked(view: SubjectView) -> list[tuple[str, list[str]]]:
    """Who lacks which lines."""
    texts = {item.id: item.excerpt for item in view.items}
    return [(one.tab, [texts[item] for item in one.missing]) for one in view.stale_now]


def test_who_types_together_lacks_nothing_while_they_do() -> None:
    pad, at = shared()
    for until in (8.0, 9.3, 10.5, at, at + 30.0):
        view = pad.subject(until)
        assert (lacked(view), view.disorders, view.writes) == ([], (), ()), until


def test_a_tab_that_hears_nothing_more_lacks_the_lines_that_were_typed() -> None:
    pad, at = shared()
    end = pad.types(at, "A", [*TEXT, "The crane needs a rope"])
    view = pad.subject(end + REST_S)
    assert lacked(view) == [("B", ["The crane needs a rope"])]
    [stale] = view.stale_now
    assert stale.for_s == pytest.approx(end + REST_S - at, abs=0.3)


def test_one_is_told_while_the_typing_goes_on() -> None:
    pad, at = shared()
    pad.types(at, "A", [*TEXT, "The crane needs a new rope before the winter comes"])
    assert lacked(pad.subject()) == [("B", ["The crane needs a new rope before the winter comes"])]


def test_a_line_that_was_changed_is_lacked_as_it_is_now() -> None:
    pad, at = shared()
    for n, word in enumerate((" and", " and a", " and a dog")):
        pad.frame(at + n, "A", pad.sockets["A"], b"\0\2\7" + word.encode(), "out")
        pad.holds(at + n + 0.01, "A", [TEXT[0], TEXT[1] + word, TEXT[2]])
    assert lacked(pad.subject(at + 10.0)) == [("B", ["Present: Ann and Bob and a dog"])]


def test_it_heals_when_the_lines_come() -> None:
    pad, at = shared()
    lines = [*TEXT, "The crane needs a rope"]
    end = pad.types(at, "A", lines)
    pad.frame(end + 9.9, "B", pad.sockets["B"], b"\0\1" + lines[-1].encode())
    pad.holds(end + 10.0, "B", lines)
    view = pad.subject(end + 20.0)
    assert lacked(view) == []
    [write] = view.writes
    assert (write.seen[0].state, write.seen[0].via) == ("shown", "socket")
    assert write.seen[0].after_s == pytest.approx(end + 10.0 - at, abs=0.3)


def test_a_line_that_went_is_shown_too_much() -> None:
    pad, at = shared()
    pad.frame(at, "A", pad.sockets["A"], b"\0\2\x07delete", "out")
    pad.holds(at + 0.01, "A", [TEXT[0], TEXT[2]])  # the last line stands in the element of the one that went
    view = pad.subject(at + 10.0)
    assert lacked(view) == []
    [extra] = view.disorders
    assert (extra.tab, extra.what) == ("B", "extra")
    pad.holds(at + 11.0, "B", [TEXT[0], TEXT[2]])
    assert pad.subject(at + 20.0).disorders == ()


def test_what_does_not_leave_its_tab_is_nobody_elses_business() -> None:
    pad, at = shared()
    pad.holds(at, "A", [*TEXT, "Typed on a train"])
    assert lacked(pad.subject(at + 10.0)) == []


def test_a_draft_beside_a_shared_text_stays_a_draft() -> None:
    pad, at = shared()
    pad.frame(at, "A", pad.sockets["A"], '{"typing": true}', "out")
    block = Block(
        slot=50, text="Shall we have lunch?", length=20, path="body/input", editable=True, editor="body/input"
    )
    pad.add(
        Shown(
            time=at, tab="A", target="page-A", frame="page-A", document=pad.document_of("A"), url=PAGE, blocks=(block,)
        )
    )
    assert lacked(pad.subject(at + 30.0)) == []


@pytest.mark.parametrize(("editor", "told"), [("body/textarea", True), ("body/input#search", False)])
def test_the_same_text_in_two_tabs_is_shared_once_it_is_typed_out_on_a_socket(editor: str, told: bool) -> None:
    pad = Pad(editor)
    for tab in "AB":
        pad.holds(1.5, tab, TEXT)
    pad.types(10.0, "A", [*TEXT, "One line more"])
    assert bool(lacked(pad.subject(30.0))) is told


def test_where_a_long_text_is_mounted_in_part_what_is_out_of_sight_is_not_lacked() -> None:
    pad, at = shared()
    far = [f"Line {word} of a long text" for word in ("ninety", "hundred", "thousand")]
    pad.holds(at, "A", far)
    pad.types(at + 5.0, "A", [*far, "Typed far below"])
    assert lacked(pad.subject(at + 30.0)) == []


def test_tabs_are_looked_at_at_other_moments() -> None:
    pad, at = shared()
    last = "A long line that is typed without a pause and shown in both tabs as it is typed"
    for n in range(2, len(last), 2):
        now = at + n * 0.1
        pad.frame(now, "A", pad.sockets["A"], b"\0\2" + last[n - 2 : n].encode(), "out")
        pad.holds(now + 0.01, "A", [*TEXT, last[:n]])
        pad.frame(now + 0.02, "B", pad.sockets["B"], b"\0\2" + last[n - 2 : n].encode())
        pad.holds(now + 0.1, "B", [*TEXT, last[: n - 1]])
        assert lacked(pad.subject()) == []
    assert pad.subject().writes == ()
