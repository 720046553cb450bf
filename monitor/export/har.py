"""HAR 1.2: requests, sockets and streams of all tabs, a page for each load; opens in DevTools and in any HAR viewer.

Written through a spool on disk, so neither the capture nor the result need fit into memory. Entries stand in the order
in which they began. WebSocket messages are in `_webSocketMessages`, those of an EventSource in `_eventSourceMessages`,
the moments of a streamed body in `_chunks`. What a HAR has no place for (pushes, storage, what pages show, …) is
counted in the log's comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

import msgspec

from monitor import __version__
from monitor.export import har_parts as parts
from monitor.export.har_entries import Entries, lists
from monitor.export.har_pages import KINDS, Pages
from monitor.export.passages import Sieve, bound, head, learned
from monitor.export.plain import encode
from monitor.export.redact import Redactor
from monitor.export.spool import Spool
from monitor.model import Body, Chunk, Event

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture

SUFFIX = ".har"

_STAND_IN = re.compile(r"\[(redacted:[0-9a-f]+)\]")


def export(capture: Capture, query: Query | None, out: IO[str], redact: bool) -> int:
    """Write one HAR document; returns how many events have their place in it."""
    hide = learned(capture) if redact else None
    sieve = Sieve(bound(capture, query))
    with Spool() as spool:
        pages = Pages(_clean(event, hide) for event in capture.events(kinds=KINDS))
        entries, count = Entries(spool, pages), 0
        for event in capture.events():
            count += entries.feed(_clean(event, hide), sieve.lets_through(event))
        entries.end()
        out.write('{"log":{' + _members(_log(capture, redact, entries, pages)) + ',"entries":[')
        comma = ""
        for number, known in spool.heads():
            out.write(comma + "\n")
            _write_entry(spool, number, known, hide, out)
            comma = ","
        out.write("\n]}}\n")
    return count


def _clean(event: Event, hide: Redactor | None) -> Event:
    """The event without its secrets; pieces of bodies are cleaned when they are together."""
    return event if hide is None or isinstance(event, Chunk | Body) else _addressed(hide.shown(hide.cuts.hidden(event)))


def _addressed(event: Event) -> Event:
    """The event with an address that is one: brackets may not stand in it."""
    url = getattr(event, "url", None)
    if url is None or "[redacted:" not in url:
        return event
    return msgspec.structs.replace(event, url=_STAND_IN.sub(r"%5B\1%5D", url))


def _log(capture: Capture, redact: bool, entries: Entries, pages: Pages) -> dict[str, Any]:
    about = head(capture, redact)
    name, _, version = (about["browser"] or "").partition("/")
    found: dict[str, Any] = {"version": "1.2", "creator": {"name": "syncmon", "version": __version__}}
    if name:
        found["browser"] = {"name": name, "version": version}
    found["pages"] = pages.written()
    found["comment"] = _summary(entries, redact)
    return found | ({"_gaps": entries.gaps} if entries.gaps else {})


def _summary(entries: Entries, redact: bool) -> str:
    said = ["Secrets are replaced by pseudonyms." if redact else "Secrets are not hidden."]
    if entries.gaps:
        told = "; ".join(f"{gap['reason']} ({gap.get('count', '?')})" for gap in entries.gaps[:20])
        said.append(f"Not captured, {len(entries.gaps)} times: {told}.")
    if lost := [f"{count} {kind}" for kind, count in sorted(entries.homeless.items()) if count]:
        said.append(f"Events a HAR has no place for: {', '.join(lost)}; the format jsonl has them.")
    return " ".join(said)


def _write_entry(spool: Spool, number: int, known: bytes, hide: Redactor | None, out: IO[str]) -> None:
    """One entry: its head, with its content put in, and its lists, piece by piece."""
    text = known.decode("utf-8")
    if spool.has(number, "body"):
        text = _with_content(text, list(spool.pieces(number, "body")), hide)
    out.write(text[:-1])
    for field, pieces in lists(spool, number):
        out.write(f',"{field}":[')
        _write_list(pieces, out)
        out.write("]")
    out.write("}")


def _with_content(text: str, pieces: list[str | bytes], hide: Redactor | None) -> str:
    entry = json.loads(text)
    if hide is not None:
        pieces = [_hidden(pieces, hide)]
    answer = entry["response"]
    answer["content"] = parts.content(answer["content"]["mimeType"], pieces)
    if "is partial" in entry.get("comment", "") or "are missing" in entry.get("comment", ""):
        answer["content"]["comment"] = "partial: " + entry["comment"]
    return encode(entry).decode("utf-8")


def _hidden(pieces: list[str | bytes], hide: Redactor) -> str | bytes:
    if all(isinstance(piece, str) for piece in pieces):
        return hide.text("".join(str(piece) for piece in pieces))
    return hide.data(b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces))


def _write_list(pieces: Iterable[str | bytes], out: IO[str]) -> None:
    comma = ""
    for piece in pieces:
        out.write(comma + (piece.decode("utf-8") if isinstance(piece, bytes) else piece))
        comma = ",\n"


def _members(values: dict[str, Any]) -> str:
    """The members of an object, without its braces."""
    return encode(values).decode("utf-8")[1:-1]
