"""Pictures of the screens in every state that must be read at a glance; a change to one is looked at by a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from monitor.sync.snapshot import Snapshot
from monitor.tui.app import make_dashboard
from tests.tui import fakes
from tests.tui.driving import rest

SnapCompare = Callable[..., bool]

STATES: dict[str, Callable[[], Snapshot]] = {
    "in-sync": fakes.in_sync, "stale": fakes.stale, "unshown": fakes.unshown, "hidden": fakes.hidden,
    "crashed": fakes.crashed, "lost": fakes.lost, "empty": fakes.empty,
}  # fmt: skip


def _compare(snap_compare: SnapCompare, state: str, size: tuple[int, int], *keys: str, **options: Any) -> bool:
    events = [] if state == "empty" else fakes.messages()
    app = make_dashboard(fakes.FakeSource(STATES[state](), events), actions=lambda action: None, **options)

    async def act(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        for key in keys:
            await pilot.press(key)
            await rest(pilot)

    return snap_compare(app, terminal_size=size, run_before=act)


@pytest.mark.parametrize("state", STATES)
def test_live(snap_compare: SnapCompare, state: str) -> None:
    assert _compare(snap_compare, state, (120, 40))


@pytest.mark.parametrize("state", ["stale", "lost", "empty"])
def test_live_at_80_by_24(snap_compare: SnapCompare, state: str) -> None:
    assert _compare(snap_compare, state, (80, 24))


@pytest.mark.parametrize("state", ["stale", "empty"])
def test_formats_at_80_by_24(snap_compare: SnapCompare, state: str) -> None:
    assert _compare(snap_compare, state, (80, 24), "3", "j", "j")


def test_live_at_200_by_60(snap_compare: SnapCompare) -> None:
    assert _compare(snap_compare, "stale", (200, 60))


@pytest.mark.parametrize("theme", ["light", "high-contrast", "colour-blind"])
def test_themes(snap_compare: SnapCompare, theme: str) -> None:
    assert _compare(snap_compare, "unshown", (120, 40), theme=theme)


@pytest.mark.parametrize("state", ["stale", "lost"])
def test_no_color(snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert _compare(snap_compare, state, (120, 40))


@pytest.mark.parametrize(
    "keys",
    [("2",), ("3",), ("3", "j", "s"), ("4",), ("5",), ("enter",), ("question_mark",), ("r",), ("f", *"tab:A ("), ("T",),
     ("space",)],
    ids=lambda keys: keys[0] if keys[0] != "3" else "".join(keys),
)  # fmt: skip
def test_after_keys(snap_compare: SnapCompare, keys: tuple[str, ...]) -> None:
    assert _compare(snap_compare, "stale", (120, 40), *keys)


def test_no_colour_code_is_sent_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_dashboard(fakes.FakeSource(fakes.lost(), fakes.messages()))
    colored: list[str] = []

    async def look() -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await rest(pilot)
            for strip in app.screen._compositor.render_strips():
                for segment in strip.apply_filter(app._filters[-1], app.screen.background_colors[1]):
                    style = segment.style
                    if style is not None and not all(c is None or c.is_default for c in (style.color, style.bgcolor)):
                        colored.append(segment.text)

    import asyncio

    asyncio.run(look())
    assert colored == []
