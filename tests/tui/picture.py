"""Draws the dashboard's picture for the README: `python -m tests.tui.picture [CAPTURE] [-o FILE]`.

With a capture it is opened as `syncmon open` does, and drawn as it ended; without one, a made-up moment is drawn.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from monitor.tui.app import make_dashboard
from monitor.tui.source import Source
from tests.tui import fakes
from tests.tui.driving import rest

ROOT = Path(__file__).resolve().parents[2]


def _source(capture: Path | None) -> Source:
    if capture is None:
        return fakes.FakeSource(fakes.stale(), fakes.messages())
    from monitor.sites.profile import load_profiles
    from monitor.sync.analysis import Analysis
    from monitor.tui.follow import CaptureSource

    profiles, _ = load_profiles()
    return CaptureSource(capture, lambda: Analysis(profiles), live=False)


async def draw(capture: Path | None, size: tuple[int, int], theme: str, keys: list[str]) -> str:
    """The SVG of the screen after some keys."""
    source = _source(capture)
    app = make_dashboard(source, actions=lambda action: None, theme=theme)
    async with app.run_test(size=size) as pilot:
        while source.latest().progress is not None:
            await pilot.pause(0.05)
        await rest(pilot)
        for key in keys:
            await pilot.press(key)
            await rest(pilot)
        return app.export_screenshot(title="syncmon")


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("capture", type=Path, nargs="?")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / ".github" / "dashboard.svg")
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--keys", nargs="*", default=[])
    given = parser.parse_args()
    width, _, height = given.size.partition("x")
    svg = asyncio.run(draw(given.capture, (int(width), int(height)), given.theme, given.keys))
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
