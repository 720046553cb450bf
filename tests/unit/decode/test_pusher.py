from __future__ import annotations

from tests.unit.decode.streams_of import frame, opened, run

URL = "wss://ws-eu.pusher.com/app/key?protocol=7&client=js"


def test_data_is_unpacked() -> None:
    (message,) = run(opened(URL), frame({"event": "update", "channel": "c", "data": '{"a":[1]}'}))
    assert (message.protocol, message.type) == ("pusher", "update")
    assert message.value == {"event": "update", "channel": "c", "data": {"a": [1]}}


def test_data_that_is_no_json_stays() -> None:
    assert run(opened(URL), frame({"event": "update", "data": "{text"}))[0].value["data"] == "{text"


def test_its_own_events_tell_it_anywhere_and_others_do_not() -> None:
    assert run(opened("wss://x/ws"), frame({"event": "pusher:ping", "data": {}}))[0].protocol == "pusher"
    assert run(opened("wss://x/ws"), frame({"event": "ping"}))[0].protocol == "json"


def test_what_has_no_event_is_read_generically() -> None:
    assert [m.protocol for m in run(opened(URL), frame({"event": "a"}), frame({"x": 1}), frame([1]))][1:] == [
        "json"
    ] * 2
