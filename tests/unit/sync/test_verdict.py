"""Verdicts: one word for how a subject's tabs sync."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.sync.snapshot import SeenView, Verdict
from monitor.sync.verdict import verdict, way_of


def seen(**fields: Any) -> SeenView:
    return SeenView(**{"tab": "B", "state": "shown", "censored": False, "after_s": 1.0, **fields})


@pytest.mark.parametrize(
    ("entry", "waited", "way"),
    [
        (seen(via="socket"), 0, "live-sync"),
        (seen(via="refetch", prompted_by="socket"), 0, "live-sync"),
        (seen(via="refetch", prompted_by="push"), 0, "push-sync"),
        (seen(via="refetch", prompted_by="reload"), 0, "refresh-to-sync"),
        (seen(via="refetch", prompted_by="storage"), 0, "live-sync"),
        (seen(via="refetch"), 0, "unknown"),
        (seen(via="push"), 0, "push-sync"),
        (seen(via="poll"), 0, "poll-sync"),
        (seen(via="reload"), 0, "refresh-to-sync"),
        (seen(via="unknown"), 0, "unknown"),
        (seen(state="missing", censored=True, after_s=None), 20, "no-sync"),
        (seen(state="missing", censored=True, after_s=None), 2, None),
        (seen(state="missing", censored=True, after_s=None, hidden_s=19.0), 20, None),
    ],
)
def test_the_way_of_one_wait(entry: SeenView, waited: float, way: Verdict | None) -> None:
    assert way_of(entry, waited) == way


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ((), ("unknown", 0)),
        ((None,), ("unknown", 0)),
        (("live-sync", None, "live-sync"), ("live-sync", 0)),
        (("refresh-to-sync", "no-sync"), ("refresh-to-sync", 0)),
        (("no-sync",), ("no-sync", 0)),
        (("live-sync", "unknown"), ("live-sync", 0)),
        (("live-sync", "refresh-to-sync"), ("mixed", 0)),
        (("live-sync", "no-sync"), ("mixed", 0)),
        ((*["live-sync"] * 8, "no-sync"), ("mixed", 0)),
        ((*["live-sync"] * 200, "no-sync"), ("live-sync", 1)),
        ((*["poll-sync"] * 38, "no-sync", "refresh-to-sync", "live-sync"), ("poll-sync", 2)),
        ((*["no-sync"] * 30, "live-sync"), ("no-sync", 0)),
        ((*["no-sync"] * 30, "refresh-to-sync", "live-sync"), ("refresh-to-sync", 0)),
    ],
)
def test_the_verdict_of_many(ways: tuple[Verdict | None, ...], expected: tuple[Verdict, int]) -> None:
    assert verdict(ways) == expected
