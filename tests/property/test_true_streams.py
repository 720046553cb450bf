"""True streams with any part of them replaced: no decoder raises, and nothing it gives is other than plain data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from monitor.decode import Decoder, decode_alone
from tests.unit.decode.true_streams import STREAMS, Sse, Stream, events

STRANGE: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 300), st.floats(-9, 9), st.text(max_size=5),
    st.sampled_from([[], {}, [[]], {"a": {}}, [1, "a", {}], "\0", "2", "0", 2**70, "1" * 20, [None], {"type": {}}]),
)  # fmt: skip


def changed(value: Any, draw: Any) -> Any:
    """A value in which one part, at any depth, is replaced, left out or said twice."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value)))
        below = changed(value[key], draw)
        return {name: one for name, one in {**value, key: below}.items() if name != key or below is not None}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], changed(value[place], draw), *value[place + draw(st.integers(0, 1)) :]]
    if isinstance(value, str) and value and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        return value[:place] + value[place + draw(st.integers(0, 2)) :]
    return draw(STRANGE)


def wounded(stream: Stream, draw: Any) -> Stream:
    """A stream in which some frames are changed, left out, or come again."""
    frames: list[Any] = []
    for one in stream.frames:
        times = draw(st.sampled_from([0, 1, 1, 1, 1, 2]))
        for _ in range(times):
            hurt = draw(st.booleans())
            if isinstance(one, Sse):
                frames.append(replace(one, data=changed(one.data, draw)) if hurt else one)
            else:
                frames.append(changed(one, draw) if hurt else one)
    return replace(stream, frames=frames)


@given(st.sampled_from(STREAMS), st.booleans(), st.data())
def test_wounded_streams_are_read_without_raising(stream: Stream, hints: bool, data: st.DataObject) -> None:
    decoder = Decoder()
    for event in events(wounded(stream, data.draw), hints):
        for decoded in (decoder.feed(event), decode_alone(event)):
            if decoded is not None:
                assert decoded.error is None
                json.dumps(decoded.value)
                assert all(type(message.type) in (str, type(None)) for message in decoded.messages)
