"""What all streams do alike."""

from __future__ import annotations

import pytest

from monitor.decode import stream as module
from monitor.decode.limits import MORE_RECORDS
from monitor.decode.multipart import MultipartReader
from monitor.decode.protocol import Facts, Item
from monitor.decode.stream import CutStream, Stream


def test_one_piece_is_read_as_so_many_messages_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_RECORDS", 3)
    decoded = Stream(Facts())._gather(Item(text=str(number)) for number in range(9))
    assert [message.value for message in decoded.messages] == ["0", "1", "2"]
    assert decoded.messages[-1].notes == (MORE_RECORDS,)


def test_a_reader_cuts_a_body_into_items() -> None:
    stream = CutStream(Facts(), MultipartReader(), "multipart")
    assert stream.feed("--x\r\n\r\n").messages == ()
    assert stream.held
    (message,) = stream.feed('{"type":"part"}\r\n--x--\r\n').messages
    assert message.type == "part"
