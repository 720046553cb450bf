"""A page that shows one branch of a tree lacks nothing of another one that it was sent."""

from __future__ import annotations

import json

import pytest

from monitor.sync.snapshot import SubjectView
from tests.board import PROFILE, Board, text_of


def contended(*, chain: bool, sent: bool) -> SubjectView:
    """A and B write after the same note (or merely to the same thread), and B goes on showing its own alone."""
    story = Board()
    story.begin(0.0, "A", "B", notes=("n1", "n2", "n3"))
    parents = {"n1": None, "n2": "n1", "n3": "n2" if chain else "n1"}
    last = "n3" if chain else "n1"
    socket = story.socket(1.0, "B")
    stated = [{"id": n, "text": text_of(n), "parent": parent} for n, parent in parents.items()]
    story.frame(2.0, "B", socket, json.dumps({"notes": stated}))
    story.posts(10.0, "A", "a1", parent=last)
    story.page(10.2, "A", ("n1", "n2", "n3", "a1"))
    story.posts(12.0, "B", "b1", parent=last)
    story.page(12.2, "B", ("n1", "n2", "n3", "b1"))
    story.told_by_socket(12.5, "A", story.socket(12.4, "A"), "b1", parent=last)
    story.page(12.6, "A", ("n1", "n2", "n3", "a1", "b1"))
    if sent:
        story.told_by_socket(13.0, "B", socket, "a1", parent=last)
    story.page(13.1, "B", ("n1", "n2", "n3", "b1"))
    story.events.sort(key=lambda event: event.time)
    return story.subject(30.0, (PROFILE,))


@pytest.mark.parametrize(("chain", "sent", "stale"), [(True, True, ()), (True, False, ("a1",)), (False, True, ("a1",))])
def test_what_was_sent_of_another_branch_is_not_lacked(chain: bool, sent: bool, stale: tuple[str, ...]) -> None:
    found = contended(chain=chain, sent=sent)
    assert tuple(item for one in found.stale_now if one.tab == "B" for item in one.missing) == stale
