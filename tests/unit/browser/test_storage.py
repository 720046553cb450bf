"""Who wrote to storage: the one tab that did not hear of it."""

from __future__ import annotations

from typing import Any

from monitor.browser.clock import Clock
from monitor.browser.output import Origin, Output
from monitor.browser.storage import HOLD_S, StorageChanges
from monitor.browser.wire_page import DomStorageChange, StorageId
from monitor.model import Storage

WHERE = "https://a.example"


class Stores:
    """Tabs A, B … with one document each, unless said otherwise."""

    def __init__(self, documents: dict[str | None, int] | None = None) -> None:
        self.out = Output(Clock(0.0))
        counts = documents or {}
        self.changes = StorageChanges(self.out, lambda tab, origin: counts.get(tab, 1))

    def changed(
        self, tab: str, value: str | None = "v", key: str | None = "k", at: float = 1.0, op: Any = "set"
    ) -> None:
        change = DomStorageChange(StorageId(True, WHERE), key, value, None)
        self.changes.changed(Origin("s" + tab, "T" + tab, tab), op, change, at, at)

    def heard(self, tab: str, value: str | None = "v", key: str | None = "k", at: float = 1.01) -> None:
        self.changes.heard(Origin("s" + tab, "T" + tab, tab), WHERE, True, key, value, at, at)

    def told(self, at: float = 9.0) -> list[tuple[str | None, str | None]]:
        self.changes.tick(at)
        return [(e.tab, e.dir) for e in self.out.drain_events() if isinstance(e, Storage)]


def test_the_tab_that_did_not_hear_wrote() -> None:
    stores = Stores()
    stores.changed("A")
    stores.changed("B")
    stores.heard("B")
    assert stores.told() == [("A", "out"), ("B", "in")]


def test_the_hearing_may_come_first() -> None:
    stores = Stores()
    stores.heard("B")
    stores.changed("B")
    stores.changed("A")
    assert sorted(stores.told()) == [("A", "out"), ("B", "in")]


def test_a_lone_tab_wrote_itself() -> None:
    stores = Stores()
    stores.changed("A")
    assert stores.told() == [("A", "out")]


def test_two_that_did_not_hear_leave_it_open() -> None:
    stores = Stores()
    for tab in "ABC":
        stores.changed(tab)
    stores.heard("C")
    assert stores.told() == [("A", None), ("B", None), ("C", "in")]


def test_a_frame_of_the_writers_own_tab_hears_it() -> None:
    stores = Stores({"A": 2})
    stores.changed("A")
    stores.changed("B")
    stores.heard("A")
    stores.heard("B")
    assert stores.told() == [("A", "out"), ("B", "in")]


def test_the_same_change_twice_is_two_changes() -> None:
    stores = Stores()
    for at in (1.0, 1.02):
        stores.changed("A", at=at)
        stores.changed("B", at=at)
        stores.heard("B", at=at)
    assert stores.told() == [("A", "out"), ("B", "in")] * 2


def test_a_change_that_devtools_tells_late_is_dated_by_who_heard_it() -> None:
    stores = Stores()
    stores.heard("B", at=1.0)
    assert stores.told(1.3) == []
    stores.changed("A", at=1.4)
    stores.changed("B", at=1.42)
    stores.changes.tick(1.6)
    assert [(event.tab, event.time) for event in stores.out.drain_events()] == [("A", 1.0), ("B", 1.0)]


def test_nothing_is_told_before_the_hold_is_over() -> None:
    stores = Stores()
    stores.changed("A")
    assert stores.told(1.0 + HOLD_S / 2) == []
    assert stores.told(1.0 + HOLD_S * 2) == [("A", "out")]


def test_removing_and_clearing() -> None:
    stores = Stores()
    stores.changed("A", None, op="remove")
    stores.changed("B", None, op="remove")
    stores.heard("B", None)
    stores.changed("A", None, None, op="clear")
    stores.changed("B", None, None, op="clear")
    stores.heard("B", None, None)
    assert stores.told() == [("A", "out"), ("B", "in")] * 2


def test_a_flush_tells_what_is_held() -> None:
    stores = Stores()
    stores.changed("A")
    stores.changes.flush()
    assert len(stores.out.drain_events()) == 1
