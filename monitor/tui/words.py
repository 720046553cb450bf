"""How numbers, times and addresses are written on the screen."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.cells import cell_len, set_cell_size


def age(seconds: float) -> str:
    """A wait that may still be counting: `13.2 s`, `2 m 05 s`, `1 h 04 m`."""
    seconds = max(0.0, seconds)
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{int(seconds) // 60} m {int(seconds) % 60:02d} s"
    return f"{int(seconds) // 3600} h {int(seconds) % 3600 // 60:02d} m"


def wait(seconds: float) -> str:
    """A measured wait, to the millisecond where that tells something."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else age(seconds)


def duration(seconds: float) -> str:
    """`00:04:12`, and days in front once there are any."""
    total = int(max(0.0, seconds))
    text = f"{total // 3600 % 24:02d}:{total // 60 % 60:02d}:{total % 60:02d}"
    return f"{total // 86400} d {text}" if total >= 86400 else text


def clock(time: float) -> str:
    """The time of day in the local zone, to the millisecond."""
    return datetime.fromtimestamp(time, UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]


def since(time: float, start: float) -> str:
    """The time since the recording began: `+4:12.201`."""
    total = time - start
    sign, total = ("-", -total) if total < 0 else ("+", total)
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{sign}{hours}:{minutes:02d}:{seconds:06.3f}" if hours else f"{sign}{minutes}:{seconds:06.3f}"


def size(count: int) -> str:
    """`214 B`, `1.2 kB`, `3.4 MB`."""
    if count < 1000:
        return f"{count} B"
    value, unit = count / 1000, "kB"
    for larger in ("MB", "GB"):
        if value >= 999.5:
            value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 tab`, `1,284 events`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Exactly `width` cells: padded, or cut at the end with an ellipsis."""
    wide = cell_len(text)
    if wide <= width:
        return " " * (width - wide) + text if right else text + " " * (width - wide)
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def cut(text: str, width: int) -> str:
    """At most `width` cells, cut at the end with an ellipsis."""
    return text if cell_len(text) <= width else fit(text, width)


def middle(text: str, width: int) -> str:
    """At most `width` cells, shortened in the middle: the end tells more than the middle, so it gets more."""
    if cell_len(text) <= width:
        return text
    if width < 5:
        return fit(text, width)
    head = (width - 1) // 3
    tail = width - 1 - head
    end = text[-tail:]
    while cell_len(end) > tail:
        end = end[1:]
    return set_cell_size(text, head) + "…" + end


def address(url: str, width: int) -> str:
    """An address without its scheme, at most `width` cells, shortened in the middle."""
    _, found, rest = url.partition("://")
    return middle((rest if found else url).rstrip("/") or url, width)
