"""The channels: every socket, stream, push registration and poll, with what went through it."""

from __future__ import annotations

from rich.text import Text

from monitor.sync.snapshot import ConnectionView
from monitor.tui.clean import clean
from monitor.tui.paint import Lines
from monitor.tui.picture import Picture
from monitor.tui.theme import Palette, ink
from monitor.tui.words import address, age, clock, count, fit, size

RECENT = 500


def ordered(picture: Picture) -> list[ConnectionView]:
    """Open ones first, by tab; then the closed, the newest first."""
    found = [one for one in picture.snapshot.connections if not is_single(one)]
    alive = sorted((one for one in found if one.closed is None), key=lambda one: (one.tab or "~", one.opened))
    done = sorted((one for one in found if one.closed is not None), key=lambda one: -(one.closed or 0))
    return alive + done[:RECENT]


def is_single(one: ConnectionView) -> bool:
    """Whether it is one request with its answer, that is over and does not come again: no channel to look after."""
    return one.channel == "fetch" and one.closed is not None and one.period_s is None


def lines(picture: Picture, width: int, palette: Palette) -> tuple[list[Text], Lines]:
    """The head, and a line for each connection."""
    found = ordered(picture)
    if not found:
        then = "sockets, streams, pushes and polls appear here as the pages open them"
        return [], Lines([ink(" no channels yet", palette["text"]), ink(f" {then}", palette["dim"])], nothing=True)
    narrow = width < 110
    head = ink(f" tab {'channel':<13}{'state':<24}", palette["faint"])
    head.append(f"{'in':>7}{'out':>7}{'':>10}{'last in':>11}  " if narrow else
                f"{'in':>7}{'':>10}{'out':>7}{'':>10}{'last in':>11}  ")  # fmt: skip
    head.append("address")
    now = picture.snapshot.now
    # Ages count in every line, by tenths of a second.
    return [head], Lines(found, lambda one: _line(one, now, width, narrow, palette), (width, round(now, 1)))


def _line(one: ConnectionView, now: float, width: int, narrow: bool, palette: Palette) -> Text:
    line = Text(" ", no_wrap=True)
    line.append(fit(one.tab or "·", 3) + " ", palette.tab(one.tab) if one.tab else palette["faint"])
    line.append(f"{one.channel:<13}", palette["text"])
    words, role = _state(one, now)
    line.append(fit(words, 23) + " ", palette[role])
    quiet = now - one.last_in if one.last_in is not None and one.closed is None else None
    numbers = f"{one.frames_in:>7,}"
    numbers += "" if narrow else f"{size(one.bytes_in):>10}"
    numbers += f"{one.frames_out:>7,}"
    numbers += f"{size(one.bytes_in + one.bytes_out):>10}" if narrow else f"{size(one.bytes_out):>10}"
    line.append(numbers, palette["text" if one.closed is None else "dim"])
    line.append(f"{age(quiet) if quiet is not None else '–':>11}  ", palette["dim"])
    return line.append(_where(one, max(12, width - line.cell_len - 1)), palette["dim"])


def _state(one: ConnectionView, now: float) -> tuple[str, str]:
    """Open or closed, since when, why."""
    if one.closed is not None:
        why = f" · {clean(one.because, 40)}" if one.because else ""
        return f"✖ {clock(one.closed)[:8]}{why}", "faint"
    if one.channel == "push":
        words = count(one.frames_in, "push", "pushes") if one.frames_in else one.note.partition(" ")[0]
        return f"◆ {words}", "push"
    if one.period_s is not None:
        return f"● every {age(one.period_s)}", "good"
    return f"● {age(now - one.opened)}" + (" · older" if one.late else ""), "good"


def _where(one: ConnectionView, width: int) -> str:
    if one.url is None:
        return "address unknown: it was open before syncmon came"
    said = one.subprotocol or one.note
    protocol = f" [{clean(said, 60 if one.note else 20)}]" if said else ""
    return address(clean(one.url, 1000), width - len(protocol)) + protocol
