"""What two recordings of one application tell otherwise, and what is but noise between them."""

from __future__ import annotations

from random import Random

import msgspec
import pytest

from monitor.report.build import build
from monitor.report.changes import alike, comparisons, differ
from monitor.report.html import html
from monitor.report.markdown import markdown
from monitor.report.model import Change, Claim, FormatRow, Report, Result, SiteReport
from tests.chats import CHATGPT, OLD, PROFILES, ChatStory
from tests.laws import share
from tests.unit.report.stories import numbered, told_chatgpt, told_claude


def recording(capture: str, *waits: float, lost: int = 0, mechanism: str = "WebSocket") -> SiteReport:
    """A column with waits that a socket ended, and some that nothing did."""
    rows = [(wait, "socket") for wait in waits] + [(30.0, None)] * lost
    results = tuple(
        Result(
            subject="c", writer="A", tab="B", wait_s=wait, censored=via is None, via=via, prompted_by=None, why="",
            write_seq=10 + number, seen_seq=None,
        )
        for number, (wait, via) in enumerate(rows)
    )  # fmt: skip
    summary = {"mechanism": Claim(text=mechanism, events=(1,)), "multi-tab": Claim(text="Real-time sync", events=(2,))}
    site = SiteReport(site="s", title="Site", capture=capture, verdict="live-sync", results=results)
    return msgspec.structs.replace(site, summary=summary)


def row(name: str, count: int) -> FormatRow:
    return FormatRow(
        channel="socket", dir="in", protocol="json", type=name, count=count, bytes=9, period_s=None, fields=(),
        triggered="", example="", seq=7,
    )  # fmt: skip


def changes(before: SiteReport, after: SiteReport) -> dict[str, Change]:
    [one] = comparisons([before, after])
    return {change.what: change for change in one.changes}


def test_two_recordings_of_the_same_tell_no_change_and_say_what_was_compared() -> None:
    report = build([("old", numbered(told_chatgpt())), ("new", numbered(told_chatgpt()))], PROFILES)
    [one] = report.comparisons
    assert (one.before, one.after, one.changes) == (0, 1, ())
    assert one.same[0] == "refresh-to-sync"
    for text in ("\n".join(markdown(report)), html(report)):
        assert "No change was found." in text
        assert "As it was: refresh-to-sync; realtime mechanism" in text


def test_what_is_of_other_sites_or_of_one_recording_is_not_compared() -> None:
    both = build([("a", numbered(told_chatgpt())), ("b", numbered(told_claude()))], PROFILES)
    assert both.comparisons == ()
    assert "What changed" not in "\n".join(markdown(both))
    assert list(comparisons([recording("a"), recording("a")])) == []


def test_three_recordings_are_told_one_after_the_other() -> None:
    found = comparisons([recording("a"), recording("b"), recording("c")])
    assert [(one.before, one.after) for one in found] == [(0, 1), (1, 2)]


def test_another_verdict_is_told_with_the_events_of_both() -> None:
    before = msgspec.structs.replace(recording("old"), verdict="refresh-to-sync")
    change = changes(before, recording("new"))["Multi-tab sync"]
    assert (change.before.text, change.after.text) == (
        "**refresh-to-sync**: real-time sync", "**live-sync**: real-time sync",
    )  # fmt: skip
    assert (change.before.events, change.after.events) == ((2,), (2,))
    unknown = msgspec.structs.replace(recording("old"), verdict="unknown")
    assert changes(unknown, recording("new")) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("asks every 2.0 s", "asks every 2.1 s", True),
        ("asks every 2.0 s", "asks every 10 s", False),
        ("WebSocket", "WebSocket, Polling", False),
        ("GET /v1/x → 200", "GET /v2/x → 200", False),
    ],
)
def test_numbers_in_words_may_differ_a_little(one: str, other: str, same: bool) -> None:
    assert alike(Claim(text=one), Claim(text=other)) is same
    assert ("Realtime mechanism" in changes(recording("a", mechanism=one), recording("b", mechanism=other))) is not same


def test_another_latency_is_told_where_it_is_no_chance() -> None:
    slow = recording("new", *(0.8 + 0.03 * n for n in range(8)))
    change = changes(recording("old", *(0.2 + 0.03 * n for n in range(8))), slow)
    told = change["Wait until it is shown, by socket"]
    assert told.before.text == "0.31 s (median of 8; 0.20 s … 0.41 s)"
    assert told.after.text == "0.91 s (median of 8; 0.80 s … 1.0 s)"
    assert told.after.events[:2] == (10, 11)


def test_few_waits_tell_no_change_and_that_is_said() -> None:
    [one] = comparisons([recording("old", 0.2, 0.3), recording("new", 1.2, 1.3)])
    assert one.changes == ()
    assert "the wait by socket: 0.25 s → 1.2 s (medians of 2 and 2 waits, too few to tell a change)" in one.same


