"""Draws the dashboard's picture for the README: `python -m tests.tui.picture [--lab | CAPTURE] [-o FILE]`.

With `--lab` the lab is played and recorded until a tab has been stale for a while, and the dashboard of that recording
is drawn, live. A capture is drawn as `syncmon open` shows it; with neither, a made-up moment is drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
from pathlib import Path

from monitor.tui.app import make_dashboard
from monitor.tui.source import Messages, Source
from monitor.tui.widgets.messages import MessageList
from tests.tui import fakes
from tests.tui.driving import rest

ROOT = Path(__file__).resolve().parents[2]
ANSWER_S = 1.5
STALE_S = 4.0
HEALED = 4  # rounds on both sites, before the one that is drawn
CELL = 12.2  # pixels, of Rich
FONTS = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono", monospace'


def _source(capture: Path | None, *, live: bool = False) -> Source:
    if capture is None:
        return fakes.FakeSource(fakes.stale(), fakes.messages())
    from monitor.sites.profile import load_profiles
    from monitor.sync.analysis import Analysis
    from monitor.tui.follow import CaptureSource

    profiles, _ = load_profiles()
    return CaptureSource(capture, lambda: Analysis(profiles), live=live, profiles=profiles)


async def draw_lab(path: Path, size: tuple[int, int], theme: str, keys: list[str]) -> str:
    """The SVG of the lab's recording, while a tab is stale; before that, tabs were stale until they were reloaded."""
    from monitor.browser.launch import launched
    from monitor.lab.driver import Driver
    from monitor.lab.play import play
    from monitor.lab.server import Lab
    from tests.e2e.recording import recorded

    async with (
        Lab(answer_s=ANSWER_S) as lab,
        launched(headless=True, extra=lab.chromium_args) as browser,
        Driver(browser.endpoint) as driver,
        recorded(browser.endpoint, path),
    ):
        healed = 0
        async for step in play(lab, driver, loops=None, stale_s=STALE_S):
            print(f"{step.site}: {step.text}", file=sys.stderr)
            healed += step.what == "healed"
            if step.what == "stale" and healed == HEALED:
                return await draw(_source(path, live=True), size, theme, keys, look_at=("B", "turn-complete"))
    raise AssertionError("the play has no end")


async def draw(
    source: Source, size: tuple[int, int], theme: str, keys: list[str], look_at: tuple[str, str] | None = None
) -> str:
    """The SVG of the screen after some keys. look_at: of the message to be chosen, its tab and words in it."""
    app = make_dashboard(source, actions=lambda action: None, theme=theme)
    async with app.run_test(size=size) as pilot:
        while source.latest().progress is not None:
            await pilot.pause(0.05)
        await rest(pilot)
        if look_at:
            app.screen.query_one(MessageList).go(await _last(source.messages, *look_at))
            await rest(pilot)
        for key in keys:
            await pilot.press(key)
            await rest(pilot)
        return portable(app.export_screenshot(title="syncmon"))


async def _last(messages: Messages, tab: str, words: str) -> int:
    """The row of the last message of the tab that has the words."""
    row = await messages.find(words, 0, -1)
    while row is not None:
        if (await messages.rows(row, row + 1))[0].tab == tab:
            return row
        row = await messages.find(words, row, -1)
    raise AssertionError(f"no message has {words}")


def portable(svg: str) -> str:
    """The picture without fonts from elsewhere, which no page loads for a picture, and without leading blanks.

    Blanks are left out by some and not by others, so what stands behind them is put in its place instead.
    """
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}")
    return re.sub(r'x="([\d.]+)"( y="[\d.]+") textLength="([\d.]+)"([^>]*)>((?:&#160;)+)', _moved, svg)


def _moved(found: re.Match[str]) -> str:
    away = found[5].count(";") * CELL
    x, length = round(float(found[1]) + away, 1), round(float(found[3]) - away, 1)
    return f'x="{x:g}"{found[2]} textLength="{max(0.0, length):g}"{found[4]}>'


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("capture", type=Path, nargs="?")
    parser.add_argument("--lab", action="store_true", help="play and record the lab first")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / ".github" / "dashboard.svg")
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--keys", nargs="*", default=[])
    given = parser.parse_args()
    width, _, height = given.size.partition("x")
    shape = (int(width), int(height)), given.theme, given.keys
    with tempfile.TemporaryDirectory() as folder:
        if given.lab:
            svg = asyncio.run(draw_lab(given.capture or Path(folder) / "lab.syncmon", *shape))
        else:
            svg = asyncio.run(draw(_source(given.capture), *shape))
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
