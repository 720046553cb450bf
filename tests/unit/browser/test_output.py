"""Decoding what pages can make of JSON, and the two outputs."""

from __future__ import annotations

import msgspec
import pytest

from monitor.browser.clock import Clock
from monitor.browser.output import Origin, Output, decode, mended, size_of, whole_text
from monitor.browser.wire import Envelope
from monitor.browser.wire_page import DomStorageChange
from monitor.model import Mark


def test_lone_surrogates_become_replacement_characters() -> None:
    change = b'{"storageId":{"isLocalStorage":true},"key":"\\ud800k","newValue":"\\ud83d\\ude00"}'
    decoded = decode(change, DomStorageChange)
    assert decoded.key == "\ufffdk"
    assert decoded.new_value == "😀"
    message = b'{"method":"M","params":{"x":"\\udfff"}}'
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(message, type=Envelope)
    assert bytes(msgspec.json.decode(mended(message), type=Envelope).params) == b'{"x": "\\ufffd"}'


def test_what_is_no_json_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        decode(b"{", DomStorageChange)


@pytest.mark.parametrize(("text", "size"), [("abc", 3), ("é☃", 5), ("😀", 4)])
def test_sizes_are_bytes(text: str, size: int) -> None:
    assert size_of(text) == size
    assert whole_text(text) == text


def test_drains_give_each_thing_once() -> None:
    out = Output(Clock(0.0))
    out.emit(Mark(time=1.0))
    out.send("s", "A.b", {"c": 1})
    assert [e.kind for e in out.drain_events()] == ["mark"]
    assert [(s.session, s.method, s.params) for s in out.drain_sends()] == [("s", "A.b", {"c": 1})]
    assert out.drain_events() == []
    assert out.drain_sends() == []


def test_only_what_the_browser_stamped_has_a_mono() -> None:
    origin = Origin("s", "T", "A")
    assert origin.stamp(Clock(10.0), 1.0) == {"time": 11.0, "mono": 1.0, "tab": "A", "target": "T"}
    assert origin.unstamped(Clock(10.0), 1.0) == {"time": 11.0, "tab": "A", "target": "T"}


def test_it_is_known_whether_there_is_something_to_send() -> None:
    out, told = Output(Clock(0.0)), []
    told.append(out.sending)
    out.send(None, "Browser.getVersion")
    told.append(out.sending)
    out.drain_sends()
    told.append(out.sending)
    assert told == [False, True, False]
