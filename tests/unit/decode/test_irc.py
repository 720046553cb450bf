"""IRC over WebSockets."""

from __future__ import annotations

import pytest

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

IRC = next(one for one in STREAMS if one.name == "irc")
URL = "wss://irc-ws.chat.twitch.tv/"


def test_lines_are_messages_named_by_their_commands() -> None:
    found = messages(IRC, hints=True)
    assert [one.type for one in found] == [
        "CAP", "PASS", "NICK", "CAP", "001", "002", "JOIN", "ROOMSTATE", "PRIVMSG", "PING", "PONG", "PRIVMSG",
    ]  # fmt: skip
    said = found[8].value
    assert said["tags"] == {"badge-info": "", "color": "#FF0000", "display-name": "Bob the; first"}
    assert said["prefix"] == "bob!bob@twitch.tv"
    assert said["params"] == ["#chan", "hi : there"]


def test_lines_without_tags_or_parameters() -> None:
    (ping, pong) = run(opened(URL), frame("PING\r\nPONG :x y\r\n"))
    assert (ping.type, ping.value) == ("PING", {})
    assert pong.value == {"params": ["x y"]}


@pytest.mark.parametrize("text", ["PING", "JOIN us", ":) that is fun", "@bob look", "hello", "NOTICE"])
def test_words_are_no_lines(text: str) -> None:
    assert run(opened("wss://example.org/ws"), frame(text))[0].protocol == "text"


def test_what_is_no_line_is_read_generically() -> None:
    assert run(opened(URL), frame("NICK bob"), frame("{odd}"))[1].protocol == "text"
