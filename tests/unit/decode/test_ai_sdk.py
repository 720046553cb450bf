"""The AI SDK's data stream."""

from __future__ import annotations

import pytest

from monitor.decode.ai_sdk import OPENS, AiSdkReader
from tests.unit.decode.streams_of import chunk, finished, response, run

URL = "https://example.org/api/chat"
ANSWER = 'f:{"messageId":"m1"}\n0:"Hel"\n0:"lo"\n9:{"toolCallId":"t","toolName":"look"}\nd:{"finishReason":"stop"}\n'


def read(*pieces: str) -> list[tuple[str, str | None, object]]:
    found = run(response(URL, mime="text/plain"), *map(chunk, pieces), finished())
    return [(one.protocol, one.type, one.value) for one in found]


@pytest.mark.parametrize("size", [9, 13, 1000])
def test_parts_are_named_wherever_the_body_is_cut(size: int) -> None:
    pieces = [ANSWER[at : at + size] for at in range(0, len(ANSWER), size)]
    first, text, more, tool, end = (
        read('f:{"messageId"' + ANSWER[14:30], *[ANSWER[30:]]) if size == 9 else read(*pieces)
    )
    assert first == ("ai-sdk", "start_step", {"messageId": "m1"})
    assert (text, more) == (("ai-sdk", "text", "Hel"), ("ai-sdk", "text", "lo"))
    assert tool[:2] == ("ai-sdk", "tool_call")
    assert end == ("ai-sdk", "finish_message", {"finishReason": "stop"})


@pytest.mark.parametrize("text", ["0: no", "12:30 is late", "a:b\nc:d\n", "see: {this}", "z:{}\nz:{}\n", ""])
def test_other_texts_do_not_begin_like_it(text: str) -> None:
    assert OPENS.match(text) is None


def test_a_line_of_another_form_is_text() -> None:
    assert [one[0] for one in read(ANSWER, "0:no json\n", "hello\n")][-2:] == ["text", "text"]


def test_a_last_line_without_an_end_counts() -> None:
    reader = AiSdkReader()
    assert reader.feed('0:"a') == []
    assert reader.held
    assert [item.text for item in reader.feed('"') + reader.finish()] == ['0:"a"']