def test_waits_of_one_application_hardly_ever_tell_a_change() -> None:
    told, runs = 0, share(300)
    for seed in range(runs):
        random = Random(seed)
        sides = [[random.lognormvariate(-1, 0.8) for _ in range(random.randint(5, 25))] for _ in range(2)]
        told += differ(*sides)
    assert told <= max(1, runs // 50)


def test_losses_are_told_where_they_are_no_chance() -> None:
    some, many = recording("old", *[0.3] * 20), recording("new", *[0.3] * 8, lost=12)
    change = changes(some, many)["Losses"]
    assert (change.before.text, change.after.text) == ("0 of 20 waits never ended", "12 of 20 waits never ended")
    assert "Losses" not in changes(some, recording("new", *[0.3] * 19, lost=1))


def test_types_that_came_often_and_not_at_all_are_told() -> None:
    before = msgspec.structs.replace(recording("old"), formats=(row("a", 9), row("b", 5), row("once", 1)))
    after = msgspec.structs.replace(recording("new"), formats=(row("a", 3), row("c", 4)))
    change = changes(before, after)["Messages that only this recording has"]
    assert (change.before.text, change.after.text) == ("socket `b` (5)", "socket `c` (4)")


def test_a_guarantee_that_is_broken_in_one_only_is_told() -> None:
    broken = Claim(text="**monotonic reads** broken: B showed less.", events=(3, 4))
    after = msgspec.structs.replace(recording("new"), consistency=(broken,))
    change = changes(recording("old"), after)["Guarantee: monotonic reads"]
    assert (change.before.text, change.after.text, change.after.events) == ("not seen to be broken", "broken", (3, 4))


def test_another_way_to_reconnect_is_told_and_a_guess_is_not() -> None:
    def reconnecting(capture: str, rule: str) -> SiteReport:
        site = recording(capture)
        return msgspec.structs.replace(
            site, summary={**site.summary, "recovery": Claim(text=f"reconnects ({rule}); more", events=(5,))}
        )

    found = changes(reconnecting("a", "constant: 3.0 s"), reconnecting("b", "exponential: 1.0 s × 2"))["Reconnecting"]
    assert (found.before.text, found.after.text) == ("constant: 3.0 s", "exponential: 1.0 s × 2")
    for guess in ("perhaps constant: 3.0 s", "irregular: 1.0 s … 9.0 s", "too few attempts to tell the rule"):
        assert changes(reconnecting("a", "constant: 3.0 s"), reconnecting("b", guess)) == {}


def test_changes_stand_in_the_document_with_their_events() -> None:
    old, new = (build([(name, numbered(told_chatgpt()))], PROFILES).sites[0] for name in ("old", "new"))
    sites = (old, msgspec.structs.replace(new, verdict="live-sync"))
    report = Report(title="x", sites=sites, comparisons=tuple(comparisons(sites)))
    seq = old.results[0].write_seq
    row_ = next(line for line in markdown(report) if line.startswith("| **Multi-tab sync** | **refresh"))
    assert row_.count(f"[#{seq}]") == 2
    assert '<a href="#changes">What changed</a>' in html(report)
    assert '<th scope="row">Multi-tab sync</th><td><strong>refresh-to-sync</strong>' in html(report)


def test_what_one_recording_does_not_tell_is_not_passed_over() -> None:
    short = ChatStory(CHATGPT)
    short.begin(0, "A", "B", messages=OLD)
    report = build([("old", numbered(told_chatgpt())), ("new", numbered(short))], PROFILES)
    [one] = report.comparisons
    assert "multi-tab sync (new does not tell)" in one.untold
    assert not [change for change in one.changes if change.what == "Multi-tab sync"]
    for text in ("\n".join(markdown(report)), html(report)):
        assert "Not compared: " in text


def test_what_a_recording_was_too_short_to_see_is_no_change() -> None:
    def held(text: str) -> Claim:
        return Claim(text=text, events=(1,))

    short, both = held("Persistent, and only the server spoke while it was recorded"), held("Persistent, bidirectional")
    assert alike(short, both)
    assert alike(held(f"{both.text}; asks `GET /a` every 30.0 s, which was not seen to bring news"), both)
    assert not alike(held("Persistent, from the server only"), both)
    assert not alike(held(f"{short.text}; Between the tabs of one browser"), both)


@pytest.mark.parametrize("scope", ["", " (of the user, going from tab to tab)"])
@pytest.mark.parametrize("synced", ["live-sync", "refresh-to-sync"])
def test_whether_the_user_turned_to_a_tab_that_was_behind_is_no_change_of_the_application(
    scope: str, synced: str
) -> None:
    broken = Claim(text=f"**monotonic reads** broken{scope}: B lacks it.", events=(3, 4))
    before = msgspec.structs.replace(recording("old"), consistency=(broken,))
    after = msgspec.structs.replace(recording("new"), verdict=synced)
    [one] = comparisons([before, after])
    told = "Guarantee: monotonic reads" in {change.what for change in one.changes}
    assert told is (not scope or synced != before.verdict)
    assert ("monotonic reads of a user who goes from tab to tab (new does not tell)" in one.untold) is not told
