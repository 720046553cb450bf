from __future__ import annotations

import pytest

from monitor.decode.sse import ServerSentEvent, SseReader, looks_like_sse


def read(text: str) -> list[ServerSentEvent]:
    reader = SseReader()
    return [*reader.feed(text), *reader.finish()]


def test_fields_of_an_event() -> None:
    assert read("event: add\nid: 7\ndata: a\ndata:b\n\n") == [ServerSentEvent("add", "a\nb", "7")]


def test_the_id_stays_and_the_name_does_not() -> None:
    assert read("id: 7\nevent: x\ndata: a\n\ndata: b\n\n")[1] == ServerSentEvent("message", "b", "7")


def test_comments_retries_and_events_without_data_are_no_events() -> None:
    assert read(": ping\n\nretry: 100\n\nevent: only\n\nid: 3\n\n") == []


def test_an_empty_data_line_is_an_event() -> None:
    assert read("data\n\n") == [ServerSentEvent("message", "", "")]


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    assert read("\ufeffdata: a\n\n")[0].data == "a"


def test_an_event_that_lacks_only_its_end_is_given_at_the_end() -> None:
    reader = SseReader()
    assert reader.feed("data: a") == []
    assert reader.finish() == [ServerSentEvent("message", "a", "")]


def test_an_id_with_a_nul_is_ignored() -> None:
    assert read("id: a\0b\ndata: x\n\n")[0].id == ""


def test_an_event_over_the_limit_is_dropped_and_counted() -> None:
    reader = SseReader(limit=20)
    assert reader.feed("data: 0123456789\ndata: 0123456789\n\ndata: ok\n\n") == [ServerSentEvent("message", "ok", "")]
    assert reader.cut == 1


@pytest.mark.parametrize("text", ["data: x\n\n", "event: a\ndata: b\n\n", ": hi\n\ndata: x\n\n", "id:1\nevent:x\n"])
def test_event_streams_are_told_by_their_look(text: str) -> None:
    assert looks_like_sse(text)


@pytest.mark.parametrize("text", ["", "date: x", ": only a comment\n", '{"data": 1}', "id: 5\nnothing more\n", "data"])
def test_other_texts_are_not_event_streams(text: str) -> None:
    assert not looks_like_sse(text)
