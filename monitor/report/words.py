"""Numbers, times and addresses as the report writes them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from monitor.formats.places import pattern_of


def seconds(value: float | None) -> str:
    """A length of time of two or three digits: `21 ms`, `0.31 s`, `13.2 s`, `3.1 min`."""
    if value is None:
        return "–"
    if value < 0.001:
        return "under 1 ms" if value > 0 else "0 s"
    if value < 0.1:
        return f"{value * 1000:.0f} ms"
    if value < 0.995:
        return f"{value:.2f} s"
    return f"{value:.1f} s" if value < 100 else f"{value / 60:.1f} min"


def brief(value: float | None) -> str:
    """A length of time that may be less than a millisecond."""
    return "under 1 ms" if value is not None and 0 <= value < 0.001 else seconds(value)


def size(value: float) -> str:
    """Bytes: `214 B`, `1.3 kB`, `2.0 MB`."""
    if value < 1000:
        return f"{value:.0f} B"
    return f"{value / 1e3:.1f} kB" if value < 1e6 else f"{value / 1e6:.1f} MB"


def many(count: int, one: str, more: str | None = None) -> str:
    """`1 tab`, `1,284 events`."""
    return f"{count:,} {one if count == 1 or one == 'more' else more or one + 's'}"


def connection(channel: str) -> str:
    """What a connection of a channel is called."""
    return {"sse": "EventSource", "fetch-stream": "stream"}.get(channel, channel)


def often(count: int) -> str:
    """`once`, `12 times`."""
    return "once" if count == 1 else many(count, "time")


def of_all(count: int, total: int, one: str) -> str:
    """How many of all: `the only write`, `both writes`, `all 3 writes`, `2 of 3 writes`, `none of 3 writes`."""
    if count == total:
        return f"the only {one}" if total == 1 else f"both {one}s" if total == 2 else f"all {many(total, one)}"
    return f"{count or 'none'} of {many(total, one)}"


def rate(value: float) -> str:
    """A number of three digits at most that count: `0.4`, `39`, `1,470`."""
    if value < 10:
        return f"{value:.1f}"
    return f"{value:,.0f}" if value < 1000 else f"{float(f'{value:.3g}'):,.0f}"


def spread(values: Sequence[float]) -> str:
    """The median of some times, with their number where there are several."""
    if len(values) == 1:
        return brief(values[0])
    return f"{brief(median(values))} (median of {len(values)})"


def address(pattern: str) -> str:
    """The path of an address pattern; with its host where that is another's."""
    rest = pattern.partition("://")[2] or pattern
    host, slash, path = rest.partition("/")
    return f"{host}{slash}{path}" if "googleapis" in host else f"{slash}{path}" or host


def path(pattern: str) -> str:
    """The path of an address pattern alone."""
    return f"/{pattern.partition('://')[2].partition('/')[2]}"


def request(text: str) -> str:
    """A request without what identifies: `POST /api/organizations/{id}/turns`."""
    method, space, path = text.partition(" ")
    if not path.startswith("/"):
        return text
    return f"{method}{space}{address(pattern_of(f'https://host{path}'))}"


def cut(text: str, most: int = 80) -> str:
    """A name that no message can make longer than a line."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def share(value: float) -> str:
    """A share in per cent."""
    return f"{value * 100:.0f} %"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
