"""The top of the screen: what is being recorded, then the answer — are the tabs in sync, and if not, what is wrong."""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from monitor.sync.snapshot import Alert
from monitor.tui.clean import clean
from monitor.tui.picture import Picture, alerts, tabs
from monitor.tui.theme import Palette
from monitor.tui.words import count, cut, duration

_STATES = {
    "started": ("◌ attaching", "unshown"),
    "attached": ("● rec", "error"),
    "resumed": ("● rec", "error"),
    "lost": ("✖ browser lost", "error"),
    "stopped": ("■ ended", "dim"),
}


def facts(picture: Picture, width: int, palette: Palette) -> Text:
    """One line: state, browser, endpoint, tabs, duration, events, gaps; where it is narrow the least telling go."""
    line = Text(no_wrap=True)
    line.append(" syncmon ", palette["bold accent"])
    word, role = _state(picture)
    line.append(f" {word} ", palette[f"bold {role}"])
    room = width - cell_len(line.plain) - 1
    pieces = _pieces(picture)
    while len(pieces) > 1 and len(" · ".join(text for _, text in pieces)) > room:
        pieces.remove(min(pieces))
    for number, (_, text) in enumerate(pieces):
        line.append(" · " if number else " ", palette["faint"])
        line.append(cut(text, room), palette["text" if "gap" not in text or text == "0 gaps" else "bold error"])
    return line


def verdict(picture: Picture, width: int, rows: int, palette: Palette) -> list[Text]:
    """The answer in words: one bar an alert, at most `rows`; a quiet line where no tab is behind and nothing broke."""
    found = alerts(picture)
    lines = [_quiet(picture, width, palette)] if all(alert.level == "warning" for alert in found) else []
    left = len(found)
    for alert in found:
        made = _alert(alert, width, palette)
        if left < len(found) and len(lines) + len(made) > rows:
            break
        lines += made[: rows - len(lines)]
        left -= 1
    if left:
        more = f" +{left} more "
        style = palette.bar(_role(found[-left - 1]))
        lines[-1].truncate(max(1, width - len(more)), overflow="ellipsis", pad=True)
        lines[-1].append(more, style)
    return lines


def _state(picture: Picture) -> tuple[str, str]:
    update, recording = picture.update, picture.snapshot.recording
    if picture.paused:
        return "❚❚ picture paused", "unshown"
    if update.progress is not None:
        return f"reading {update.progress:.0%}", "accent"
    if update.problem:
        return "✖ not recording", "error"
    if not update.live:
        return "■ file", "dim"
    return _STATES.get(recording.state, (clean(recording.state, 20), "dim"))


def _pieces(picture: Picture) -> list[tuple[int, str]]:
    """What could be said, with its weight."""
    snapshot, recording = picture.snapshot, picture.snapshot.recording
    events = count(recording.events, "event")
    if picture.paused:
        events += f" (+{picture.behind:,} since)"
    pieces = [
        (2, clean(re.sub(r"^(\w+)/(\d+)\.[\d.]+$", r"\1 \2", recording.browser), 24)),
        (1, clean(recording.endpoint.partition("://")[2].partition("/")[0] or recording.endpoint, 32)),
        (5, count(len(tabs(snapshot)), "tab")),
        (4, duration(snapshot.now - recording.started) if recording.started else ""),
        (3, events),
        (6, count(recording.gaps, "gap")),
    ]
    return [(weight, text) for weight, text in pieces if text]


def _quiet(picture: Picture, width: int, palette: Palette) -> Text:
    snapshot = picture.snapshot
    shown = tabs(snapshot)
    line = Text(" ", no_wrap=True)
    if picture.update.progress is not None:
        done = round(picture.update.progress * 20)
        line.append("━" * done, palette["accent"]).append("━" * (20 - done), palette["faint"])
        line.append("  reading the capture file …", palette["dim"])
    elif not shown:
        line.append("◌ ", palette["dim"]).append("no tabs yet", palette["bold text"])
        line.append(" — open a page in the browser, and it appears here by itself", palette["dim"])
    elif hidden := [tab.label for tab in shown if tab.state == "hidden" and tab.for_s]:
        line.append("✓ in sync", palette["bold good"])
        line.append(f" — only hidden tabs are behind: {', '.join(hidden)}", palette["dim"])
    elif not any(len(one.tabs) > 1 for one in snapshot.subjects):
        line.append("– nothing to compare yet", palette["bold text"])
        line.append(" — open the same page in two tabs", palette["dim"])
    else:
        line.append("✓ all tabs in sync", palette["bold good"])
        line.append(f" — every item is shown wherever it should be, in {count(len(shown), 'tab')}", palette["dim"])
    line.truncate(width, overflow="ellipsis")
    return line


def _role(alert: Alert) -> str:
    return {"error": "error", "stale": "stale", "warning": "unshown"}[alert.level]


def _alert(alert: Alert, width: int, palette: Palette) -> list[Text]:
    """One bar, or two where the hint does not fit behind the words."""
    glyph = {"error": "✖", "stale": "⚠", "warning": "!"}[alert.level]
    text, hint, style = clean(alert.text, 300), clean(alert.hint, 300), palette.bar(_role(alert))
    if not hint or cell_len(text) + cell_len(hint) + 6 <= width:
        return [_bar(f" {glyph} {text}" + (f" — {hint}" if hint else ""), width, style)]
    return [_bar(f" {glyph} {text}", width, style), _bar(f"   {hint}", width, style)]


def _bar(text: str, width: int, style: Style) -> Text:
    line = Text(text, style, no_wrap=True)
    line.truncate(width, overflow="ellipsis", pad=True)
    return line
