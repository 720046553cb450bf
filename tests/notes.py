"""A room where notes are written: one of them, and the tab that shows it first."""

from __future__ import annotations

import json

from tests.story import Story

TEXT = "Buy oat milk"
NOTE = json.dumps({"text": TEXT})


def room(*tabs: str) -> Story:
    """Tabs on one page, A and B unless named."""
    story = Story()
    story.open(0, *(tabs or ("A", "B")))
    return story


def written() -> Story:
    """A posts a text at 10 and shows it; B does not."""
    story = room()
    story.fetch(9.95, "A", "POST /notes", NOTE)
    story.says(10.01, "A", TEXT)
    return story
