"""A NetLog is hostile like everything else: any change to it, and any cut, leaves what was before it as it was."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.browser.netlog import Netlog
from monitor.errors import CaptureError
from monitor.imports.netlog import read
from monitor.imports.source import Source
from monitor.model import Event
from tests.netlogs import DATA
from tests.property.events import JSON

LOGS = [(DATA / name).read_bytes() for name in ("sockets.ndjson", "pushes.ndjson")]
VALUES = [[json.loads(line) for line in log.splitlines()] for log in LOGS]


def imported(content: bytes) -> list[Event]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(content)
        return list(read(Source(path)))


WHOLE = [imported(log) for log in LOGS]


@settings(deadline=None)
@given(st.integers(0, 1), st.data())
def test_any_cut_gives_the_beginning(which: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(LOGS[which])))
    part = imported(LOGS[which][:cut])
    assert part == WHOLE[which][: len(part)]
    if cut > len(LOGS[which]) - 2:
        assert part == WHOLE[which]


@settings(deadline=None)
@given(st.binary(min_size=1))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        imported(content)
    except CaptureError as error:
        assert str(error).strip()  # noqa: PT017


def changed(value: Any, data: st.DataObject) -> Any:
    """The value with one of its parts replaced by anything."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 5)):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: changed(value[key], data)}
    if isinstance(value, str) and data.draw(st.booleans()):
        return value[: data.draw(st.integers(0, len(value)))]
    return data.draw(JSON)


@settings(deadline=None)
@given(st.integers(0, 1), st.data())
def test_any_change_is_survived_and_changes_nothing_before_it(which: int, data: st.DataObject) -> None:
    values = VALUES[which]
    place = data.draw(st.integers(1, len(values) - 1))
    netlog, found = Netlog(), []
    for value in values[:place]:
        found += netlog.feed(value)
    before = len(found)
    for value in [changed(values[place], data), *values[place + 1 :]]:
        found += netlog.feed(value)
    plain = [event for event in WHOLE[which] if event.kind != "push"]
    assert found[:before] == plain[:before]


@settings(deadline=None)
@given(st.lists(JSON, max_size=5))
def test_any_values_are_survived(values: list[Any]) -> None:
    netlog = Netlog()
    netlog.feed(VALUES[0][0])
    for value in values:
        netlog.feed(value)
        netlog.feed({"type": "constants", "constants": value})
        netlog.feed({"type": "event", "event": value})
