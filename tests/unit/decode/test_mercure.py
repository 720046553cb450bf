from __future__ import annotations

from monitor import model
from tests.unit.decode.streams_of import chunk, response, run, sse

HUB = "https://example.org/.well-known/mercure"


def test_events_of_the_hub() -> None:
    text = sse({"type": "created", "id": 1}, ("removed", "b1"), "plain")
    found = run(response(f"{HUB}?topic=a&topic=b"), chunk(text))
    assert [(m.protocol, m.type) for m in found] == [("mercure", "created"), ("mercure", "removed"), ("mercure", None)]


def test_a_publication_is_a_form() -> None:
    text = "topic=https%3A%2F%2Fexample.org%2Fb%2F1&data=%7B%22type%22%3A%22sold%22%7D"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    (message,) = run(model.Request(time=1.0, connection="r", method="POST", url=HUB, headers=headers, text=text))
    assert (message.protocol, message.type) == ("mercure", "sold")
    assert message.value["data"] == {"type": "sold"}


def test_another_address_is_left() -> None:
    assert run(response("https://example.org/events"), chunk(sse({"a": 1})))[0].protocol == "sse"
