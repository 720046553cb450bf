from __future__ import annotations

from monitor import model
from tests.unit.decode.streams_of import decode, frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

URL = "wss://s-1.firebaseio.com/.ws?v=5&ns=app"
SOCKET = next(one for one in STREAMS if one.name == "firebase")


def test_answers_have_the_type_of_their_question() -> None:
    types = [message.type for message in messages(SOCKET, hints=True)]
    assert types == ["c/h", "d/s", "d/q", "d/s", "d/d", "d/q", "keep-alive", "d/m"]
    late = [message.type for message in messages(SOCKET, hints=True, start=3)]
    assert late == ["d/answer", "d/d", "d/answer", "keep-alive", "d/m"]


def test_frames_of_one_message_are_joined() -> None:
    parts = ["3", '{"t":"d","d":{"a":"m",', '"b":{"p":"x",', '"d":"long"}}}']
    decoded = decode(opened(URL), *(frame(one) for one in parts[:2]), frame("0", dir="out"), *map(frame, parts[2:]))
    assert [[m.type for m in one.messages] for one in decoded] == [[], [], ["keep-alive"], [], ["d/m"]]
    assert decoded[-1].value["d"]["b"]["d"] == "long"


def test_frames_that_make_up_nothing_are_told() -> None:
    (message,) = run(opened(URL), frame("2"), frame("{"), frame("x"))
    assert message.notes == ("several frames that do not make up a message",)
    found = run(
        opened(URL), frame("2"), frame("{"), model.Gap(time=1.0, reason="x"), frame({"t": "c", "d": {"t": "o", "d": 1}})
    )
    assert [m.type for m in found] == ["c/o"]


def test_a_number_of_frames_that_do_not_follow_is_let_go() -> None:
    whole = {"t": "c", "d": {"t": "p", "d": {}}}
    assert [m.type for m in run(opened(URL), frame("2"), frame(whole), frame(whole))] == ["c/p", "c/p"]


def test_what_is_no_message_is_read_generically() -> None:
    frames = [frame({"t": "x", "d": {}}), frame("hello"), frame({"t": "c", "d": {"t": "zz", "d": 1}})]
    assert [m.protocol for m in run(opened(URL), *frames)] == ["json", "text", "json"]
