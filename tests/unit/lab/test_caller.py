from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from monitor.lab.caller import Caller


@pytest.mark.parametrize(
    ("header", "caller"),
    [("p t load", Caller("p", "t", "load")), ("p", Caller("p")), ("", Caller()), ("a b c d", Caller("a", "b", "c"))],
)
def test_a_caller_is_read_from_its_header_as_far_as_it_goes(header: str, caller: Caller) -> None:
    assert Caller.of(make_mocked_request("GET", "/", headers={"x-lab": header})) == caller
