"""What pages show, in the order in which it counts."""

from __future__ import annotations

from monitor.model import Navigation
from tests.notes import TEXT, room, written
from tests.story import PAGE, Story


def reload_told_late(story: Story, after: float | None) -> None:
    """B loads again at 20 and shows the note; the navigation comes so much after that, or never."""
    story.document(20.0, "B", ("Room", TEXT))
    if after is not None:
        story.add(
            Navigation(time=20.0 + after, tab="B", target="page-B", url=PAGE, how="reload", main=True, loader="l9")
        )


def test_what_a_document_shows_counts_once_its_navigation_is_known() -> None:
    story = written()
    story.load(5.0, "B", ("Room",))
    story.events.sort(key=lambda event: event.time)
    reload_told_late(story, after=0.2)
    [write] = story.subject(until=30.0).writes
    assert [(seen.state, seen.via) for seen in write.seen] == [("shown", "reload")]


def test_what_a_document_shows_counts_though_its_navigation_never_comes() -> None:
    story = written()
    story.load(5.0, "B", ("Room",))
    story.events.sort(key=lambda event: event.time)
    reload_told_late(story, after=None)
    assert [stale.tab for stale in story.subject(until=20.5).stale_now] == ["B"]
    assert story.subject(until=22.0).stale_now == ()


def test_what_a_page_displays_it_displays_of_the_address_it_turns_to() -> None:
    story = room()
    story.says(5.0, "A", "Menu")
    story.turns(6.0, "A", "https://example.org/other")
    story.turns(8.0, "A", PAGE)
    assert story.subject(until=20.0).stale_now == ()
