from __future__ import annotations

from typing import Any

import pytest

from monitor.decode import decode_alone
from monitor.model import Event, Frame, Push
from monitor.sync.ages import age_of
from monitor.sync.channel_views import LatencyView, Range

AT = 1_800_000_000.0
URL = "wss://example.org/s"


def view(**fields: Any) -> LatencyView:
    told: dict[str, Any] = {
        "site": "example.org", "host": "example.org", "channel": "socket", "protocol": "json", "type": "note",
        "field": "ts", "step_s": 0.001, "believed": True, "offset": Range(low_s=2.49, high_s=2.51),
    }  # fmt: skip
    return LatencyView(**(told | fields))


def frame(text: str = '{"type":"note","ts":1800000002460}', **fields: Any) -> Frame:
    return Frame(time=AT, connection="w", text=text, **({"dir": "in"} | fields))


def age(event: Event, *latencies: LatencyView, url: str | None = URL) -> Range | None:
    found = age_of(event, decode_alone(event), url, latencies)
    return found[0] if found else None


def test_a_message_was_stamped_so_long_before() -> None:
    found = age(frame(), view(type="other"), view())
    assert found is not None
    assert found.middle == pytest.approx(0.04, abs=1e-3)
    assert found.error == pytest.approx(0.011, abs=1e-3)


def test_a_mistaken_time_zone_is_made_good() -> None:
    text = '{"type":"note","ts":"2027-01-15T09:00:02.460Z"}'
    found = age(frame(text), view(zone_s=3600.0))
    assert found is not None
    assert found.middle == pytest.approx(0.04, abs=1e-3)


@pytest.mark.parametrize(
    "fields",
    [{"believed": False}, {"host": "other.example"}, {"type": "word"}, {"field": "at"},
     {"offset": Range(low_s=2.49)}],
)  # fmt: skip
def test_what_is_not_known_is_not_told(fields: dict[str, Any]) -> None:
    assert age(frame(), view(**fields)) is None


def test_only_what_arrives_has_an_age() -> None:
    assert age(frame(dir="out"), view()) is None
    assert age_of(frame(), None, URL, [view()]) is None


def test_pushes_are_of_their_origin() -> None:
    push = Push(time=AT, stage="received", origin="https://example.org", text='{"type":"note","ts":1800000002460}')
    assert age(push, view(channel="push", protocol="webpush"), url=None) is not None
