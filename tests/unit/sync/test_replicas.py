"""The written rules of who has what, one by one."""

from __future__ import annotations

import pytest

from monitor.sync.items import Item, Receipt
from monitor.sync.replicas import Subject


def room(*tabs: str) -> Subject:
    """A subject that these tabs view and have painted."""
    subject = Subject("", "room")
    for tab in tabs:
        subject.enter(tab, 0.0)
        subject.painted(tab, 1.0)
    return subject


def told(subject: Subject, text: str, at: float = 10.0, tab: str = "A") -> Item:
    """A tab shows an item that nobody knew."""
    item = subject.learn(Item(text, at, tab, 1, text=text))
    subject.show(tab, item, at, 1)
    return item


def is_withdrawn(item: Item) -> bool:
    """Whether every tab has let go of it."""
    return item.withdrawn


def lacking(subject: Subject) -> set[tuple[str, str]]:
    """Who lacks what."""
    return {(wait.tab, wait.item) for wait in subject.open_waits()}


# ── who is due an item ──


def test_every_other_painted_tab_is_due_what_becomes_known() -> None:
    subject = room("A", "B", "C")
    told(subject, "milk")
    assert lacking(subject) == {("B", "milk"), ("C", "milk")}
    assert {wait.since for wait in subject.open_waits()} == {10.0}


def test_a_tab_that_has_not_painted_is_due_nothing_until_it_has() -> None:
    subject = room("A")
    subject.enter("B", 5.0)
    told(subject, "milk")
    assert lacking(subject) == set()
    subject.painted("B", 12.0)
    [wait] = subject.open_waits()
    assert (wait.tab, wait.since) == ("B", 10.0)


def test_what_was_there_before_its_document_is_the_pages_own_affair() -> None:
    subject = room("A")
    told(subject, "milk", at=10.0)
    subject.enter("B", 11.0)
    subject.painted("B", 12.0)
    assert lacking(subject) == set()


def test_a_newer_version_of_what_was_there_before_is_due() -> None:
    subject = room("A")
    item = told(subject, "milk", at=10.0)
    subject.enter("B", 11.0)
    subject.painted("B", 12.0)
    subject.edit(item, 20.0)
    assert [(wait.tab, wait.since, wait.version) for wait in subject.open_waits("B")] == [("B", 20.0, 1)]


def test_a_tab_is_not_due_what_it_showed_and_let_go_of() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.show("B", item, 11.0, 2)
    subject.hide("B", item, 12.0)
    subject.edit(item, 13.0)
    assert lacking(subject) == {("A", "milk")}


def test_only_accepted_displayable_items_count() -> None:
    subject = room("A", "B")
    for item in (Item("draft", 10.0, "A", 1, hidden=True), Item("clock", 10.0, "A", 1, accepted=False)):
        subject.learn(item)
    told(subject, "milk")
    assert {wait.item for wait in subject.open_waits("B")} == {"milk"}


def test_open_waits_are_told_oldest_first_and_by_tab() -> None:
    subject = room("A", "B", "C")
    told(subject, "milk", at=12.0)
    told(subject, "bread", at=11.0)
    assert [wait.item for wait in subject.open_waits("B")] == ["bread", "milk"]
    assert len(subject.open_waits()) == 4


# ── what closes a wait ──


def test_showing_it_closes_the_wait() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.show("B", item, 13.5, 7)
    wait = subject.waits.newest["B", "milk"]
    assert (wait.until, wait.until_seq, wait.ended, wait.open) == (13.5, 7, None, False)
    assert subject.waits.healed[-1] is wait
    assert lacking(subject) == set()


def test_showing_the_old_version_of_an_edited_item_does_not() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.show("B", item, 11.0, 2)
    subject.edit(item, 20.0)
    subject.show("A", item, 20.0, 3)
    subject.show("B", item, 21.0, 4, version=0)
    assert lacking(subject) == {("B", "milk")}
    subject.show("B", item, 22.0, 5)
    assert lacking(subject) == set()


def test_an_edit_of_what_a_tab_still_waits_for_is_a_wait_of_its_own() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.edit(item, 20.0)
    [former] = [wait for wait in subject.waits.past if wait.tab == "B"]
    assert (former.until, former.ended) == (None, 20.0)
    assert [wait.version for wait in subject.open_waits("B")] == [1]


def test_growth_is_no_new_version() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.show("B", item, 11.0, 2)
    item.text, item.grown = "milk and bread", 15.0
    subject.show("A", item, 15.0, 3)
    subject.painted("B", 16.0)
    assert lacking(subject) == set()
    assert item.version == 0


def test_who_showed_it_before_anybody_spoke_of_it_never_waited() -> None:
    subject = room("A", "B")
    item = told(subject, "milk", at=10.0)
    subject.show("B", item, 9.5, 2)
    assert ("B", "milk") not in subject.waits.newest
    assert lacking(subject) == set()


# ── withdrawal ──


def test_what_every_tab_let_go_of_is_lacked_by_nobody_and_has_not_converged() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.hide("A", item, 12.0, withdraw=True)
    wait = subject.waits.newest["B", "milk"]
    assert (item.withdrawn, wait.withdrawn, wait.until, wait.ended) == (True, True, None, 12.0)
    assert lacking(subject) == set()


def test_what_another_tab_still_shows_is_not_withdrawn() -> None:
    subject = room("A", "B", "C")
    item = told(subject, "milk")
    subject.show("B", item, 11.0, 2)
    subject.hide("A", item, 12.0, withdraw=True)
    assert not item.withdrawn
    assert lacking(subject) == {("C", "milk")}


