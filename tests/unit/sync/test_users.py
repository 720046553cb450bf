"""Two browser contexts: two users, who are compared where they share what they show."""

from __future__ import annotations

import json

import msgspec
import pytest

from monitor.model import Event, TargetAttached
from monitor.sync.analysis import Analysis
from monitor.sync.network import Network
from monitor.sync.snapshot import Snapshot
from monitor.sync.tabs import Tab
from monitor.sync.users import Users
from tests.story import START, Story

HOME = "https://mail.example/inbox"
DOCUMENT = "https://docs.example/d/7f3k2ab9"
LETTER = "Dear neighbour, the fence is to be painted."


def contexts(events: list[Event], **of: str) -> list[Event]:
    """The story with its tabs in browser contexts."""
    return [
        msgspec.structs.replace(event, context=of.get(event.tab or "")) if isinstance(event, TargetAttached) else event
        for event in events
    ]


def told(story: Story, until: float, **of: str) -> Snapshot:
    """What the analysis makes of it, with the tabs in these contexts."""
    analysis = Analysis()
    for event in contexts(story.events, **of):
        analysis.feed(event)
    analysis.tick(START + until)
    return analysis.snapshot()


def written(url: str, *tabs: str) -> Story:
    """A writes something at 10 s that only its own page shows."""
    story = Story()
    story.open(0, *tabs, url=url)
    story.fetch(10, "A", "POST /letters", json.dumps({"text": LETTER}), url="https://mail.example")
    story.says(10.1, "A", LETTER, url=url)
    return story


def stale(found: Snapshot) -> list[str]:
    """The tabs that are behind."""
    return [one.tab for subject in found.subjects for one in subject.stale_now]


@pytest.mark.parametrize(
    ("contexts", "behind"), [({}, ["B"]), ({"A": "x", "B": "x"}, ["B"]), ({"A": "x", "B": "y"}, [])]
)
def test_what_one_user_wrote_on_a_page_of_their_own_no_other_user_lacks(
    contexts: dict[str, str], behind: list[str]
) -> None:
    assert stale(told(written(HOME, "A", "B"), 20, **contexts)) == behind


def test_an_address_with_an_id_is_one_thing_whoever_opens_it() -> None:
    assert stale(told(written(DOCUMENT, "A", "B"), 20, A="x", B="y")) == ["B"]


def test_who_was_once_shown_what_another_user_wrote_shares_the_page_from_then_on() -> None:
    story = written(HOME, "A", "B", "C")
    story.load(15, "B", ("Room", LETTER), url=HOME)
    story.fetch(
        20, "A", "POST /letters", json.dumps({"text": "And green it will be, as agreed."}), url="https://mail.example"
    )
    story.says(20.1, "A", "And green it will be, as agreed.", url=HOME)
    found = told(story, 30, A="x", B="y", C="y")
    assert stale(found) == ["B", "C"]
    [subject] = found.subjects
    assert {one.tab: len(one.missing) for one in subject.stale_now} == {"B": 1, "C": 2}


def test_two_users_who_write_the_same_do_not_share_a_page_by_that() -> None:
    story = written(HOME, "A", "B")
    story.fetch(12, "B", "POST /letters", json.dumps({"text": LETTER}), url="https://mail.example")
    story.says(12.1, "B", LETTER, url=HOME)
    story.fetch(
        20, "A", "POST /letters", json.dumps({"text": "And green it will be, as agreed."}), url="https://mail.example"
    )
    story.says(20.1, "A", "And green it will be, as agreed.", url=HOME)
    assert stale(told(story, 30, A="x", B="y")) == []


def test_nobody_goes_from_one_users_tab_to_anothers() -> None:
    story = written(DOCUMENT, "A", "B")
    story.uses(14, "B")
    one, two = told(story, 20, A="x", B="x"), told(story, 20, A="x", B="y")
    assert [found.scope for found in one.subjects[0].violations] == ["user"]
    assert two.subjects[0].violations == ()


def test_contexts_are_numbered_as_they_appear() -> None:
    found = told(written(HOME, "A", "B", "C"), 20, A="f3", B="a1", C="f3")
    assert [tab.context for tab in found.tabs] == [1, 2, 1]
    assert [tab.context for tab in told(written(HOME, "A"), 20).tabs] == [0]


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        (("x", "s", ""), ("x", "s", ""), False),
        (("x", "s", "u1"), ("x", "s", "u2"), True),
        (("x", "s", "u1"), ("y", "s", "u1"), False),
        (("x", "s", "u1"), ("y", "t", "u1"), True),
        (("", "s", ""), ("y", "s", ""), False),
        (("x", "s", "u1"), ("y", "s", ""), True),
    ],
)
def test_accounts_that_are_known_say_more_than_contexts(
    a: tuple[str, str, str], b: tuple[str, str, str], apart: bool
) -> None:
    tabs = {
        label: Tab(label, context=context, site=site, account=account)
        for label, (context, site, account) in {"A": a, "B": b}.items()
    }
    assert Users(tabs, Network()).apart("A", "B") is apart
