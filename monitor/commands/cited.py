"""The events that a report cites, each as a line, without secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from monitor.commands.lines import ARROWS
from monitor.report.cited import cited
from monitor.report.model import Cited, SiteReport

if TYPE_CHECKING:
    from monitor.capture.reader import Capture
    from monitor.export.passages import Passage
    from monitor.export.redact import Redactor

WIDEST = 240


def with_cited(sites: tuple[SiteReport, ...], capture: Capture, hide: Redactor | None) -> Iterator[SiteReport]:
    """The columns of one capture with the events that they cite: all of them decoded in one more pass."""
    from monitor.export.passages import chosen

    wanted = {seq for site in sites for seq in cited(site)}
    lines = {passage.event.seq: passage for passage in chosen(capture, wanted, hide)}
    for site in sites:
        found = [lines[seq] for seq in sorted(cited(site)) if seq in lines]
        yield msgspec.structs.replace(site, cited=tuple(_line(one, site.started) for one in found))


def _line(passage: Passage, started: float) -> Cited:
    from monitor.tui.rows import make_row
    from monitor.tui.words import size

    row = make_row(passage.event, passage.decoded, passage.url)
    about = f" {row.about}" if row.about and row.about not in row.title else ""
    text = f"{row.title}{about}{f' {size(row.size)}' if row.size else ''}"
    return Cited(
        seq=row.seq, at=row.time - started, tab=row.tab or "", way=ARROWS.get(row.dir or "", ""), kind=row.channel,
        text=text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…",
    )  # fmt: skip
