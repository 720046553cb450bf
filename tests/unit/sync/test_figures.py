"""Numbers in texts."""

from __future__ import annotations

import pytest

from monitor.sync.figures import numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("€1,234.50", {"1,234.50", "1234.5"}),
        ("1,234 left", {"1,234", "1234"}),
        ("3,5 kg", {"3,5", "3.5"}),
        ("at 12:45", {"12", "45"}),
        ("€10.00", {"10.00", "10"}),
        ("none", set()),
    ],
)
def test_numbers_are_known_as_payloads_write_them(text: str, found: set[str]) -> None:
    assert numbers(text) == found
