"""A mixed run of applications that are well, in short: nothing is found wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mixed import WAYS, mixed

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]


async def test_nothing_is_found_where_nothing_is_wrong(tmp_path: Path) -> None:
    told = await mixed(0.2, 1, tmp_path / "x.syncmon", (WAYS[1],))
    assert told.endswith("and nothing wrong with them")
