"""What differs in being ticked off alone."""

from __future__ import annotations

import pytest

from monitor.sync.items import Item
from monitor.sync.ticked import only_ticked


@pytest.mark.parametrize(
    ("before", "after", "only"),
    [
        ("Buy milk", "☑ Buy milk", True),
        ("☑ Buy milk", "Buy milk", True),
        ("☑ Buy milk", "☑ Buy milk", False),
        ("Buy milk", "Buy milk!", False),
        ("Buy milk", "☑ Buy bread", False),
        ("…", "☑ …", False),
    ],
)
def test_what_differs_in_being_ticked_off_alone(before: str, after: str, only: bool) -> None:
    item = Item("t1", 0.0, "A", 1, text=before, letters="".join(filter(str.isalnum, before.lower())))
    assert only_ticked(item, after) == only