def test_letting_go_without_withdrawal_leaves_the_others_waiting() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.hide("A", item, 12.0)
    assert lacking(subject) == {("B", "milk")}


def test_a_withdrawn_item_that_is_shown_again_is_lacked_again_since_it_was_first_known() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.hide("A", item, 12.0, withdraw=True)
    subject.show("A", item, 15.0, 3)
    assert not item.withdrawn
    assert [(wait.tab, wait.since) for wait in subject.open_waits()] == [("B", 10.0)]


def test_a_tab_that_left_meanwhile_does_not_lack_what_is_shown_again() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.hide("A", item, 12.0, withdraw=True)
    subject.leave("B", 13.0)
    subject.show("A", item, 15.0, 3)
    assert lacking(subject) == set()


def test_a_withdrawn_item_is_due_to_nobody_who_paints_later() -> None:
    subject = room("A")
    subject.enter("C", 5.0)
    item = told(subject, "milk")
    subject.hide("A", item, 12.0, withdraw=True)
    subject.painted("C", 13.0)
    assert ("C", "milk") not in subject.waits.newest


def test_what_no_loaded_tab_shows_is_withdrawn_when_a_load_is_over() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.enter("A", 14.0)
    subject.settle(15.0)
    assert not is_withdrawn(item)  # A may show it yet
    subject.painted("A", 16.0)
    subject.settle(17.0)
    assert is_withdrawn(item)
    assert lacking(subject) == set()


# ── tabs come and go ──


def test_a_reload_keeps_the_wait_and_the_new_document_closes_it() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.enter("B", 14.0, 9)
    assert lacking(subject) == {("B", "milk")}
    subject.painted("B", 14.2)
    subject.show("B", item, 14.3, 11)
    wait = subject.waits.newest["B", "milk"]
    assert (wait.since, wait.until, wait.carried) == (10.0, 14.3, True)
    assert (wait.began, wait.began_seq) == (14.0, 9)


def test_a_turn_within_the_document_is_not_taken_for_a_reload() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.leave("B", 12.0)
    subject.enter("B", 14.0, 9, fresh=False)
    subject.show("B", item, 14.3, 11)
    assert subject.waits.newest["B", "milk"].began == 0.0


def test_a_tab_that_closes_ends_its_wait_without_convergence() -> None:
    subject = room("A", "B")
    told(subject, "milk")
    subject.leave("B", 12.0)
    wait = subject.waits.newest["B", "milk"]
    assert (wait.open, wait.until, wait.ended) == (False, None, 12.0)
    assert lacking(subject) == set()


def test_a_tab_that_returns_takes_its_wait_up_again() -> None:
    subject = room("A", "B")
    told(subject, "milk")
    subject.leave("B", 12.0)
    subject.enter("B", 20.0)
    [wait] = subject.open_waits()
    assert (wait.tab, wait.since, wait.ended) == ("B", 10.0, None)


def test_a_tab_that_returns_has_nothing_of_a_withdrawn_item_to_wait_for() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.hide("A", item, 12.0, withdraw=True)
    subject.leave("B", 13.0)
    subject.enter("B", 20.0)
    assert subject.waits.open == {}


def test_a_reload_forgets_what_the_old_document_showed() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.show("B", item, 11.0, 2)
    replica = subject.enter("B", 14.0)
    assert (replica.shown, replica.received, replica.lost, replica.painted) == ({}, {}, set(), False)


# ── receipts ──


def receipt(at: float, version: int = 0) -> Receipt:
    return Receipt(at, int(at), "socket", "w1", version)


def test_what_was_received_first_is_what_the_wait_remembers_and_it_stays_open() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.receive("B", item, receipt(11.0))
    subject.receive("B", item, receipt(12.0))
    [wait] = subject.open_waits()
    assert wait.receipt == receipt(11.0)


def test_what_was_received_ahead_of_the_wait_counts_for_it() -> None:
    subject = room("A")
    subject.enter("B", 0.0)
    item = told(subject, "milk")
    subject.receive("B", item, receipt(10.5))
    subject.painted("B", 11.0)
    assert [wait.receipt for wait in subject.open_waits()] == [receipt(10.5)]


def test_to_have_received_an_older_version_is_not_to_have_received_this_one() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.receive("B", item, receipt(11.0))
    subject.edit(item, 20.0)
    assert [wait.receipt for wait in subject.open_waits("B")] == [None]


# ── names ──


@pytest.mark.parametrize("shown", [False, True])
def test_an_item_known_by_another_id_keeps_its_waits_and_holdings(shown: bool) -> None:
    subject = room("A", "B")
    item = told(subject, "made-up")
    if shown:
        subject.show("B", item, 11.0, 2)
    del subject.items["made-up"]
    item.id = "real"
    subject.rename("made-up", item)
    assert "real" in subject.replicas["A"].shown
    assert lacking(subject) == (set() if shown else {("B", "real")})
    assert {wait.item for wait in subject.waits.all()} == {"real"}


def test_a_forgotten_item_leaves_nothing_behind() -> None:
    subject = room("A", "B")
    item = told(subject, "milk")
    subject.edit(item, 20.0)
    subject.forget(item)
    assert (subject.items, subject.waits.newest, subject.waits.open, list(subject.waits.all())) == ({}, {}, {}, [])
    assert subject.replicas["A"].shown == {}
