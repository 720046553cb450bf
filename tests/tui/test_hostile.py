"""What a page sends is never obeyed by the terminal, never read as markup, and never breaks the layout."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from monitor.model import Event, Frame
from monitor.sync.snapshot import Alert
from monitor.tui.clean import clean, clean_lines
from monitor.tui.words import fit, middle
from tests.tui import fakes
from tests.tui.driving import dashboard

EVIL = [
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J \x1bPq\x1b\\",
    "[bold red]markup[/] [@click=app.quit]x[/] [link=http://e.test]y[/link] [/]",
    "a\u202eevil\u202c \u2066x\u2069 \u200f\u200e \u061c",
    "nul\x00 bell\a back\b\b\b cr\rover tab\t nl\nnext vt\v del\x7f",
    "e" + "\u0301" * 200 + " zalgo",
    "\u0301leading mark",
    "日本語のテキスト 👩‍👩‍👧‍👦 ❤️ 🇩🇪 한국어",
    "lone \ud800 surrogate \udfff",
    "\ue000 private \U000e0041 tag \ufeff bom \u3164 filler",
]


def _event(number: int, text: str) -> Event:
    return Frame(seq=number, time=fakes.NOW, tab="A", connection="w", dir="in", text=text, size=len(text))


def _harmless(text: str) -> bool:
    return all(unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for letter in text)


async def test_evil_messages_in_list_inspector_and_whole() -> None:
    source = fakes.FakeSource(fakes.stale(), [_event(number, text) for number, text in enumerate(EVIL, 1)])
    async with dashboard(source) as driver:
        for _ in EVIL:
            text = driver.text()
            assert _harmless(text.replace("\n", ""))
            assert all(cell_len(line) == 120 for line in text.splitlines())
            await driver.press("enter", "2")
            assert _harmless(driver.text().replace("\n", ""))
            await driver.press("3", "4", "escape", "k")
        assert "[bold red]markup[/]" in driver.text()
        assert "␛[31mred" in driver.text()


async def test_evil_names_everywhere_else() -> None:
    base = fakes.stale()
    evil = "".join(EVIL)
    tabs = tuple(replace(tab, site=evil, subject=evil, url=evil, title=evil) for tab in base.tabs)
    items = tuple(replace(item, id=evil, author=evil, excerpt=evil) for item in base.subjects[0].items)
    writes = tuple(replace(write, request=evil, excerpt=evil) for write in base.subjects[0].writes)
    subject = replace(base.subjects[0], site=evil, subject=evil, title=evil, items=items, writes=writes)
    recording = replace(base.recording, browser=evil, endpoint=evil, problem=evil, hint=evil)
    connections = tuple(replace(one, url=evil, because=evil, subprotocol=evil) for one in base.connections)
    snapshot = replace(
        base, tabs=tabs, subjects=(subject,), recording=recording, connections=connections,
        alerts=(Alert(level="stale", text=evil, hint=evil),),
    )  # fmt: skip
    async with dashboard(fakes.FakeSource(snapshot, fakes.messages())) as driver:
        for key in ("2", "4", "1", "f"):
            await driver.press(key)
            assert _harmless(driver.text().replace("\n", ""))
            assert all(cell_len(line) == 120 for line in driver.text().splitlines())
        await driver.press(*"[bold]", "enter")
        assert driver.app.picture.filter == "[bold]"
        assert "[bold]" in driver.text()
        await driver.press("escape", "r")
        assert _harmless(driver.text().replace("\n", ""))


async def test_ten_megabytes_in_one_line() -> None:
    huge = '{"a":"' + "x" * 10_000_000 + '"}'
    source = fakes.FakeSource(fakes.stale(), [_event(1, huge)])
    async with dashboard(source) as driver:
        await driver.press("enter", "2")
        assert "more characters" in driver.text() or "xxxx" in driver.text()
        await driver.press("3", "G")
        assert f"{(len(huge) - 1) // 16 * 16:08x}" in driver.text()


@given(st.text())
def test_clean_text_is_harmless_and_keeps_its_width(text: str) -> None:
    made = clean(text)
    assert _harmless(made)
    assert clean(made) == made
    assert "\n" not in made


@given(st.text())
def test_lines_are_all_there(text: str) -> None:
    lines = clean_lines(text)
    assert len(lines) == text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(map(_harmless, lines))


@given(st.text(), st.integers(1, 40))
def test_a_column_has_its_width(text: str, width: int) -> None:
    assert cell_len(fit(clean(text), width)) == width
    assert cell_len(middle(clean(text), width)) <= width
