"""The sequence diagram: how the page connects, then one write as the other tab lived it."""

from __future__ import annotations

from tests.unit.report.stories import column, told_chatgpt, told_claude


def test_the_socket_the_write_the_word_and_the_reload_in_their_order() -> None:
    steps = column(told_chatgpt()).diagram
    assert [(step.source, step.to, step.label) for step in steps] == [
        ("tab", "server", "GET /backend-api/celsius/ws/user"),
        ("server", "tab", "200 {websocket_url}"),
        ("tab", "server", "opens wss://ws.chatgpt.com/p24/ws/user/{id}"),
        ("tab", "server", "subscribe"),
        ("server", "tab", "subscribe"),
        ("tab", "server", "POST /backend-api/f/conversation"),
        ("server", "other", "conversation-turn-complete"),
        ("other", "server", "loads the page again"),
    ]
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_a_push_goes_to_the_worker() -> None:
    steps = column(told_claude()).diagram
    (push,) = [step for step in steps if step.what == "push"]
    assert (push.source, push.to, push.label) == ("push", "worker", "OpenChat")
