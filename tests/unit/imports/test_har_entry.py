from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.imports.har_entry import Place, events
from tests.property.events import JSON

KEYS = st.sampled_from(
    ["request", "response", "url", "method", "headers", "name", "value", "postData", "text", "params", "content",
     "size", "encoding", "status", "timings", "wait", "time", "startedDateTime", "_webSocketMessages",
     "_eventSourceMessages", "_chunks", "type", "data", "opcode", "offset", "comment", "_initiator"]
)  # fmt: skip
HAR_LIKE = st.recursive(
    JSON | st.sampled_from(["2026-01-04T10:00:00Z", "https://x.example/", "ws://x/", 200]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, HAR_LIKE, max_size=8))
def test_no_entry_is_too_odd(entry: dict[str, object]) -> None:
    whole = {"startedDateTime": "2026-01-04T10:00:00Z", **entry}
    try:
        found = list(events(whole, Place("c")))
    except ValueError:
        return
    assert found
    assert all(getattr(event, "connection", "c") == "c" for event in found)
