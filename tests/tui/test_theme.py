"""Themes: the shipped ones are whole and legible, the user's own are read, bad ones are reported and skipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from monitor.errors import SettingsError
from monitor.tui import theme as themes
from monitor.tui.theme import Colors, Palette
from tests.tui import fakes
from tests.tui.driving import dashboard

SHIPPED, PROBLEMS = themes.load(themes.folders()[:1])
GOOD = (themes.folders()[0] / "dark.toml").read_text()


def _contrast(one: str, other: str) -> float:
    def light(color: str) -> float:
        parts = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in Color.parse(color).normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_four_themes_are_shipped() -> None:
    assert PROBLEMS == []
    assert {"dark", "light", "high-contrast", "colour-blind"} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_read_can_be_read(name: str) -> None:
    colors = SHIPPED[name].colors
    least = 7.0 if name == "high-contrast" else 4.5
    for role in ("text", "dim", "good", "stale", "unshown", "hidden", "error", "accent", "write", "stream", "push"):
        for behind in (colors.background, colors.panel):
            assert _contrast(getattr(colors, role), behind) >= least, (role, behind)
    for bar in ("stale", "unshown", "error"):
        assert _contrast(colors.ink, getattr(colors, bar)) >= 4.5, bar
    for tab in SHIPPED[name].tabs:
        assert _contrast(tab, colors.background) >= 4.5, tab


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        (GOOD.replace('stale = "#ff7a66"', 'stale = "reddish"'), "colors.stale", "#rrggbb"),
        (GOOD.replace('stale = "#ff7a66"\n', ""), "colors.stale", "missing"),
        (GOOD.replace('stale = "#ff7a66"', 'stale = "#ff7a66"\nglow = "#ffffff"'), "colors.glow", "unknown"),
        (GOOD.replace("dark = true", 'dark = "yes"'), "dark", "bool"),
        (GOOD.replace('title = "Night watch"', ""), "title", "missing"),
        (GOOD.replace('"#5ad1c8", "#f2b45c"', '"#5ad1c8", "amber"'), "tabs[1]", "#rrggbb"),
        ("title = [", "", ""),
    ],
)
def test_a_bad_theme_is_told_with_file_key_and_reason(tmp_path: Path, text: str, key: str, reason: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        themes.read(path)
    assert caught.value.file == str(path)
    assert caught.value.key == key
    assert reason in caught.value.reason


async def test_the_user_s_themes_are_found_and_bad_ones_said(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "syncmon" / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(GOOD.replace("Night watch", "Mine"))
    (folder / "broken.toml").write_text("title = 3")
    async with dashboard(fakes.FakeSource(fakes.stale()), theme="mine") as driver:
        assert driver.app.theme_name == "mine"
        assert "theme skipped" in driver.app.said
        assert "broken.toml" in driver.app.said
        await driver.press("T")
        assert "Mine" in driver.text()


def test_an_unknown_theme_falls_back() -> None:
    from monitor.tui.app import make_dashboard

    assert make_dashboard(fakes.FakeSource(fakes.stale()), theme="nowhere").theme_name == "dark"


def test_tabs_have_different_colours_and_come_round() -> None:
    palette = Palette(SHIPPED["dark"])
    assert len({str(palette.tab(label)) for label in "ABCDEF"}) == 6
    assert palette.tab("G") == palette.tab("A")
    assert palette.tab("AA") == palette.tab("C")


@pytest.mark.parametrize("role", Colors.__struct_fields__)
def test_without_colour_every_role_is_plain(role: str) -> None:
    style = Palette(None)[role]
    assert style.color is None
    assert style.bgcolor is None
