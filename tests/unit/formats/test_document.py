"""The JSON, as the design has it."""

from __future__ import annotations

import msgspec

from monitor.formats.document import document, moment
from monitor.formats.model import Example, FormatsReport, Trigger, TypeFormat


def test_the_shape_that_is_promised() -> None:
    trigger = Trigger(
        what="A POST /x", kind="request", share=0.92, lift=14.0, median_s=2.41, window_s=3, count=11, of=12
    )
    one = TypeFormat(
        site="chatgpt", channel="socket", dir="in", protocol="celsius", type="message/x", count=12, bytes=2568,
        first=1767520864.5, last=1767520900.0, schema={"type": "object"}, examples=(Example(seq=812, value={"a": 1}),),
        preceded_by=(trigger,),
    )  # fmt: skip
    made = document(FormatsReport(types=(one,), messages=12), "x.syncmon")
    [row] = msgspec.json.decode(msgspec.json.encode(made))["types"]
    assert made["capture"] == "x.syncmon"
    assert (row["site"], row["channel"], row["dir"], row["protocol"], row["type"]) == one.key
    assert (row["count"], row["bytes"], row["first"]) == (12, 2568, "2026-01-04T10:01:04.500Z")
    assert (row["period_s"], row["schema"]) == (None, {"type": "object"})
    assert (row["examples"][0]["seq"], row["examples"][0]["value"]) == (812, {"a": 1})
    assert {"what": "A POST /x", "share": 0.92, "lift": 14.0, "median_s": 2.41}.items() <= row["preceded_by"][0].items()


def test_a_moment_that_is_none_is_the_first_of_all() -> None:
    assert moment(1e300) == "1970-01-01T00:00:00.000Z"
