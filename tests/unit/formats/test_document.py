"""The JSON, as the design has it."""

from __future__ import annotations

import msgspec

from monitor.formats.document import document, moment
from monitor.formats.model import Example, FormatsReport, Trigger, TypeFormat
from monitor.sync.channel_views import LatencyView, Range


def test_the_shape_that_is_promised() -> None:
    trigger = Trigger(
        what="A POST /x", kind="request", share=0.92, lift=14.0, median_s=2.41, window_s=3, count=11, of=12
    )
    one = TypeFormat(
        site="chatgpt", channel="socket", dir="in", protocol="celsius", type="message/x", count=12, bytes=2568,
        first=1767520864.5, last=1767520900.0, schema={"type": "object"}, examples=(Example(seq=812, value={"a": 1}),),
        preceded_by=(trigger,),
    )  # fmt: skip
    latency = LatencyView(
        site="chatgpt", host="ws.chatgpt.com", channel="socket", protocol="celsius", type="message/x", field="ts",
        form="unix seconds", count=11, believed=True, why="it moves", median=Range(low_s=0.1, high_s=0.2),
        p95=Range(low_s=0.3, high_s=0.4), offset=Range(low_s=-0.1, high_s=0.123456),
    )  # fmt: skip
    made = document(FormatsReport(types=(one,), messages=12, latencies=(latency,)), "x.syncmon")
    [row] = msgspec.json.decode(msgspec.json.encode(made))["types"]
    assert made["capture"] == "x.syncmon"
    assert (row["site"], row["channel"], row["dir"], row["protocol"], row["type"]) == one.key
    assert (row["count"], row["bytes"], row["first"]) == (12, 2568, "2026-01-04T10:01:04.500Z")
    assert row["latency"] == {
        "field": "ts", "form": "unix seconds", "count": 11, "why": "it moves", "median_s": [0.1, 0.2],
        "p95_s": [0.3, 0.4], "clock_ahead_s": [-0.1, 0.1235],
    }  # fmt: skip
    assert (row["period_s"], row["schema"]) == (None, {"type": "object"})
    assert (row["examples"][0]["seq"], row["examples"][0]["value"]) == (812, {"a": 1})
    assert {"what": "A POST /x", "share": 0.92, "lift": 14.0, "median_s": 2.41}.items() <= row["preceded_by"][0].items()


def test_a_moment_that_is_none_is_the_first_of_all() -> None:
    assert moment(1e300) == "1970-01-01T00:00:00.000Z"


def test_a_row_without_a_stamp_has_no_latency() -> None:
    one = TypeFormat(site="s", channel="socket", dir="in", protocol="json", type="x")
    assert document(FormatsReport(types=(one,)), "x")["types"][0]["latency"] is None
