"""The writes: who made each, and for every other tab when it was shown there and through what."""

from __future__ import annotations

from textwrap import wrap

from rich.text import Text

from monitor.sync.snapshot import SeenView, Snapshot, SubjectView, WriteView
from monitor.tui.clean import clean
from monitor.tui.paint import Lines
from monitor.tui.picture import Picture
from monitor.tui.theme import Palette, ink
from monitor.tui.waits import Waits, by_channel
from monitor.tui.words import age, clock, count, cut, fit, middle, since, wait

RECENT = 300


def ordered(snapshot: Snapshot) -> list[tuple[SubjectView, WriteView]]:
    """All writes: those some tab still waits for first, the longest wait on top; then the newest."""
    pairs = [(one, write) for one in snapshot.subjects for write in one.writes]
    pairs.sort(key=lambda pair: (pair[1].waiting_s > 0, pair[1].waiting_s, pair[1].at), reverse=True)
    return pairs[:RECENT]


def lines(picture: Picture, width: int, palette: Palette) -> tuple[list[Text], Lines]:
    """The head, and for each write a line with one clause for every other tab."""
    pairs = ordered(picture.snapshot)
    if not pairs:
        words = "no writes yet" if picture.update.live else "no writes in this capture"
        then = "change something in one tab: send a message, edit a document"
        return [], Lines([ink(f" {words}", palette["text"]), ink(f" {then}", palette["dim"])], nothing=True)
    wide = max(24, min(76, (width - 20) // 2))
    head = ink(f" {'at':<12} tab {fit('write', wide)} seen by the other tabs", palette["faint"])
    start = picture.snapshot.recording.started if picture.relative else None
    things = [write for _, write in pairs]
    return [head], Lines(things, lambda write: _line(write, wide, start, palette), (wide, start))


def explanation(write: WriteView | None, width: int, palette: Palette) -> list[Text]:
    """For each other tab, the sentences that say why it was behind or how it kept up."""
    told = [seen for seen in write.seen if seen.why] if write is not None else []
    if not told:
        return [ink(" nothing to explain yet", palette["dim"])]
    lines = []
    for seen in sorted(told, key=lambda seen: not seen.censored):
        for number, part in enumerate(wrap(clean(seen.why, 1_000), max(20, width - 5))):
            line = ink(f" {fit(seen.tab if not number else '', 3)} ", palette.tab(seen.tab))
            lines.append(line.append(part, palette["text"]))
    return lines


def distribution(picture: Picture, width: int, palette: Palette) -> list[Text]:
    """For each channel that brought writes: how many, how long it took, and how the waits are spread."""
    found = by_channel(picture.snapshot)
    if not found:
        return [ink(" no wait was measured yet", palette["dim"])]
    most = max((max(waits.bins, default=0) for waits in found), default=0)
    head = f" {'through':<14}{'count':>7}{'median':>11}{'p90':>11}{'longest':>11}  "
    scale = "≤.1s  .3s   1s   3s  10s  30s 100s  more" if width >= 100 else ""
    made = [ink(head + scale, palette["faint"])]
    return made + [_channel(waits, most, width >= 100, palette) for waits in found]


def _line(write: WriteView, wide: int, start: float | None, palette: Palette) -> Text:
    line = Text(" ", no_wrap=True)
    line.append((clock(write.at) if start is None else f"{since(write.at, start):>12}") + " ", palette["dim"])
    line.append(fit(write.tab, 3) + " ", palette.tab(write.tab))
    what = clean(write.request or "not seen on the network", 400)
    excerpt = f"“{clean(write.excerpt, 60)}” " if write.excerpt else ""
    room = max(10, wide - min(len(excerpt), wide // 2) - 1)
    text = ink(cut(excerpt.rstrip(), wide // 2) + " " * bool(excerpt), palette["text"]).append(
        middle(what, room), palette["dim"]
    )
    text.truncate(wide, pad=True)
    line.append_text(text).append(" ")
    if not write.seen:
        return line.append("no other tab views it", palette["faint"])
    for number, seen in enumerate(sorted(write.seen, key=lambda seen: not seen.censored)):
        line.append("   " if number else "").append_text(_seen(seen, write, palette))
    return line


def _seen(seen: SeenView, write: WriteView, palette: Palette) -> Text:
    text = ink(seen.tab + " ", palette.tab(seen.tab))
    if seen.state == "shown" and seen.after_s is not None:
        text.append("✓ ", palette["bold good"]).append(wait(seen.after_s), palette["text"])
        text.append(f" {seen.via or 'unknown'}", palette["dim"])
        text.append(f" prompted by {clean(seen.prompted_by, 20)}" if seen.prompted_by else "", palette["faint"])
    elif seen.state == "received":
        text.append(f"◐ {age(write.waiting_s)} received, not shown", palette["bold unshown"])
    else:
        text.append(f"✗ {age(write.waiting_s)} still waiting", palette["bold stale"])
    if seen.hidden_s >= 0.1:
        text.append(f" (hidden {age(seen.hidden_s)})", palette["hidden"])
    return text


def _channel(waits: Waits, most: int, spread: bool, palette: Palette) -> Text:
    line = ink(f" {waits.via:<14}", palette["text" if waits.measured else "bold stale"])
    line.append(f"{waits.count:>7,}", palette["text"])
    for value in (waits.median, waits.p90, waits.longest):
        line.append(f"{wait(value) if value is not None else '–':>11}", palette["text" if waits.measured else "stale"])
    if not waits.measured:
        return line.append(f"  {count(waits.count, 'tab')} waiting: no number yet, only “at least”", palette["dim"])
    if spread:
        line.append("  ")
        for number in waits.bins:
            bar = "▁▂▃▄▅▆▇█"[min(7, number * 8 // (most + 1))] * 4 if number else " ·  "
            line.append(bar + " ", palette["stream" if number else "faint"])
    return line
