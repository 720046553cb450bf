from __future__ import annotations

import pytest

from monitor.sites.listing import Entry
from monitor.sync.evidence import Packet
from monitor.sync.items import Item
from monitor.sync.replicas import Subject
from monitor.sync.statements import EVENTUAL_S, Statements


def entry(title: str, *, at: float | None = None, removed: bool = False) -> Entry:
    return Entry(id="c1", text=title, letters=title, at=at, removed=removed)


@pytest.fixture
def known() -> tuple[Statements, Subject, Item]:
    """An entry of a list, stated at 10 s."""
    statements, subject = Statements(), Subject("chatgpt", "conversations")
    return statements, subject, statements.put(subject, entry("old"), "A", 10.0, 1)


def said(time: float) -> Packet:
    return Packet(int(time * 10), time, "A", "fetch", "in", "r1", "{}")


def test_another_title_is_a_new_version_and_the_same_one_is_not(known: tuple[Statements, Subject, Item]) -> None:
    statements, subject, item = known
    assert not statements.differs(subject, item, entry("old"))
    statements.restate(subject, item, entry("old"), 20.0, said(20.1))
    assert item.version == 0
    assert statements.differs(subject, item, entry("new"))
    statements.restate(subject, item, entry("new"), 21.0, said(21.1))
    assert (item.version, item.text, item.changed) == (1, "new", 21.1)
    assert [statements.version(subject, item, title) for title in ("old", "new", "other")] == [0, 1, 1]


@pytest.mark.parametrize(("later_s", "version"), [(EVENTUAL_S - 1, 1), (EVENTUAL_S + 1, 2)])
def test_an_answer_may_lag_behind_a_change(
    known: tuple[Statements, Subject, Item], later_s: float, version: int
) -> None:
    statements, subject, item = known
    statements.change(subject, item, entry("new"), 20.0, 2)
    statements.restate(subject, item, entry("old"), 20.0 + later_s, said(20.0 + later_s))
    assert item.version == version


def test_what_is_gone_may_come_back(known: tuple[Statements, Subject, Item]) -> None:
    statements, subject, item = known
    statements.restate(subject, item, entry("old", removed=True), 20.0, said(20.0))
    assert (item.gone, item.removed) == (True, 20.0)
    assert statements.differs(subject, item, entry("old"))
    statements.restate(subject, item, entry("old"), 20.0 + 2 * EVENTUAL_S, said(20.0 + 2 * EVENTUAL_S))
    assert (item.gone, item.removed) == (False, None)
