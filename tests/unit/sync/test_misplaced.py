"""What a tab shows wrongly: since when it did, and what of that is worth telling when it is over."""

from __future__ import annotations

import pytest

from monitor.sync.items import GRACE_S, Item, Misplaced, Showing
from monitor.sync.misplaced import Misplacements


def test_since_when_a_tab_is_out_of_order_at_all_is_kept() -> None:
    found = Misplacements()
    found.put(Misplaced("B", "reordered", ("n1",), 10.0))
    found.put(Misplaced("B", "reordered", ("n1", "n2"), 12.0))
    assert (found.now["B"].since, found.now["B"].items) == (10.0, ("n1", "n2"))


@pytest.mark.parametrize(("lasted", "told"), [(GRACE_S / 2, False), (GRACE_S * 2, True)])
def test_what_lasted_for_a_moment_is_not_told(lasted: float, told: bool) -> None:
    found = Misplacements()
    found.put(Misplaced("B", "reordered", ("n1",), 10.0))
    found.end("B", 10.0 + lasted)
    found.end("C", 10.0 + lasted)
    assert [(one.tab, one.until) for one in found.former] == ([("B", 10.0 + lasted)] if told else [])
    assert found.now == {}


@pytest.mark.parametrize(
    ("removed", "accepted", "first_shown", "told"),
    [(None, True, 5.0, False), (10.0, True, 5.0, True), (10.0, True, 11.0, False), (10.0, False, 5.0, False)],
    ids=["not gone", "gone while it was shown", "shown after it was gone", "never counted"],
)
def test_who_lets_go_of_what_was_gone_showed_it_too_long(
    removed: float | None, accepted: bool, first_shown: float, told: bool
) -> None:
    found, item = Misplacements(), Item("n1", 1.0, "A", 1, accepted=accepted)
    item.removed, item.removed_seq = removed, 7
    found.extra("B", item, Showing(first_shown, 3, 0, ""), 14.0)
    assert [(one.what, one.items, one.since, one.until) for one in found.former] == (
        [("extra", ("n1",), 10.0, 14.0)] if told else []
    )
