"""What is shared between the editors of tabs, and what stays a tab's own draft."""

from __future__ import annotations

import pytest

from monitor.model import Block, Shown
from tests.pads import TEXT, Pad, lacked, shared
from tests.story import PAGE


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
