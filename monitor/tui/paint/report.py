"""The report: its Markdown, drawn for the terminal; headings, tables and lists as the document has them."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text
from rich.theme import Theme

from monitor.tui.clean import clean
from monitor.tui.paint import Lines
from monitor.tui.picture import Picture
from monitor.tui.theme import Palette, ink

_MOST = 200_000  # characters of the document that are drawn


def title(picture: Picture, palette: Palette) -> Text:
    """What the pane says of it."""
    draft = picture.draft
    words = ink("Report", palette["bold text"])
    if draft.problem:
        return words.append(f"  {clean(draft.problem, 200)}", palette["error"])
    if draft.progress is not None:
        return words.append(f"  reading {draft.progress:.0%}", palette["accent"])
    return words.append("  as it would be written now · syncmon report FILE -o report.html", palette["dim"])


def lines(picture: Picture, width: int, palette: Palette) -> Lines:
    """The document, wrapped to the pane."""
    from rich.markdown import Markdown  # takes a while, and few look at it

    text = picture.draft.text
    if not text:
        return Lines([ink(" nothing to report yet", palette["dim"])], nothing=True)
    plain = "\n".join(clean(line, 4_000) for line in text[:_MOST].splitlines())
    console = Console(
        width=max(20, width), color_system="truecolor", legacy_windows=False, markup=False, theme=_theme(palette)
    )
    drawn = console.render_lines(Markdown(plain, hyperlinks=False), console.options.update(width=max(20, width)))
    return Lines([_line([(segment.text, segment.style) for segment in row]) for row in drawn])


def _theme(palette: Palette) -> Theme:
    """The palette's roles for what a document is made of; without colour, weight alone."""
    heading, quiet = palette["bold accent"], palette["dim"]
    return Theme(
        {
            "markdown.h1": heading, "markdown.h2": heading, "markdown.h3": palette["bold text"],
            "markdown.code": palette["accent"], "markdown.code_block": palette["text"], "markdown.em": quiet,
            "markdown.item.bullet": quiet, "markdown.item.number": quiet, "markdown.table.header": quiet,
            "markdown.table.border": palette["faint"], "markdown.hr": palette["faint"],
        }
    )  # fmt: skip


def _line(parts: list[tuple[str, object]]) -> Text:
    line = Text(no_wrap=True)
    for text, style in parts:
        line.append(text, style)  # type: ignore[arg-type]
    return line
