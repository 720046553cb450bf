from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.capture.filter import parse
from monitor.capture.reader import PAGE, Capture
from monitor.capture.writer import CaptureWriter
from monitor.errors import FilterError
from monitor.model import Chunk, Decoded, Event, Frame, Mark, Message, Response, SocketOpened


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Capture]:
    writer = CaptureWriter(tmp_path / "a.syncmon", {"browser": "Chromium"})
    writer.append(SocketOpened(time=0.0, connection="w1", url="wss://x/celsius"))
    writer.append(Response(time=0.5, connection="r1", url="https://x/api", status=200))
    for number in range(2 * PAGE):
        writer.append(Frame(time=1.0 + number, connection="w1", dir="in", size=4, text=f"n{number}"))
    writer.append(Chunk(time=9e9, connection="r1", size=4, offset=7, data=b"\xff\0"))
    writer.close()
    with Capture(tmp_path / "a.syncmon") as opened:
        yield opened


def test_pages_ranges_and_kinds(capture: Capture) -> None:
    last = 2 * PAGE + 3
    assert capture.last_seq() == capture.count() == last
    assert [event.seq for event in capture.events(2, 5)] == [3, 4, 5]
    assert [event.seq for event in capture.events()] == list(range(1, last + 1))
    assert [event.seq for event in capture.events(kinds=["chunk", "response"])] == [2, last]
    assert list(capture.events(kinds=[])) == []
    assert [event.seq for event in capture.page([5, 3, 10**12, 4])] == [5, 3, 4]
    assert len(capture.page(range(1, last + 1))) == last
    assert [event.seq for event in capture.read_after(last - 2, 10)] == [last - 1, last]
    assert capture.get(0) is None
    assert capture.get(last) == Chunk(seq=last, time=9e9, connection="r1", size=4, offset=7, data=b"\xff\0")
    assert capture.meta["browser"] == "Chromium"


def test_queries_know_the_address_of_a_frames_connection(capture: Capture) -> None:
    assert capture.count(parse("url:celsius kind:frame")) == 2 * PAGE
    assert capture.seqs(parse("url:/api$/ kind:chunk")) == [2 * PAGE + 3]
    frame, chunk = capture.get(3), capture.get(2 * PAGE + 3)
    assert frame is not None
    assert chunk is not None
    assert capture.url(frame) == "wss://x/celsius"
    assert capture.url(chunk) == "https://x/api"


def test_a_search_goes_on_where_it_stopped(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    with Capture(writer.path) as capture:
        searches = [capture.search(parse(text), after=1) for text in ("", "x", "/x/")] + [capture.search(None, after=1)]
        for number in range(1, 4):
            writer.append(Mark(time=0.0, text="x"))
            writer.commit()
            expected = [] if number == 1 else [number]
            assert [search.read() for search in searches] == [expected] * 4
        writer.close()


class Types:
    def __init__(self) -> None:
        self.fed = 0

    def feed(self, event: Event) -> Decoded | None:
        self.fed += 1
        return Decoded(messages=(Message(protocol="p", type=f"a/{self.fed}", value={"n": self.fed}),))

    def alone(self) -> list[str]:
        return []


def test_decoded_words_need_a_decoder_and_feed_it_everything(capture: Capture) -> None:
    with pytest.raises(FilterError, match="decoded content"):
        capture.seqs(parse("type:5"))
    with Capture(capture.path, Types) as able:
        assert able.seqs(parse("type:5 OR value.n:7")) == [5, 7]
        assert able.search(parse("type:*"), after=2000).read() == [2001, 2002, 2003]


def test_several_threads_may_read(capture: Capture) -> None:
    results: list[int] = []

    def work() -> None:
        results.append(sum(1 for _ in capture.events()))
        results.append(capture.count(parse("url:x OR -word")))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [2 * PAGE + 3] * 8
