"""Lines are shown by their time, each as late as the latest that may come before it."""

from __future__ import annotations

from monitor.commands.in_order import HOLD_S, InOrder


def test_what_is_known_late_is_shown_in_its_place() -> None:
    lines, said = InOrder(), list[str]()
    lines.add(10.0, lambda: said.append("navigation"))
    lines.add(10.2, lambda: said.append("request"))
    lines.release(10.1 + HOLD_S)
    assert said == ["navigation"]
    lines.add(10.1, lambda: said.append("shown"))
    lines.add(10.2, lambda: said.append("answer"))
    lines.release()
    assert said == ["navigation", "shown", "request", "answer"]
