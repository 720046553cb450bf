"""What is exported as HAR and imported again has the same requests, bodies and messages."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from monitor.capture.rows import plain
from monitor.model import Body, Event, Finished, Frame, Request, Response, SocketClosed, SocketOpened, payload
from tests.laws import examples
from tests.property.events import HOSTILE
from tests.unit.imports.test_har import of, round_trip

TIMES = st.integers(0, 10_000).map(lambda number: 1767520800 + number / 1000)
CONTENT = HOSTILE.map(lambda text: {"text": text}) | st.binary(max_size=12).map(lambda data: {"data": data})


@st.composite
def exchanges(draw: st.DrawFn) -> list[Event]:
    """Whole exchanges and sockets, one after another."""
    events: list[Event] = []
    for number in range(draw(st.integers(0, 4))):
        at, tab = draw(TIMES), draw(st.sampled_from(["A", "B", None]))
        if draw(st.booleans()):
            key, url = f"r{number}", "https://x.example/" + draw(st.sampled_from(["", "a?b=c", "ü"]))
            events.append(
                Request(time=at, tab=tab, connection=key, method="POST", url=url, body_state="whole", **draw(CONTENT))
            )
            events.append(Response(time=at, tab=tab, connection=key, url=url, status=200, mime="x/y"))
            events.append(Finished(time=at, tab=tab, connection=key, body="later"))
            events.append(Body(time=at, tab=tab, connection=key, **draw(CONTENT)))
        else:
            key = f"w{number}"
            events.append(SocketOpened(time=at, tab=tab, connection=key, url="wss://x.example/"))
            for content in draw(st.lists(CONTENT, max_size=3)):
                opcode, way = 2 if "data" in content else 1, draw(st.sampled_from(["in", "out"]))
                events.append(
                    Frame(time=at, tab=tab, connection=key, dir=way, opcode=opcode, **content)  # type: ignore[arg-type]
                )
            events.append(SocketClosed(time=at, tab=tab, connection=key))
    return events


def told(events: list[Event], kind: type[Event]) -> list[tuple[str, str, str, str, float]]:
    """What is to be the same."""
    return sorted(
        (event.connection, repr(event.tab), getattr(event, "dir", ""), _content(event), event.time)
        for event in of(events, kind)
    )


def _content(event: Event) -> str:
    content = payload(event)
    return plain(content) if isinstance(content, str) else repr(content)


@examples(60)
@given(exchanges())
def test_the_same_requests_bodies_and_messages(events: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        again, source = round_trip(events, Path(folder))
    assert source.cut is None
    for kind in (Request, Body, Frame, SocketOpened, SocketClosed):
        assert told(again, kind) == told(events, kind)
