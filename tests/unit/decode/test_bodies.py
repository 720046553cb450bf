from __future__ import annotations

from typing import Any

from monitor import model
from monitor.decode import Decoder
from monitor.decode.bodies import header, joined, mime_of
from monitor.model import Decoded, Message
from tests.unit.decode.streams_of import ANSWER, CHATGPT, CLAUDE, CLAUDE_ANSWER, body, chunk, finished, response, run


def test_a_header_is_known_in_any_case_and_a_type_without_what_follows_it() -> None:
    assert header({"content-type": "a/b"}, "content-type") == header({"Content-Type": "a/b"}, "content-type") == "a/b"
    assert header({}, "content-type") == ""
    assert mime_of(" Text/HTML ; charset=utf-8") == "text/html"


def test_two_parts_are_one_with_the_error_and_the_layers_of_either() -> None:
    first = Decoded(layers=("json",), messages=(Message(protocol="x", type="a"),))
    second = Decoded(layers=("sse", "json"), messages=(Message(protocol="x", type="b"),), error="it is cut")
    both = joined(first, second)
    assert ([m.type for m in both.messages], both.layers, both.error) == (["a", "b"], ("sse", "json"), "it is cut")
    assert joined(first, None) is first


def test_a_body_may_follow_the_end() -> None:
    messages = run(response(CLAUDE), finished(where="later"), body(CLAUDE_ANSWER))
    assert messages[-1].value["state"]["conversation_id"] == "c9"


def test_a_partial_body_says_so_in_its_messages() -> None:
    messages = run(response(CHATGPT), body(ANSWER[ANSWER.index('event: delta\ndata: {"p": "/mess') :], state="partial"))
    assert messages[0].notes == ("the body is not whole",)


def test_chunks_that_do_not_join_are_a_loss() -> None:
    first, second = ANSWER[:600], ANSWER[600:]
    start = len(first.encode())
    whole = run(response(CHATGPT), chunk(first.encode()), chunk(second.encode(), offset=start))
    assert not any(m.notes for m in whole)
    apart = run(response(CHATGPT), chunk(first.encode()), chunk(second.encode(), offset=start + 7))
    assert any("are missing" in note for m in apart for note in m.notes)


def test_a_stream_told_with_a_hole_gives_what_was_missing_when_it_comes_whole() -> None:
    decoder = Decoder()
    common: dict[str, Any] = {"time": 1.0, "connection": "r1"}
    whole = "".join(f'data: {{"type":"t{number}"}}\n\n' for number in range(4))
    half = len(whole) // 2
    events = [
        model.Response(url="https://x.example/s", status=200, mime="text/event-stream", **common),
        model.Chunk(text=whole[half:], offset=half, size=half, **common),
        model.Finished(body="later", **common),
        model.Body(text=whole, size=len(whole), **common),
    ]
    told = [d for event in events if (d := decoder.feed(event)) is not None and d.messages]
    assert [[m.type for m in d.fresh] for d in told] == [["t2", "t3"], ["t0", "t1"]]
    assert [m.type for m in told[-1].messages] == ["t0", "t1", "t2", "t3"]
