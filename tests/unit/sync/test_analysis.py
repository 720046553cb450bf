"""The fold on pages without a profile: which tab is stale, how long, what healed it, and what is no staleness."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from monitor.model import Block, Shown
from monitor.sync.snapshot import SeenView, SubjectView
from tests.story import PAGE, START, Story

TEXT = "Buy oat milk"
POST = json.dumps({"text": TEXT})
NOTES = json.dumps({"notes": [{"id": 1, "text": "Water the plants"}, {"id": 2, "text": TEXT}]})


def written(at: float = 10.0) -> Story:
    """Two tabs on one page; A posts a text and shows it."""
    story = Story()
    story.open(0, "A", "B", texts=("Room", "Water the plants"))
    story.fetch(at - 0.05, "A", "POST /notes", POST, says='{"ok": true}')
    story.says(at + 0.01, "A", TEXT)
    return story


def only_seen(subject: SubjectView) -> SeenView:
    [write] = subject.writes
    [seen] = write.seen
    return seen


def test_a_tab_that_never_gets_it_is_stale_and_censored() -> None:
    story = written()
    snapshot = story.told(until=25.0)
    [subject] = snapshot.subjects
    seen = only_seen(subject)
    assert (seen.state, seen.censored, seen.after_s, seen.via) == ("missing", True, None, None)
    [stale] = subject.stale_now
    assert (stale.tab, stale.received) == ("B", False)
    assert stale.for_s == pytest.approx(15.0, abs=0.05)
    assert subject.verdict == "no-sync"
    assert {tab.label: tab.state for tab in snapshot.tabs} == {"A": "current", "B": "stale"}
    assert any(alert.level == "stale" and alert.tab == "B" for alert in snapshot.alerts)


def test_the_write_is_named_by_its_request_and_dated_by_its_answer() -> None:
    [write] = written().subject(until=11.0).writes
    assert (write.tab, write.request, write.excerpt) == ("A", "POST /notes", TEXT)
    assert write.at == pytest.approx(START + 10.0, abs=0.001)


def test_a_refused_request_is_no_write() -> None:
    story = Story()
    story.open(0, "A", "B")
    story.fetch(9.95, "A", "POST /notes", POST, status=409)
    story.says(10.0, "A", TEXT)
    assert all(write.request is None for write in story.subject(until=12.0).writes)


def reload(story: Story) -> int:
    number = story.load(23.0, "B", ("Room", "Water the plants"))
    story.fetch(23.15, "B", "GET /notes", says=NOTES)
    story.says(23.25, "B", TEXT)
    return number


def socket_text(story: Story) -> int:
    key = story.socket(1.0, "B")
    number = story.frame(13.2, "B", key, json.dumps({"k": 2, "note": {"text": TEXT}}))
    story.says(13.25, "B", TEXT)
    return number


def socket_binary(story: Story) -> int:
    key = story.socket(1.0, "B")
    number = story.frame(13.2, "B", key, b"\x00\x00\x00\x0f\x82\xa1k\x02\xa4text\xac" + TEXT.encode())
    story.says(13.25, "B", TEXT)
    return number


def socket_opaque(story: Story) -> int:
    key = story.socket(1.0, "B")
    story.frame(12.0, "B", key, '{"ping": 1}')
    number = story.frame(13.2, "B", key, bytes(range(0x80, 0xC0)))
    story.says(13.25, "B", TEXT)
    return number


def sse(story: Story) -> int:
    story.sse(13.2, "B", json.dumps({"text": TEXT}))
    number = len(story.events)
    story.says(13.25, "B", TEXT)
    return number


def stream(story: Story) -> int:
    key = story.stream(3.0, "B", "GET /live")
    story.chunk(13.2, "B", key, json.dumps({"text": TEXT}) + "\n")
    number = len(story.events)
    story.says(13.25, "B", TEXT)
    return number


def stream_in_tokens(story: Story) -> int:
    key = story.stream(3.0, "B", "GET /live")
    for n, token in enumerate(("Buy ", "oat ", "milk")):
        story.chunk(13.0 + n * 0.1, "B", key, json.dumps({"token": token}) + "\n")
    number = len(story.events)
    story.says(13.25, "B", TEXT)
    return number


def stream_older_than_the_recording(story: Story) -> int:
    for at in range(2, 13):
        story.chunk(at + 0.9, "B", "r0", "", size=44)
    story.chunk(13.2, "B", "r0", "", size=97)
    number = len(story.events)
    story.says(13.25, "B", TEXT)
    story.chunk(13.9, "B", "r0", "", size=44)
    return number


def poll(story: Story) -> int:
    for at in (3.2, 5.2, 7.2, 9.2, 11.2):
        story.fetch(at, "B", "GET /notes", says='{"notes": []}')
    story.fetch(13.2, "B", "GET /notes", says=NOTES)
    number = len(story.events)
    story.says(13.3, "B", TEXT)
    return number


def refetch(story: Story) -> int:
    story.fetch(13.2, "B", "GET /notes", says=NOTES)
    number = len(story.events)
    story.says(13.3, "B", TEXT)
    return number


def storage(story: Story) -> int:
    story.storage(13.2, "A", "notes", NOTES, "out")
    story.storage(13.2, "B", "notes", NOTES, "in")
    number = len(story.events)
    story.says(13.25, "B", TEXT)
    return number


def broadcast(story: Story) -> int:
    story.broadcast(13.2, json.dumps({"note": TEXT}), "A", "B")
    number = len(story.events)
    story.says(13.25, "B", TEXT)
    return number


@pytest.mark.parametrize(
    ("heal", "via", "verdict", "after"),
    [
        (reload, "reload", "refresh-to-sync", 13.25),
        (socket_text, "socket", "live-sync", 3.25),
        (socket_binary, "socket", "live-sync", 3.25),
        (socket_opaque, "socket", "live-sync", 3.25),
        (sse, "sse", "live-sync", 3.25),
        (stream, "fetch-stream", "live-sync", 3.25),
        (stream_in_tokens, "fetch-stream", "live-sync", 3.25),
        (stream_older_than_the_recording, "fetch-stream", "live-sync", 3.25),
        (poll, "poll", "poll-sync", 3.3),
        (refetch, "refetch", "unknown", 3.3),
        (storage, "storage", "live-sync", 3.25),
        (broadcast, "broadcast", "live-sync", 3.25),
    ],
)
def test_each_channel_is_named_with_its_event_and_wait(
    heal: Callable[[Story], int], via: str, verdict: str, after: float
) -> None:
    story = written()
    number = heal(story)
    subject = story.subject(until=30.0)
    seen = only_seen(subject)
    assert (seen.tab, seen.state, seen.via, seen.censored) == ("B", "shown", via, False)
    assert seen.event_seq == number
    assert seen.after_s == pytest.approx(after, abs=0.02)
    assert subject.verdict == verdict
    assert subject.stale_now == ()


def test_a_word_on_the_socket_prompts_the_refetch() -> None:
    story = written()
    key = story.socket(1.0, "B")
    for at in range(2, 13):
        story.frame(at, "B", key, json.dumps({"beat": at}))
    story.frame(13.2, "B", key, '{"changed": true}')
    story.fetch(13.25, "B", "GET /notes", says=NOTES)
    story.says(13.4, "B", TEXT)
    seen = only_seen(story.subject(until=20.0))
    assert (seen.via, seen.prompted_by) == ("refetch", "socket")


def test_a_heartbeat_before_a_poll_prompts_nothing() -> None:
    story = written()
    key = story.socket(1.0, "B")
    for beat in range(2, 20):
        story.frame(beat, "B", key, json.dumps({"beat": beat}))
    for at in (3.2, 6.2, 9.2):
        story.fetch(at, "B", "GET /notes", says='{"notes": []}')
    story.fetch(12.2, "B", "GET /notes", says=NOTES)
    story.says(12.3, "B", TEXT)
    seen = only_seen(story.subject(until=20.0))
    assert (seen.via, seen.prompted_by) == ("poll", None)


def test_received_but_not_shown_is_told_apart() -> None:
    story = written()
    key = story.socket(1.0, "B")
    number = story.frame(10.3, "B", key, json.dumps({"text": TEXT}))
    subject = story.subject(until=20.0)
    seen = only_seen(subject)
    assert (seen.state, seen.censored, seen.event_seq) == ("received", True, number)
    assert [stale.received for stale in subject.stale_now] == [True]


def test_received_at_once_and_shown_by_a_reload_is_healed_by_the_reload() -> None:
    story = written()
    key = story.socket(1.0, "B")
    story.frame(10.3, "B", key, json.dumps({"text": TEXT}))
    number = reload(story)
    seen = only_seen(story.subject(until=30.0))
    assert (seen.via, seen.event_seq) == ("reload", number)


def test_three_tabs_each_have_their_own_fate() -> None:
    story = Story()
    story.open(0, "A", "B", "C", texts=("Room",))
    key = story.socket(1.0, "B")
    story.fetch(9.95, "A", "POST /notes", POST)
    story.says(10.01, "A", TEXT)
    story.frame(10.2, "B", key, POST)
    story.says(10.25, "B", TEXT)
    subject = story.subject(until=22.0)
    [write] = subject.writes
    assert {seen.tab: (seen.state, seen.via) for seen in write.seen} == {
        "B": ("shown", "socket"),
        "C": ("missing", None),
    }
    assert [stale.tab for stale in subject.stale_now] == ["C"]
    assert subject.verdict == "mixed"


def test_a_draft_in_the_composer_is_not_the_message() -> None:
    story = Story()
    story.open(0, "A", "B")
    key = story.socket(1.0, "B")
    draft = Block(slot=90, text=TEXT, path="body/form/input", length=len(TEXT), editable=True)
    common = {"tab": "A", "target": "page-A", "document": story.document_of("A"), "frame": "page-A", "url": PAGE}
    story.add(Shown(time=9.9, blocks=(draft,), **common))  # type: ignore[arg-type]
    story.frame(9.99, "B", key, POST)
    story.fetch(9.95, "A", "POST /notes", POST)
    story.add(Shown(time=10.0, gone=(90,), **common))  # type: ignore[arg-type]
    story.says(10.01, "A", f"{TEXT} 0 s ago")
    story.says(10.02, "B", f"{TEXT} 0 s ago")
    subject = story.subject(until=20.0)
    assert only_seen(subject).via == "socket"
    assert subject.stale_now == ()


def test_a_push_that_outruns_the_answer_is_a_wait_of_nothing() -> None:
    story = Story()
    story.open(0, "A", "B")
    key = story.socket(1.0, "B")
    story.frame(9.99, "B", key, POST)
    story.says(10.0, "B", TEXT)
    story.fetch(9.9, "A", "POST /notes", POST, took=0.2)
    story.says(10.12, "A", TEXT)
    [write] = story.subject(until=15.0).writes
    assert write.tab == "A"
    [seen] = write.seen
    assert (seen.tab, seen.after_s, seen.via) == ("B", 0.0, "socket")


def test_an_optimistic_page_shows_ahead_of_its_request() -> None:
    story = Story()
    story.open(0, "A", "B")
    story.says(9.9, "A", TEXT)
    story.fetch(10.0, "A", "POST /notes", POST, took=0.5)
    subject = story.subject(until=16.0)
    [write] = subject.writes
    assert write.request == "POST /notes"
    assert write.at == pytest.approx(START + 10.5)
    assert subject.stale_now[0].for_s == pytest.approx(5.5, abs=0.05)


def test_a_hidden_tab_is_labelled_not_blamed() -> None:
    story = written()
    story.hide(5.0, "B")
    story.hide(15.0, "B", visible=True)
    story.hide(16.0, "B")
    snapshot = story.told(until=20.0)
    assert {tab.label: tab.state for tab in snapshot.tabs}["B"] == "hidden"
    assert not any(alert.level == "stale" for alert in snapshot.alerts)
    [stale] = snapshot.subjects[0].stale_now
    assert stale.hidden
    assert only_seen(snapshot.subjects[0]).hidden_s == pytest.approx(9.0, abs=0.05)


def test_the_same_text_twice_is_two_items() -> None:
    story = written()
    socket_text(story)
    story.fetch(19.95, "A", "POST /notes", POST)
    story.says(20.01, "A", TEXT)
    subject = story.subject(until=30.0)
    assert [stale.tab for stale in subject.stale_now] == ["B"]
    assert len(subject.stale_now[0].missing) == 1


def test_an_age_beside_a_text_does_not_make_it_another_text() -> None:
    story = Story()
    story.open(0, "A", "B")
    for at in (3.0, 6.0, 9.0):
        story.fetch(at, "B", "GET /notes", says='{"notes": []}')
    story.fetch(9.95, "A", "POST /notes", POST)
    story.says(10.03, "A", f"{TEXT} 0 s ago")
    story.fetch(12.0, "B", "GET /notes", says=NOTES)
    story.says(12.1, "B", f"{TEXT} 2 s ago")
    story.rewrites(12.3, "A", f"{TEXT} 0 s ago", f"{TEXT} 2 s ago")
    story.rewrites(13.1, "B", f"{TEXT} 2 s ago", f"{TEXT} 3 s ago")
    subject = story.subject(until=20.0)
    assert [len(write.items) for write in subject.writes if write.seen] == [1]
    assert only_seen(subject).after_s == pytest.approx(2.1, abs=0.1)
    assert subject.stale_now == ()


def test_numbered_messages_are_messages_of_their_own() -> None:
    story = Story()
    story.open(0, "A", "B")
    key = story.socket(1.0, "B")
    for number in (1, 2, 3):
        text = f"message {number}"
        story.fetch(9.95 + number, "A", "POST /notes", json.dumps({"user": "alice", "text": text}))
        story.says(10.01 + number, "A", f"alice: {text}")
    for number in (2, 3):
        story.frame(20 + number, "B", key, json.dumps({"user": "alice", "text": f"message {number}"}))
        story.says(20.05 + number, "B", f"alice: message {number}")
    subject = story.subject(until=30.0)
    assert [len(stale.missing) for stale in subject.stale_now] == [1]
    assert [write.seen[0].state for write in subject.writes] == ["missing", "shown", "shown"]


def test_what_its_writer_takes_back_is_lacked_by_nobody() -> None:
    story = written()
    story.drops(12.0, "A", TEXT)
    assert story.subject(until=20.0).stale_now == ()


def test_an_edit_in_place_makes_the_other_tab_stale() -> None:
    story = Story()
    story.open(0, "A", "B", texts=("Room", "Status: all is well"))
    story.fetch(9.95, "A", "PUT /status", json.dumps({"status": "the roof leaks"}))
    story.rewrites(10.0, "A", "Status: all is well", "Status: the roof leaks")
    assert [stale.tab for stale in story.subject(until=15.0).stale_now] == ["B"]


def test_an_answer_on_the_response_of_the_write_belongs_to_it() -> None:
    story = Story()
    story.open(0, "A", "B")
    story.fetch(9.9, "A", "POST /ask", json.dumps({"q": "Which tree is it?"}), says='{"a": "A silver birch, I think"}')
    story.says(10.0, "A", "Which tree is it?")
    story.says(10.3, "A", "A silver birch, I think")
    [write] = story.subject(until=15.0).writes
    assert len(write.items) == 2


# ── what is no staleness ──


def quiet(story: Story, until: float = 60.0) -> None:
    snapshot = story.told(until=until)
    assert [tab.state for tab in snapshot.tabs] == ["current"] * len(snapshot.tabs)
    assert all(subject.stale_now == () and subject.writes == () for subject in snapshot.subjects)


def test_clocks_ages_and_counters_are_not_items() -> None:
    story = Story()
    texts = {"A": ["Room", "10:00:00", "Signed in as 8f3e2a77", "3 unread", "Hi 1 s ago"],
             "B": ["Room", "10:00:00", "Signed in as b1c9d0e2", "7 unread", "Hi 1 s ago"]}  # fmt: skip
    for tab, shown in texts.items():
        story.open(0, tab, texts=shown)
    sockets = {tab: story.socket(0.5, tab) for tab in texts}
    for second in range(1, 40):
        for tab, shown in texts.items():
            story.frame(second + 0.2, tab, sockets[tab], json.dumps({"k": 1, "n": second}))
            for index, new in ((1, f"10:00:{second:02}"), (4, f"Hi {second + 1} s ago")):
                story.rewrites(second + (0.3 if tab == "A" else 0.8), tab, shown[index], new)
                shown[index] = new
    quiet(story)


def test_a_toast_and_a_menu_are_not_items() -> None:
    story = Story()
    story.open(0, "A", "B")
    story.says(10.0, "A", "Saved!")
    story.drops(13.0, "A", "Saved!")
    story.says(20.0, "A", "Settings and help")
    quiet(story)
