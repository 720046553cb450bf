"""What the tests showed: each row is a wait, each guarantee held, broken or not put to the test."""

from __future__ import annotations

import msgspec
import pytest

from monitor.model import Action, Mark, TargetAttached
from tests.chats import CHATGPT
from tests.sidebars import TITLES, Sidebars
from tests.unit.report.stories import column, told_chatgpt, told_claude


def test_a_row_for_each_write_and_other_tab() -> None:
    (row,) = column(told_chatgpt()).results
    assert (row.writer, row.tab, row.via, row.censored) == ("A", "B", "reload", False)
    assert row.wait_s == pytest.approx(13.3, abs=0.1)


def test_the_word_that_did_not_help_is_told() -> None:
    (told, *_) = column(told_chatgpt()).behaviour
    assert "Its socket did bring conversation-turn-complete" in told.text


def test_pushes_are_summed_up() -> None:
    assert "1 push came; none reached a page, none brought a tab up to date." in [
        one.text for one in column(told_claude()).behaviour
    ]


def test_the_model_and_the_guarantees() -> None:
    texts = [one.text for one in column(told_chatgpt()).consistency]
    assert texts[0].startswith("**refresh-to-sync**")
    assert texts[0].endswith("In the only case: by reload, after 13.3 s at most.")
    assert texts[1:] == [
        "Held, as far as 1 write can tell: read your writes and monotonic reads.",
        "Not put to the test: monotonic writes (it takes two writes of one tab) and writes follow reads (it takes"
        " writes of two tabs).",
    ]


def test_a_reload_ends_no_wait_by_itself() -> None:
    by = {one.channel: one for one in column(told_chatgpt()).visibility}
    assert (by["all"].censored, by["all"].median_s) == (1, None)
    assert by["reload"].median_s == pytest.approx(13.3, abs=0.1)


def test_the_timelines_cover_the_whole_recording() -> None:
    lane = next(lane for lane in column(told_chatgpt()).lanes if lane.tab == "B")
    assert any(what == "stale" and end - start > 12 for start, end, what in lane.spans)
    assert "reload" in [what for _, what in lane.moments]


def test_browser_profiles_are_told_where_there_are_several() -> None:
    story = told_chatgpt()
    for tab, context in (("A", "x"), ("B", "y")):
        story.add(TargetAttached(time=40, tab=tab, target=f"page-{tab}", type="page", url=CHATGPT, context=context))
    texts = [one.text for one in column(story).consistency]
    assert texts[0] == "The tabs are of 2 browser profiles, compared where they share: A and B."


def test_the_experiments_that_were_carried_out_are_told_by_their_marks() -> None:
    story = told_chatgpt()
    for at, text in ((9.0, "Writing in tab A."), (12.0, "Watching it."), (13.0, "Load tab B again")):
        story.add(Mark(time=at, text=f"experiment multi-tab: {text}"))
    story.add(Mark(time=14.0, text="experiment other: Hide tab Z"))
    story.add(Mark(time=15.0, text="lunch"))
    site = column(story)
    (test,) = site.tests
    assert test.text == "**multi-tab**: Writing in tab A; Watching it; Load tab B again."
    assert len(test.events) == 3
    assert site.untested["conflict"] == ["Multi-tab conflict resolution?"]
    assert not column(told_claude()).tests


def test_of_many_results_the_longest_are_told() -> None:
    site = column(told_chatgpt())
    (row,) = site.results
    many = tuple(msgspec.structs.replace(row, wait_s=n / 100, write_seq=n) for n in range(30))
    site = msgspec.structs.replace(site, results=many)
    assert [one.write_seq for one in site.told_results] == list(range(10, 30))
    assert site.other_results == "and 10 more, each shown within 90 ms"
    assert column(told_chatgpt()).other_results == ""


def test_a_list_beside_the_pages_has_a_verdict_of_its_own() -> None:
    story = Sidebars()
    story.begin(0, "A", "B")
    story.changes(10, "A", "c3", title="On the hornbeam")
    story.shows(10.2, "A", TITLES | {"c3": "On the hornbeam"})
    story.begins(20, "B", TITLES | {"c3": "On the hornbeam"})
    texts = [one.text for one in column(story).consistency]
    assert any(text.startswith("The list of conversations beside the pages: **refresh-to-sync**") for text in texts), (
        texts
    )


def test_a_tab_that_was_held_back_says_nothing_of_the_application() -> None:
    story = told_chatgpt()
    story.add(Action(time=9.0, tab="B", do="hold", args={"on": True}))
    story.add(Action(time=20.0, tab="B", do="hold", args={"on": False}))
    site = column(story)
    (row,) = site.results
    assert (row.held, row.fate) == (True, "Tab B shows stale state (held back)")
    assert (site.visibility, site.verdict) == ((), "unknown")
    (plain,) = column(told_chatgpt()).results
    assert (plain.held, plain.fate) == (False, "Tab B shows stale state")


@pytest.mark.parametrize(
    ("via", "prompted_by", "wait_s", "fate"),
    [
        ("socket", None, 1.4, "keeps up"),
        ("socket", None, 5.0, "lags behind"),
        ("refetch", "socket", 5.0, "lags behind"),
        ("refetch", "focus", 5.0, "shows stale state"),
        ("refetch", "reload", 5.0, "shows stale state"),
        ("reload", None, 1.4, "shows stale state"),
        ("reload", None, 0.6, "keeps up"),
        (None, None, 5.0, "never showed it"),
    ],
)
def test_how_a_tab_fared_in_words(via: str | None, prompted_by: str | None, wait_s: float, fate: str) -> None:
    row = msgspec.structs.replace(
        column(told_chatgpt()).results[0], via=via, prompted_by=prompted_by, wait_s=wait_s, censored=via is None
    )
    assert row.fate == f"Tab B {fate}"
