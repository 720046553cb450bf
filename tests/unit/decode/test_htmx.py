from __future__ import annotations

from monitor.decode.htmx import targets
from tests.unit.decode.streams_of import chunk, frame, opened, response, run, sse

URL = "wss://example.org/chat"


def test_what_is_sent_has_the_type_of_its_sender() -> None:
    sent = {"text": "hi", "HEADERS": {"HX-Request": "true", "HX-Trigger": "form-1", "HX-Trigger-Name": None}}
    (message,) = run(opened(URL), frame(sent, dir="out"))
    assert (message.protocol, message.type) == ("htmx", "form-1")


def test_what_comes_has_the_type_of_its_place() -> None:
    html = '<ul><li id="n" hx-swap-oob="true">1</li></ul><div id="chat" hx-swap-oob="beforeend">x</div>'
    found = run(opened(URL), frame(html), frame("<p>more</p>"), frame("text"))
    assert [(m.protocol, m.type) for m in found] == [("htmx", "swap/n"), ("htmx", "html"), ("text", None)]
    assert found[0].value["targets"] == ["swap/n", "swap/chat"]


def test_turbo_streams() -> None:
    html = '<turbo-stream action="replace" target="m1"><template><p>x</p></template></turbo-stream>'
    found = run(response("https://example.org/s"), chunk(sse(html)))
    assert [(m.protocol, m.type) for m in found] == [("turbo-stream", "replace/m1")]


def test_html_alone_has_no_place() -> None:
    assert targets("<p>hx-swap-oob is said here</p>") == []
    assert targets("<turbo-stream action='remove' targets='.old'></turbo-stream>") == ["remove/.old"]
    assert len(targets('<i hx-swap-oob="true"></i>' * 100)) == 64
