"""The formats: the types of messages, and of one of them what is known, its fields, or its schema."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from rich.text import Text

from monitor.formats.model import Field, TypeFormat, TypeKey
from monitor.formats.tell import ARROWS, kinds, meaning, percent, remarks, rhythm, short
from monitor.report.latency import on_the_way
from monitor.sync.channel_views import LatencyView
from monitor.tui.clean import clean
from monitor.tui.paint import Lines
from monitor.tui.picture import Picture
from monitor.tui.theme import Palette, ink
from monitor.tui.words import count, cut, fit, middle, size

SCHEMA_LINES = 2_000
_CHANNELS = {"fetch-stream": "stream", "broadcast": "broadc."}
_NARROW = 52


def selected(picture: Picture) -> TypeFormat | None:
    """The type that is looked at: the one chosen, else the first."""
    types = picture.study.report.types
    return next((one for one in types if one.key == picture.format), types[0] if types else None)


def index_of(picture: Picture, key: TypeKey | None) -> int:
    """The line of a type."""
    return next((index for index, one in enumerate(picture.study.report.types) if one.key == key), 0)


# ── the list ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def lines(picture: Picture, width: int, palette: Palette) -> tuple[list[Text], Lines]:
    """The head, and a line for each type."""
    types = picture.study.report.types
    if not types:
        return [], Lines(_empty(picture, palette), nothing=True)
    several = len({one.site for one in types}) > 1 and width >= _NARROW
    site = min(12, max(len(one.site) for one in types)) + 1 if several else 0
    room = max(8, width - site - 30)
    head = ink(
        f" {fit('site', site)}{'':2}{'channel':<8}{fit('type', room)}{'count':>7} {'rhythm':>10}", palette["faint"]
    )
    firsts = {
        one.key for before, one in zip((None, *types), types, strict=False) if before is None or before.site != one.site
    }

    def line(one: TypeFormat) -> Text:
        made = Text(" ", no_wrap=True)
        made.append(fit(clean(one.site) if one.key in firsts else "", site) if site else "", palette["dim"])
        made.append(f"{ARROWS.get(one.dir or '', '·')} ", palette["accent" if one.dir == "out" else "frame"])
        made.append(f"{_CHANNELS.get(one.channel, one.channel):<8}", palette["dim"])
        made.append(fit(middle(clean(one.type, 500), room - 1), room), palette["text"])
        made.append(f"{one.count:>7,} ", palette["text"])
        return made.append(f"{rhythm(one):>10}", palette["good" if one.period_s is not None else "dim"])

    return [head], Lines(types, line, (width, several, len(firsts)))


def title(picture: Picture, palette: Palette) -> Text:
    """How many types there are, and how far the reading is."""
    report, made = picture.study.report, ink("Formats", palette["bold text"])
    made.append(f"  {count(len(report.types), 'type')}, {count(report.messages, 'message')}", palette["dim"])
    if picture.study.progress is not None:
        made.append(f" · read {picture.study.progress:.0%}", palette["unshown"])
    return made


def _empty(picture: Picture, palette: Palette) -> list[Text]:
    study = picture.study
    if study.problem:
        what, then = f"the formats cannot be found out: {clean(study.problem, 300)}", "syncmon doctor checks the file"
    elif study.progress is not None:
        what, then = "reading the capture from its start …", "types appear as they are found"
    else:
        what, then = "no messages yet", "use the page: what its channels carry is taken apart here"
    return [ink(f" {what}", palette["text"]), ink(f" {then}", palette["dim"])]


# ── one type ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def heading(one: TypeFormat | None, palette: Palette, width: int) -> Text:
    """Type, protocol and size."""
    if one is None:
        return ink("Fields", palette["bold text"])
    words = f" · {clean(one.protocol, 30)} · {size(one.median_size)}"
    return ink(middle(clean(one.type, 500), max(8, width - len(words) - 4)), palette["bold text"]).append(
        words, palette["dim"]
    )


def fields(one: TypeFormat | None, width: int, palette: Palette, way: LatencyView | None = None) -> list[Text]:
    """The most telling that is known of a type, its fields, and the rest that is known. way: how long it was on it."""
    if one is None:
        return [ink("choose a type with j and k or the mouse", palette["dim"])]
    told = [*remarks(one), *on_the_way(way)]
    tabs = " ".join(one.tabs) or "no tab"
    made = [ink(f"{tabs} · {size(one.min_size)} … {size(one.max_size)} · {size(one.bytes)} in all", palette["dim"])]
    made += _sentences(told[:1], width, palette)
    if one.fields:
        made += [Text(), *_fields(one, width, palette)]
    return made + ([Text(), *_sentences(told[1:], width, palette)] if told[1:] else [])


def _sentences(told: list[str], width: int, palette: Palette) -> Iterator[Text]:
    """Sentences, wrapped."""
    for sentence in told:
        for number, piece in enumerate(textwrap.wrap(clean(sentence, 600), max(20, width - 3), break_on_hyphens=False)):
            yield ink("• " if not number else "  ", palette["accent"]).append(piece, palette["text"])


def _fields(one: TypeFormat, width: int, palette: Palette) -> Iterator[Text]:
    """A line a field: its name, under that of its parent, its types, how often it is there, what it holds."""
    widest = max(2 * min(field.depth, 8) + len(field.name or "(the message)") for field in one.fields)
    room, kind = max(8, min(widest, width * 2 // 5)), 9 if width < 60 else 16
    yield ink(f"{fit('field', room)} {fit('type', kind)} {'present':>7}  example, or values", palette["faint"])
    rest = max(4, width - room - kind - 11)
    for field in one.fields:
        name = "  " * min(field.depth, 8) + clean(field.name or "(the message)", 200)
        line = ink(fit(cut(name, room), room) + " ", palette["accent"])
        line.append(fit(_kinds(field, kind), kind) + " ", palette["text"])
        line.append(f"{percent(field.presence):>7}  ", palette["text" if field.presence == 1 else "unshown"])
        yield line.append(cut(_shown(field), rest), palette["dim"])


def _kinds(field: Field, width: int) -> str:
    """The types; a format says more than that it is a string."""
    if field.format is not None and len(field.types) == 1:
        return field.format
    words = kinds(field)
    return words if len(words) <= width else "/".join(kind[:4] for kind in field.types)


def _shown(field: Field) -> str:
    if field.values:
        return clean(meaning(field), 400)
    if field.example is None:
        return ""
    words = meaning(field) if field.types[:1] in (("integer",), ("number",)) and field.format is None else ""
    return words or clean(short(field.example, 200), 200)


def schema(one: TypeFormat | None, palette: Palette) -> list[Text]:
    """The JSON Schema, a line a line."""
    if one is None:
        return []
    text = json.dumps(one.schema, ensure_ascii=False, indent=2).split("\n")
    made = [ink(clean(line, 400), palette["text"]) for line in text[:SCHEMA_LINES]]
    if len(text) > SCHEMA_LINES:
        made.append(ink("… more: syncmon formats --json has all of it", palette["dim"]))
    return made
