"""What tabs sent as a text appeared: it was written, and no part of a page's own load."""

from __future__ import annotations

import json

import pytest

from tests.story import Story


@pytest.mark.parametrize(("left", "stale"), [(11, ["B"]), (7, [])])
def test_a_number_that_a_tab_sent_is_a_new_one(left: int, stale: list[str]) -> None:
    story = Story()
    story.open(0, "A", "B", texts=["Stock", "Tea, 12 left"])
    story.fetch(10.0, "A", "POST /stock", json.dumps({"id": "t1x2", "left": left}))
    story.rewrites(10.1, "A", "Tea, 12 left", "Tea, 11 left")
    assert [one.tab for one in story.subject(30.0).stale_now] == stale
