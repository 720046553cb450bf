"""`syncmon diff`: the formats of two captures, or two messages of one, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from monitor.commands.console import complain, say
from monitor.commands.decoding import decoding_option
from monitor.commands.lines import print_raw
from monitor.commands.options import filter_option, json_option, query, redact_option
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.capture.reader import Capture
    from monitor.export.redact import Redactor
    from monitor.formats.compare import Difference, TypeChange

_SIGNS = {"new": "+", "gone": "-", "changed": "~"}


@click.command("diff")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="A [B]")
@click.option(
    "--messages", nargs=2, type=click.IntRange(1), metavar="SEQ SEQ", help="Two messages of A, field by field."
)
@json_option
@decoding_option
@click.option("--fail-on-change", "fail", is_flag=True, help="Exit 1 if a type, a field or a period is another one.")
@filter_option
@click.option("--site", metavar="S", help="Only this site: a profile's name, or a host.")
@redact_option
def command(
    files: tuple[Path, ...], messages: tuple[int, int] | None, as_json: bool, fail: bool, text: str, site: str | None,
    redact: bool,
) -> int:  # fmt: skip
    """What is new, gone or changed in the formats of capture B, beside those of A.

    With --messages: two messages of one capture instead, by their numbers, field by field.
    """
    if len(files) != (1 if messages else 2):
        raise UsageError("Name two captures, or one with --messages SEQ SEQ.")
    if not redact:
        complain("--no-redact: what is shown may hold tokens, cookies and passwords. Keep it to yourself.")
    if messages:
        return _messages(files[0], messages, as_json=as_json, fail=fail, redact=redact)
    return _captures(files, text, site, as_json=as_json, fail=fail, redact=redact)


def _captures(files: tuple[Path, ...], text: str, site: str | None, *, as_json: bool, fail: bool, redact: bool) -> int:
    from monitor.capture.reader import Capture
    from monitor.commands.formats import collect
    from monitor.export.masked import masked
    from monitor.export.passages import learned
    from monitor.formats.compare import compare

    wanted = query(text)
    with Capture(files[0]) as first, Capture(files[1]) as second:
        before, after = (collect(capture, wanted, site) for capture in (first, second))
        if redact:
            hide = learned(first, second)
            before, after = masked(before, hide), masked(after, hide)
    changes = compare(before, after)
    if as_json:
        made = {"before": files[0].name, "after": files[1].name, "changes": [_change(one) for one in changes]}
        print_raw(msgspec.json.encode(made).decode("utf-8") + "\n")
    else:
        for line in _table(changes, files):
            say(line)
    return 1 if fail and any(one.counts for one in changes) else 0


def _change(one: TypeChange) -> dict[str, Any]:
    row = one.row
    return {
        "what": one.what, "site": row.site, "channel": row.channel, "dir": row.dir, "protocol": row.protocol,
        "type": row.type, "count": [side.count if side else 0 for side in (one.before, one.after)],
        "fields": [msgspec.to_builtins(field) for field in one.fields], "rhythm": one.rhythm,
    }  # fmt: skip


def _table(changes: tuple[TypeChange, ...], files: tuple[Path, ...]) -> Iterator[str]:
    from monitor.formats.tell import ARROWS, rhythm

    if not changes:
        yield f"The messages of {files[1].name} have the formats of those of {files[0].name}."
    for site, group in groupby(changes, key=lambda one: one.row.site):
        yield site or "(no site)"
        for one in group:
            row, words = one.row, ""
            if one.what != "changed":
                words = "  " + ", ".join(part for part in (f"{row.count:,} ×", rhythm(row)) if part)
            arrow = ARROWS.get(row.dir or "", "·")
            yield f"{_SIGNS[one.what]} {row.channel:<13}{arrow} {row.protocol:<11} {row.type}{words}"
            if one.rhythm is not None:
                yield f"      ~ {one.rhythm[0]} → {one.rhythm[1]}"
            for field in one.fields:
                told = " → ".join(part for part in (field.before, field.after) if part)
                yield f"      {_SIGNS[field.what]} {field.path or '(the message)'}: {told}"


# ── two messages ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _messages(file: Path, seqs: tuple[int, int], *, as_json: bool, fail: bool, redact: bool) -> int:
    from monitor.capture.reader import Capture
    from monitor.export.passages import learned
    from monitor.formats.compare import differences

    with Capture(file) as capture:
        hide = learned(capture) if redact else None
        values = _values(capture, seqs, hide)
    found = differences(*values)
    if as_json:
        made = {"capture": file.name, "messages": seqs, "differences": [_difference(one) for one in found]}
        print_raw(msgspec.json.encode(made).decode("utf-8") + "\n")
    else:
        for line in _side_by_side(found, seqs):
            say(line)
    return 1 if fail and found else 0


def _values(capture: Capture, seqs: tuple[int, int], hide: Redactor | None) -> list[Any]:
    """What two events carried, decoded with all that came before them."""
    from monitor.decode import Decoder
    from monitor.formats.sent import as_sent
    from monitor.formats.values import plain

    decoder, found = Decoder(), {}
    for event in capture.events():
        decoded = decoder.feed(event)
        if event.seq in seqs:
            values = [plain(next(as_sent(one)).value) for one in (decoded.messages if decoded else ())]
            value = values[0] if len(values) == 1 else values
            found[event.seq] = hide.value(value) if hide else value
        if event.seq >= max(seqs):
            break
    for seq in seqs:
        if found.get(seq, []) == []:
            raise UsageError(
                f"Event {seq} of {capture.path} carries no message: syncmon tail FILE --json numbers them."
            )
    return [found[seq] for seq in seqs]


def _difference(one: Difference) -> dict[str, Any]:
    sides = {"before": one.before, "after": one.after}
    return {"path": one.path, "what": one.what} | {
        name: value for name, value in sides.items() if value is not msgspec.UNSET
    }


def _side_by_side(found: tuple[Difference, ...], seqs: tuple[int, int]) -> Iterator[str]:
    from monitor.formats.tell import short

    if not found:
        yield f"Messages {seqs[0]} and {seqs[1]} hold the same."
    for one in found:
        sides = [short(value, 60) for value in (one.before, one.after) if value is not msgspec.UNSET]
        yield f"{_SIGNS[one.what]} {one.path or '(the message)'}: {' → '.join(sides)}"
