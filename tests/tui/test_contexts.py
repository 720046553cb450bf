from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.capture.reader import Capture
from monitor.decode import Decoder
from monitor.model import Body, Chunk, Decoded, Event, Finished, Frame, Request, Response, SocketOpened
from monitor.tui import contexts
from monitor.tui.contexts import TOO_MUCH, Contexts
from tests.laws import examples
from tests.tui.captures import write
from tests.unit.decode.true_streams import STREAMS, Stream, events

ADDRESS = "https://x.test/stream"
# A stream of deltas where only the first says where the text goes.
DELTAS = [
    'event: delta_encoding\ndata: "v1"\n\n',
    'event: delta\ndata: {"p":"","o":"add","v":{"message":{"id":"m1","author":{"role":"assistant"},'
    '"content":{"content_type":"text","parts":["One"]}}},"c":0}\n\n',
    *(f'event: delta\ndata: {{"p":"/message/content/parts/0","o":"append","v":" {n}"}}\n\n' for n in range(20)),
]


def streamed(pieces: list[str]) -> list[Event]:
    """An exchange whose answer comes in pieces."""
    found: list[Event] = [
        Request(time=1.0, tab="A", connection="r1", method="POST", url=ADDRESS),
        Response(time=1.0, tab="A", connection="r1", url=ADDRESS, status=200, mime="text/event-stream"),
    ]
    offset = 0
    for piece in pieces:
        found.append(Chunk(time=2.0, tab="A", connection="r1", size=len(piece), text=piece, offset=offset))
        offset += len(piece)
    return [*found, Finished(time=3.0, tab="A", connection="r1", size=offset)]


def of_two(first: Stream, second: Stream) -> list[Event]:
    """The events of two streams, in turns."""
    left = [msgspec.structs.replace(event, connection="c1") for event in events(first, hints=True)]
    right = [msgspec.structs.replace(event, connection="c2") for event in events(second, hints=True)]
    found: list[Event] = []
    for at in range(max(len(left), len(right))):
        found += left[at : at + 1] + right[at : at + 1]
    return found


@examples(100)
@given(st.sampled_from(STREAMS), st.sampled_from(STREAMS), st.data())
def test_in_whatever_order_each_is_what_reading_all_makes_of_it(
    first: Stream, second: Stream, data: st.DataObject
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Capture(write(Path(folder) / "a.syncmon", of_two(first, second))) as file,
    ):
        decoder = Decoder()
        told = {event.seq: decoder.feed(event) for event in file.events()}
        those = [event.seq for event in file.events() if event.kind in ("frame", "sse", "chunk", "body", "request")]
        reader = Contexts(file)
        for _ in range(4):
            start = data.draw(st.integers(0, len(those) - 1))
            page = file.page(those[start : start + data.draw(st.integers(1, 5))])
            assert reader.decoded(page) == [told[event.seq] for event in page]


def test_a_piece_from_the_middle_of_a_stream_lacks_nothing(tmp_path: Path) -> None:
    with Capture(write(tmp_path / "a.syncmon", streamed(DELTAS))) as file:
        chunk = [event for event in file.events() if isinstance(event, Chunk)][12]
        (decoded,) = Contexts(file).decoded([chunk])
    assert decoded is not None
    (message,) = decoded.messages
    assert message.type == "delta"
    assert message.notes == ()


def test_where_too_much_came_before_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "MOST", 5)
    with Capture(write(tmp_path / "a.syncmon", streamed(DELTAS))) as file:
        chunks = [event for event in file.events() if isinstance(event, Chunk)]
        reader = Contexts(file)
        (decoded,) = reader.decoded(chunks[-1:])
        assert decoded is not None
        assert TOO_MUCH in decoded.messages[0].notes
        # From the opening on it is read as far as is asked for, and goes on from there.
        first = Contexts(file)
        for at in range(0, len(chunks), 3):
            for one in first.decoded(chunks[at : at + 3]):
                assert one is not None
                assert [note for message in one.messages for note in message.notes] == []


def test_a_body_is_read_by_the_type_that_its_answer_told(tmp_path: Path) -> None:
    text = "data: [1]\n\ndata: [2]\n\n"
    exchange: list[Event] = [
        Request(time=1.0, tab="A", connection="r1", method="GET", url=ADDRESS),
        Response(time=1.0, tab="A", connection="r1", url=ADDRESS, status=200, mime="text/event-stream"),
        Finished(time=1.0, tab="A", connection="r1", size=len(text), body="later"),
        Body(time=1.0, tab="A", connection="r1", size=len(text), text=text),
    ]
    with Capture(write(tmp_path / "a.syncmon", exchange)) as file:
        body = next(event for event in file.events() if isinstance(event, Body))
        (decoded,) = Contexts(file).decoded([body])
    assert decoded is not None
    assert decoded.layers[0] == "sse"
    assert len(decoded.messages) == 2


def test_many_frames_of_a_plain_socket_are_not_read_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fed: list[int] = []

    class Counting(Decoder):
        def feed(self, event: Event) -> Decoded | None:
            fed.append(event.seq)
            return super().feed(event)

    monkeypatch.setattr(contexts, "Decoder", Counting)
    opened = SocketOpened(time=1.0, tab="A", connection="w1", url="wss://x.test/s")
    many = [Frame(time=2.0, tab="A", connection="w1", dir="in", size=9, text=f'{{"k":{n}}}') for n in range(3000)]
    with Capture(write(tmp_path / "a.syncmon", [opened, *many])) as file:
        frames = [event for event in file.events() if isinstance(event, Frame)]
        reader = Contexts(file)
        reader.decoded(frames[:100])
        fed.clear()
        (decoded,) = reader.decoded(frames[2990:2991])
    assert fed == [frames[2990].seq]
    assert decoded is not None
    assert decoded.value == {"k": 2990}
