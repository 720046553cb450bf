"""The injected script: what is written into it, and what it may say."""

from __future__ import annotations

import pytest

from monitor.browser import page_observer
from monitor.model import ShowRule, SitePlan


def test_the_plan_and_the_limits_are_written_in() -> None:
    rule = ShowRule(name="turns", selector="[data-id]", id="data-id", role="data-role")
    source = page_observer.script((SitePlan(name="s", hosts=("a.example",), rules=(rule,)),))
    assert source.startswith("((plan, limits) =>")
    assert '"hosts":["a.example"]' in source
    assert '"data-id","data-role"' in source
    assert source.endswith(");")


def test_names_of_channels_cannot_break_out() -> None:
    assert page_observer.listening(('");alert(1)//',)) == 'globalThis.syncmonObserver?.listen(["\\");alert(1)//"])'


@pytest.mark.parametrize("payload", ["", "[]", '{"k":"shown"}', '{"k":"dance","t":1,"n":1}', "x" * 100])
def test_anything_else_is_refused(payload: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - in whatever words
        page_observer.understand(payload)
