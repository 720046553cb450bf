from __future__ import annotations

from monitor.capture.patterns import Wild
from monitor.capture.rows import safe_row, to_row
from monitor.capture.terms import ANYTHING, Every, Not, Same, Some, Text, found
from monitor.model import Frame, Request


def test_what_sql_cannot_decide_stays_undecided_under_not() -> None:
    fuzzy = Text(Wild("x*y"))
    exact = Same("tab", "A")
    assert Not(fuzzy).where() == ANYTHING
    assert not Every([exact, fuzzy]).where().exact
    assert Some([exact, exact]).where().exact
    assert Every([]).where().sql == "1"


def test_sql_finds_the_same_words_in_plain_and_safe_rows() -> None:
    event = Request(time=0.0, connection="conn", method="GET", url="https://u", headers={"A": "needle"}, text="t\ud800")
    row = safe_row(event)
    assert found("needle", row[13], row[12])
    assert found("t\ufffd", row[13], row[12])
    assert not found("conn", row[13], row[12])
    frame = to_row(Frame(time=0.0, connection="conn", dir="in", data=b"\xffNEEDLE"))
    assert found("needle", frame[13], frame[12])
    assert not found("conn", frame[13], frame[12])
