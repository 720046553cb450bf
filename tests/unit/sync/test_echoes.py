from __future__ import annotations

from monitor.decode.moments import scan
from monitor.sync.echoes import ECHO_S, SEEN, SENT, Sent

AT = 1_800_000_000.0


def test_what_a_page_made_and_sent_is_an_echo_once() -> None:
    sent = Sent()
    sent.leave(scan({"text": "a thought that is new"}, AT), AT)
    assert sent.come(scan({"said": "a thought that is new"}, AT + 0.2), AT + 0.2) == AT
    assert sent.come(scan({"said": "a thought that is new"}, AT + 0.3), AT + 0.3) is None


def test_what_came_to_the_page_before_is_not_its_own() -> None:
    sent = Sent()
    assert sent.come(scan({"room": "room-number-7777"}, AT), AT) is None
    sent.leave(scan({"room": "room-number-7777"}, AT + 1), AT + 1)
    assert sent.come(scan({"room": "room-number-7777"}, AT + 2), AT + 2) is None


def test_a_late_echo_is_none_and_the_last_of_several_counts() -> None:
    sent = Sent()
    sent.leave(scan({"text": "the first of thoughts"}, AT), AT)
    sent.leave(scan({"text": "the second of thoughts"}, AT + 3), AT + 3)
    both = scan({"all": ["the first of thoughts", "the second of thoughts"]}, AT + 4)
    assert sent.come(both, AT + 4) == AT + 3
    sent.leave(scan({"text": "the third of thoughts"}, AT + 5), AT + 5)
    assert sent.come(scan({"text": "the third of thoughts"}, AT), AT + 6 + ECHO_S) is None


def test_a_moment_that_a_page_sent_is_known_as_often_as_it_comes() -> None:
    sent = Sent()
    sent.leave(scan({"ping": AT + 0.5}, AT), AT)
    assert sent.come(scan({"pong": AT + 0.5}, AT), AT + 0.1) == AT
    assert sent.come(scan({"pong": AT + 0.5}, AT), AT + 0.2) == AT
    assert AT + 0.5 in sent.moments


def test_memory_is_bounded() -> None:
    sent = Sent()
    for number in range(SENT + 50):
        sent.leave(scan({"text": f"thought {number:09}", "at": AT + number / 1000}, AT), AT)
    assert len(sent.texts) == len(sent.moments) == SENT
    sent.see(f"text {number:09}" for number in range(3 * SEEN))
    sent.see(["one more text"])
    assert len(sent._young) + len(sent._old) <= 4 * SEEN


def test_words_of_the_protocol_are_no_echo() -> None:
    sent = Sent()
    sent.leave(scan({"type": "presence", "state": "foreground", "say": "too short"}, AT), AT)
    assert sent.come(scan({"type": "presence", "say": "too short"}, AT + 0.1), AT + 0.1) is None
