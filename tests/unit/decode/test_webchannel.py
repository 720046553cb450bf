from __future__ import annotations

from monitor import model
from tests.unit.decode.streams_of import body, chunk, decode, finished, response, run
from tests.unit.decode.true_streams import STREAMS, messages

URL = "https://firestore.googleapis.com/google.firestore.v1.Firestore/Listen/channel?VER=8&SID=s"
LISTEN = next(one for one in STREAMS if one.name == "webchannel")


def test_messages_of_a_response() -> None:
    found = messages(LISTEN, hints=True)
    assert [(m.type, m.value["number"]) for m in found] == [
        ("open", 0), ("targetChange", 1), ("documentChange", 2), ("noop", 3),
    ]  # fmt: skip
    assert found[2].value["data"]["documentChange"]["document"] == {"name": "n/ü"}


def test_messages_come_with_the_chunk_that_completes_them() -> None:
    text = '14\n[[4,["noop"]]]'
    decoded = decode(response(URL, "text/plain"), chunk(text[:6]), chunk(text[6:]), finished())
    assert [[m.type for m in one.messages] for one in decoded] == [[], ["noop"]]
    assert decoded[1].layers == ("webchannel", "json")
    assert [m.type for m in run(response(URL, "text/plain"), body(text + text))] == ["noop", "noop"]


def test_a_form_holds_requests() -> None:
    asked = "%7B%22streamToken%22%3A%22t%22%2C%22writes%22%3A%5B%5D%7D"
    text = f"count=2&ofs=3&req0___data__={asked}&req1___data__=%7B%22x%22%3A1%7D"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    found = run(model.Request(time=1.0, connection="r", method="POST", url=URL, headers=headers, text=text))
    assert [(m.protocol, m.type, m.value["number"]) for m in found] == [
        ("webchannel", "writes", 0),
        ("webchannel", None, 1),
    ]


def test_other_arrays_and_forms_are_left() -> None:
    assert run(response(URL, "text/plain"), body("5\n[[1]]"))[0].protocol == "json"
    (message,) = run(model.Request(time=1.0, connection="r", method="POST", url=URL, text="a=1&b=2"))
    assert message.protocol == "form"
