"""Which write made a text: the surest payload that left a tab with it, or the request it was the answer to."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from monitor.model import Request
from tests.story import START, Story

TEXT = "Buy oat milk"
NOTE = json.dumps({"text": TEXT})


def room(*tabs: str) -> Story:
    story = Story()
    story.open(0, *(tabs or ("A", "B")))
    return story


def requests(story: Story, until: float = 20.0) -> list[tuple[str, str | None]]:
    """Who wrote, and what carried it, in order."""
    return [(write.tab, write.request) for write in story.subject(until).writes]


# ── what carries a write ──


def by_request(story: Story) -> None:
    story.fetch(9.9, "A", "POST /notes", NOTE)


def by_query(story: Story) -> None:
    story.fetch(9.9, "A", "GET /add?text=Buy+oat+milk")


def by_frame(story: Story) -> None:
    story.frame(9.9, "A", story.socket(1.0, "A"), NOTE, way="out")


def by_storage(story: Story) -> None:
    story.storage(9.9, "A", "notes", NOTE, "out")


def by_request_beside_a_frame(story: Story) -> None:
    story.frame(9.85, "A", story.socket(1.0, "A"), NOTE, way="out")
    story.fetch(9.9, "A", "POST /notes", NOTE)


def by_frame_beside_storage(story: Story) -> None:
    story.storage(9.85, "A", "notes", NOTE, "out")
    story.frame(9.9, "A", story.socket(1.0, "A"), NOTE, way="out")


@pytest.mark.parametrize(
    ("write", "request_"),
    [
        (by_request, "POST /notes"),
        (by_query, "GET /add"),
        (by_frame, "socket frame"),
        (by_storage, "storage notes"),
        (by_request_beside_a_frame, "POST /notes"),
        (by_frame_beside_storage, "socket frame"),
    ],
)
def test_a_write_is_named_by_the_surest_that_carried_it(write: Callable[[Story], None], request_: str) -> None:
    story = room()
    write(story)
    story.says(10.0, "A", TEXT)
    assert requests(story) == [("A", request_)]


def test_a_request_sent_after_the_page_showed_its_text_takes_the_place_of_a_frame() -> None:
    story = room()
    story.frame(9.9, "A", story.socket(1.0, "A"), NOTE, way="out")
    story.says(10.0, "A", TEXT)
    story.fetch(10.3, "A", "POST /notes", NOTE)
    assert requests(story) == [("A", "POST /notes")]


def test_a_payload_without_the_text_writes_nothing() -> None:
    story = room()
    story.fetch(9.9, "A", "POST /beat", '{"beat": 17}')
    story.frame(9.95, "A", story.socket(1.0, "A"), NOTE)
    story.says(10.0, "A", TEXT)
    assert ("A", "POST /beat") not in requests(story)


def test_a_payload_too_long_before_the_text_did_not_write_it() -> None:
    story = room()
    key = story.socket(1.0, "A")
    story.fetch(3.0, "A", "POST /notes", NOTE)
    story.frame(19.9, "A", key, NOTE)
    story.says(20.0, "A", TEXT)
    assert ("A", "POST /notes") not in requests(story, until=30.0)


def test_what_a_page_keeps_back_until_its_user_asks_for_it_was_written_by_whoever_sent_each() -> None:
    story, said = room(), ("The tram leaves at nine", "Lunch is at noon", "Bring the large tent")
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    for number, (text, tab) in enumerate(zip(said, "ABA", strict=True)):
        at = 10.0 + 3 * number
        story.fetch(at, tab, "POST /posts", json.dumps({"text": text, "by": "@ann"}))
        for other in "AB":
            story.frame(at + 0.05, other, sockets[other], json.dumps({"by": "@ann", "text": text}))
    for at, tab in ((19.0, "A"), (25.0, "B")):
        story.uses(at - 0.1, tab)
        story.says(at, tab, *(line for text in said for line in ("@ann", text)))
    writes = story.subject(until=60.0).writes
    assert [(write.tab, write.request) for write in writes] == [(tab, "POST /posts") for tab in "ABA"]
    assert [[(seen.tab, round(seen.after_s or 0), seen.via) for seen in write.seen] for write in writes] == [
        [("B", 15, "socket")], [("A", 6, "socket")], [("B", 9, "socket")],
    ]  # fmt: skip
    assert (
        writes[0].seen[0].why.endswith("had brought it after under 1 ms, and the page showed it after a click in it.")
    )


def test_another_tab_that_shows_it_first_did_not_write_it() -> None:
    story = room()
    story.frame(9.95, "B", story.socket(1.0, "B"), NOTE)
    story.says(9.98, "B", TEXT)
    story.fetch(9.9, "A", "POST /notes", NOTE, took=0.2)
    story.says(10.2, "A", TEXT)
    assert requests(story) == [("A", "POST /notes")]


def test_a_worker_writes_for_the_tab_that_shows_it_first() -> None:
    story = room()
    story.add(
        Request(time=9.9, target="worker", connection="s1", method="POST", url="https://example.org/notes", text=NOTE)
    )
    story.says(10.0, "A", TEXT)
    story.says(10.4, "B", TEXT)
    subject = story.told(until=20.0)
    assert subject.subjects[0].items[0].excerpt == TEXT
    assert subject.subjects[0].writes == ()  # it was not acknowledged


# ── acknowledgement and refusal ──


def test_a_frame_is_acknowledged_by_its_echo() -> None:
    story = room()
    key = story.socket(1.0, "A")
    story.frame(9.9, "A", key, NOTE, way="out")
    story.says(9.95, "A", TEXT)
    story.frame(10.4, "A", key, NOTE)
    [write] = story.subject(until=20.0).writes
    assert write.at == pytest.approx(START + 10.4)


def test_an_echo_that_came_before_anybody_showed_the_text_is_the_acknowledgement() -> None:
    story = room()
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    story.frame(9.8, "A", sockets["A"], NOTE, way="out")
    for tab in "AB":
        story.frame(9.9, tab, sockets[tab], NOTE)
        story.says(9.95, tab, TEXT)
    for tab in "AB":  # the whole list, with the next that is written
        story.frame(12.0, tab, sockets[tab], json.dumps({"list": [TEXT, "Walk the dog"]}))
    [write, *_] = story.subject(20.0).writes
    assert write.at - START == pytest.approx(9.9)
    assert [seen.after_s for seen in write.seen] == [pytest.approx(0.05)]


def test_the_same_text_on_another_socket_is_no_echo() -> None:
    story = room()
    story.frame(9.9, "A", story.socket(1.0, "A"), NOTE, way="out")
    story.says(9.95, "A", TEXT)
    story.frame(10.4, "A", story.socket(1.1, "A"), NOTE)
    [write] = story.subject(until=20.0).writes
    assert write.at == pytest.approx(START + 9.9)


def test_what_was_shown_ahead_of_a_refusal_counts_for_nobody() -> None:
    story = room()
    story.says(9.95, "A", TEXT)
    story.fetch(9.9, "A", "POST /notes", NOTE, took=0.5, status=409)
    subject = story.subject(until=20.0)
    assert (subject.writes, subject.items, subject.stale_now) == ((), (), ())


# ── answers ──

QUESTION, ANSWER = "Which tree is it?", "A silver birch, I think"


def asked() -> Story:
    story = room()
    story.fetch(9.9, "A", "POST /ask", json.dumps({"q": QUESTION}), says=json.dumps({"a": ANSWER}), took=0.3)
    story.says(9.95, "A", QUESTION)
    return story


def test_a_text_that_came_on_the_answer_belongs_to_the_write_and_is_due_from_its_first_sight() -> None:
    story = asked()
    story.says(13.0, "A", ANSWER)
    subject = story.subject(until=20.0)
    [write] = subject.writes
    assert len(write.items) == 2
    assert [item.cells["B"].for_s for item in subject.items] == [pytest.approx(9.8), pytest.approx(7.0)]


def test_a_text_of_another_answer_does_not_belong_to_it() -> None:
    story = asked()
    story.fetch(12.5, "A", "GET /news", says=json.dumps({"headline": "Bridge reopens after repairs"}))
    story.says(12.6, "A", "Bridge reopens after repairs")
    write = next(write for write in story.subject(until=20.0).writes if write.request == "POST /ask")
    assert len(write.items) == 1


# ── the same again ──


def test_one_payload_writes_one_text_once() -> None:
    story = room()
    story.fetch(9.9, "A", "POST /notes", NOTE)
    story.says(10.0, "A", TEXT)
    story.says(12.0, "A", TEXT)
    writes = story.subject(until=20.0).writes
    assert [len(write.items) for write in writes if write.request == "POST /notes"] == [1]


def test_a_request_that_is_answered_late_is_still_the_write() -> None:
    story = Story()
    story.open(0, "A", "B")
    note = json.dumps({"text": "Water the plants"})
    story.fetch(10.0, "A", "POST /notes", note, says=note, took=37.0)
    story.broadcast(47.03, note, "A", "B")
    story.says(47.05, "B", "Water the plants")
    story.says(47.06, "A", "Water the plants")
    [write] = story.subject(60.0).writes
    assert (write.tab, write.request) == ("A", "POST /notes")


# ── quantities ──


@pytest.mark.parametrize("id_", ["k7a", 7])
def test_a_quantity_is_of_the_message_that_changed_it_though_that_names_only_an_id(id_: str | int) -> None:
    story = room()
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    row = json.dumps({"op": "add", "id": id_, "text": "Oat milk"})
    story.fetch(9.9, "A", "POST /basket", row)
    story.frame(9.96, "B", sockets["B"], row)
    for tab in "AB":
        story.says(10.0, tab, "Oat milk Qty 1")
    changed = json.dumps({"op": "qty", "id": id_, "qty": 3})
    story.fetch(15.9, "B", "POST /basket/qty", changed)
    story.frame(15.96, "A", sockets["A"], changed)
    story.rewrites(16.0, "B", "Oat milk Qty 1", "Oat milk Qty 3")
    story.rewrites(16.02, "A", "Oat milk Qty 1", "Oat milk Qty 3")
    assert requests(story, 30.0) == [("A", "POST /basket"), ("B", "POST /basket/qty")]
    assert [seen.after_s for write in story.subject(30.0).writes for seen in write.seen] == pytest.approx(
        [0.05, 0.07], abs=0.1
    )


def test_a_number_beside_what_was_written_is_of_that_and_of_no_message_that_has_it_too() -> None:
    story = room("A", "B", "C")
    story.fetch(
        5.0, "A", "POST /notes", '{"text":"Water the ferns","hour":9}', says='{"id":"n1","text":"Water the ferns"}'
    )
    story.says(5.1, "A", "Water the ferns")
    story.fetch(9.0, "B", "POST /notes", '{"text":"Sort old photos"}', says='{"text":"Sort old photos","votes":9}')
    story.says(9.1, "B", "Sort old photos", "♥ 9")
    story.fetch(14.0, "C", "POST /notes", '{"text":"Wash the car","hour":9}', says='{"id":"n3","text":"Wash the car"}')
    found = story.subject(until=30.0)
    names = {item.id: item.excerpt for item in found.items}
    wrote = {write.tab: [names[item_id] for item_id in write.items] for write in found.writes}
    assert wrote["B"] == ["Sort old photos", "♥ 9"]
    assert found.violations == ()


@pytest.mark.parametrize("first", ["A", "B"])
def test_what_a_service_worker_sends_is_of_the_tab_whose_user_did_something_just_before(first: str) -> None:
    story = Story()
    story.open(0, "A", "B", texts=["Notes"])
    story.uses(5.0, "B")
    story.uses(9.95, "A")
    note = json.dumps({"text": "Buy oat milk"})
    story.fetch(10.0, None, "POST /notes", note)
    for tab in (first, "B" if first == "A" else "A"):
        story.worker(10.1, tab, note)
        story.says(10.12, tab, "Buy oat milk")
    assert [(one.tab, [seen.tab for seen in one.seen]) for one in story.subject(20.0).writes] == [("A", ["B"])]


@pytest.mark.parametrize(("clicks", "writer"), [(True, "POST /regenerate"), (False, None)])
def test_a_click_that_calls_forth_a_streamed_answer_wrote_it_though_it_sent_no_text(
    clicks: bool, writer: str | None
) -> None:
    story = room()
    if clicks:
        story.uses(9.9, "A")
    key = story.stream(10.0, "A", "POST /regenerate", mime="text/event-stream")
    story.chunk(10.2, "A", key, f"data: {NOTE}\n\n")
    story.says(10.3, "A", TEXT)
    assert requests(story) == [("A", writer)]
