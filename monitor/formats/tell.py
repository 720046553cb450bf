"""What is known of a type in words: the one wording that the text, the page and the screen share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from monitor.formats.model import Field, Reply, Trigger, TypeFormat, TypeKey

ARROWS = {"in": "◀", "out": "▶"}


def seconds(value: float) -> str:
    """`34 ms`, `2.4 s`, `15 s`, `5 min`."""
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    if value < 9.95:
        return f"{value:.2g} s" if value < 1 else f"{value:.1f} s"
    return f"{value:.0f} s" if value < 120 else f"{value / 60:.0f} min"


def rhythm(one: TypeFormat) -> str:
    """`every 15 s`, `3.2/s`, `4/min`; empty where neither tells anything."""
    if one.period_s is not None:
        return f"every {seconds(one.period_s)}"
    if one.rate is None:
        return ""
    if one.rate >= 0.5:
        return f"{one.rate:.1f}/s"
    minute = one.rate * 60
    return f"{minute:.0f}/min" if minute >= 9.95 else f"{minute:.1f}/min" if minute >= 0.1 else ""


def kinds(field: Field) -> str:
    """`string`, `integer or null`."""
    return " or ".join(field.types) or "anything"


def meaning(field: Field) -> str:
    """Its format, its values or its range."""
    if field.values:
        shown = ", ".join(short(value, 28) for value in field.values[:6])
        more = len(field.values) - 6
        return f"always {shown}" if len(field.values) == 1 else shown + (f", … {more} more" if more > 0 else "")
    if field.format is not None:
        return field.format
    if field.minimum is not None and field.maximum is not None:
        low, high = _number(field.minimum), _number(field.maximum)
        return low if low == high else f"{low} … {high}"
    return ""


def short(value: Any, limit: int) -> str:
    """A value as JSON, cut."""
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value or '""'
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def triggered(found: Trigger) -> str:
    """`92 % come within 2.4 s after A POST /api/turn (median 1.1 s, 14 × the base rate)`."""
    lift = f"{found.lift:.0f}" if found.lift >= 9.95 else f"{found.lift:.1f}"
    return (
        f"{percent(found.share)} come within {seconds(found.window_s)} after {found.what}"
        f" (median {seconds(found.median_s)}, {lift} × the base rate)"
    )


def answer(reply: Reply) -> str:
    """`answers ▶ ping, each just after one: 22 ×, median 1 ms`."""
    words = "answers" if reply.role == "answers" else "is answered by"
    by = {"connection": "", "turn": ", each just after one"}.get(reply.by)
    if by is None:
        by = f", by {reply.by}" + (f" = {reply.its}" if reply.its != reply.by else "")
    return f"{words} {named(reply.to)}{by}: {reply.count} ×, median {seconds(reply.median_s)}"


def percent(share: float) -> str:
    """`92 %`; what is not all is not called 100, nor what is something 0."""
    whole = round(share * 100)
    if whole == 100 and share < 1:
        whole = 99
    return "< 1 %" if whole == 0 and share > 0 else f"{whole} %"


def named(key: TypeKey) -> str:
    """Another type, as one speaks of it: `◀ subscribe`."""
    return f"{ARROWS.get(key[2] or '', '·')} {key[4]}"


def remarks(one: TypeFormat) -> Iterator[str]:
    """Sentences about its rhythm, triggers, replies, counters and links, the most telling first."""
    if one.period_s is not None:
        jitter = f", give or take {seconds(one.jitter_s)}" if one.jitter_s else ""
        yield f"It comes every {seconds(one.period_s)}{jitter}."
    for found in one.preceded_by:
        yield f"{triggered(found)}."
    for reply in one.replies:
        yield f"It {answer(reply)}, 95 % within {seconds(reply.p95_s)}."
    for found_sequence in one.sequences:
        whole = "no gap" if not found_sequence.gaps else f"{found_sequence.gaps} passed over"
        again = f", {found_sequence.repeats} repeated" if found_sequence.repeats else ""
        shared = " together with other types" if found_sequence.shared else ""
        yield f"{found_sequence.path} counts up{shared}: {whole}{again}."
    for link in one.links:
        its = f"{link.its or 'the value'} of {named(link.to)}"
        yield f"{link.path} holds the same values as {its} ({percent(link.share)})."
    if one.inferred_by is not None:
        yield f"Its type was found in {one.inferred_by or 'the message itself'}."
    yield from one.notes
