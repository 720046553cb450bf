"""The channels: every socket, stream, push registration and poll, with what went through it."""

from __future__ import annotations

from rich.text import Text

from monitor.sync.channel_views import ConnectionView, OutageView
from monitor.tui.clean import clean
from monitor.tui.paint import Lines
from monitor.tui.picture import Picture
from monitor.tui.theme import Palette, ink
from monitor.tui.words import address, age, clock, count, cut, fit, size, wait

RECENT = 500
_BREAKS = 3  # of each endpoint that are told


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


def ladders(picture: Picture, width: int, palette: Palette) -> list[Text]:
    """For each endpoint that broke: the rule of its waits, and its last breaks with the waits before each attempt."""
    lines = []
    for view in picture.snapshot.reconnects:
        line = ink(f" {fit(view.tab, 3)} ", palette.tab(view.tab)).append(f"{view.channel:<8}", palette["text"])
        line.append(f"broke {count(len(view.outages), 'time')} · ", palette["dim"])
        line.append(view.rule or "too few attempts to tell the rule", palette["text" if view.rule else "dim"])
        where = address(clean(view.url, 1000), max(12, width - line.cell_len - 3))
        lines.append(line.append(f"  {where}", palette["faint"]))
        lines += [_outage(one, palette) for one in reversed(view.outages[-_BREAKS:])]
    return lines


def _outage(one: OutageView, palette: Palette) -> Text:
    line = ink(f"     {clock(one.at)}  ", palette["dim"])
    waits = " → ".join(wait(value) for value in one.waits[-8:])
    line.append(f"waits {waits}" if waits else "no attempt", palette["text"])
    if one.end is not None:
        line.append(f"  back after {wait(one.end - one.at)}", palette["good"])
    else:
        line.append("  not back", palette["stale"])
    said = [f"resumed with {clean(one.resumed_with, 40)}"] if one.resumed_with else []
    said += [f"{count(one.repeated, 'message')} twice"] if one.repeated else []
    said += [f"then asked {clean(asked, 60)}" for asked in one.asked[:2]]
    return line.append("".join(f" · {part}" for part in said), palette["dim"])


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
    protocol = f" [{cut(clean(said, 60), max(8, width // 2))}]" if said else ""
    return address(clean(one.url, 1000), width - len(protocol)) + protocol
