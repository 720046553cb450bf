"""A report from recordings: a column a site, the seed's rows from events alone, and what was not seen said to be so."""

from __future__ import annotations

import json

import msgspec

from monitor.report.build import build
from monitor.report.model import Claim, Report, SiteReport
from tests.chats import PROFILES, ChatStory
from tests.unit.report.stories import column, numbered, told_chatgpt, told_claude


def claims(site: SiteReport) -> list[Claim]:
    """All that a column claims."""
    return [*site.summary.values(), *site.evidence, *site.addresses, *site.behaviour, *site.consistency, *site.recovery,
            *site.tradeoffs.values(), *(one.answer for one in site.questions)]  # fmt: skip


def test_the_rows_of_the_research_note_for_chatgpt() -> None:
    site = column(told_chatgpt())
    assert (site.title, site.verdict, site.tabs) == ("ChatGPT", "refresh-to-sync", ("A", "B"))
    assert site.summary["mechanism"].text == "WebSocket (`celsius`)"
    assert site.summary["connection"].text == "Persistent, bidirectional"
    assert site.summary["init"].text == "`GET /backend-api/celsius/ws/user` → 200"
    assert site.summary["multi-tab"].text.startswith("No real-time sync")
    assert [one.text for one in site.addresses] == ["`wss://ws.chatgpt.com/p24/ws/user/{id}`"]


def test_the_rows_of_the_research_note_for_claude() -> None:
    site = column(told_claude())
    assert (site.title, site.verdict) == ("Claude", "refresh-to-sync")
    assert site.summary["mechanism"].text == "Firebase Cloud Messaging"
    assert site.summary["connection"].text == "Push-based: the browser holds it, the page none"
    assert site.summary["init"].text == "`POST /api/organizations/{id}/notification/channels` → 200"


def test_every_claim_names_events_that_are_there() -> None:
    for story in (told_chatgpt(), told_claude()):
        site, last = column(story), len(story.events)
        seqs = [seq for one in claims(site) for seq in one.events]
        assert seqs
        assert all(1 <= seq <= last for seq in seqs)


def test_two_recordings_stand_side_by_side_and_two_of_one_site_are_told_apart() -> None:
    both = build([("a", numbered(told_chatgpt())), ("b", numbered(told_claude()))], PROFILES)
    assert [site.label for site in both.sites] == ["ChatGPT", "Claude"]
    twice = build([("before", numbered(told_chatgpt())), ("after", numbered(told_chatgpt()))], PROFILES)
    assert [site.label for site in twice.sites] == ["ChatGPT (before)", "ChatGPT (after)"]
    recordings = [(name, numbered(story())) for name, story in
                  (("1", told_chatgpt), ("2", told_claude), ("3", told_chatgpt))]  # fmt: skip
    beside = build(recordings, PROFILES)
    assert [site.label for site in beside.sites] == ["ChatGPT (1)", "ChatGPT (3)", "Claude"]


def test_a_recording_of_nothing_is_said_to_be_so() -> None:
    report = build([("empty.syncmon", [])], PROFILES)
    assert (report.sites, report.notes) == ((), ("empty.syncmon: no tab was recorded",))


def test_what_was_not_seen_is_not_known() -> None:
    story = ChatStory("https://chatgpt.com/c/1")
    story.load_chat(0.0, "A", {"m1": ("user", "Hello there")}, how="load")
    site = column(story)
    assert not site.summary["multi-tab"].known
    assert not site.summary["recovery"].known
    assert [one.question for one in site.questions if one.answer.known] == []


def test_it_is_plain_data() -> None:
    report = build([("a", numbered(told_chatgpt()))], PROFILES)
    again = msgspec.convert(json.loads(json.dumps(msgspec.to_builtins(report))), Report)
    assert again == report
    assert report.document()["syncmon"] == 1
