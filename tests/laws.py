"""How many examples of a law are drawn: a share of what a run draws of any."""

from __future__ import annotations

from hypothesis import settings


def examples(wanted: int) -> settings:
    """`wanted` of them where the whole suite runs, which draws a hundred of others; fewer, as of others, elsewhere."""
    return settings(max_examples=share(wanted))


def share(wanted: int) -> int:
    """How many that is; for laws that draw their examples themselves."""
    return max(8, wanted * settings().max_examples // 100)
