"""What every export reads: the events of a capture that match, decoded, with their address, and without secrets."""

from __future__ import annotations

import secrets
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from monitor import __version__
from monitor.capture.addresses import Addresses
from monitor.capture.rows import rest_of
from monitor.capture.schema import FORMAT_VERSION
from monitor.capture.times import CaptureAnchors
from monitor.decode import Decoder
from monitor.export.cuts import ENDS, KINDS, TAIL
from monitor.export.redact import Redactor
from monitor.export.shapes import likely
from monitor.model import Chunk, Decoded, Event, Failed, Finished, Frame, Recording, SocketClosed

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture


_ADDRESSES = 1000
_CARRIERS = (Frame, Chunk)  # the many, whose payload is all that can hold a secret
_PIECES = (Chunk, Frame, Finished, Failed, SocketClosed)


class Passage(NamedTuple):
    """One event as an export shows it. url: its own address, or that of its connection."""

    event: Event
    url: str | None
    decoded: Decoded | None


def redactor(capture: Capture) -> Redactor:
    """The redactor of a capture, with the key that was drawn when it was made; it knows no secret yet."""
    return Redactor(bytes.fromhex(capture.meta.get("key", "")) or secrets.token_bytes(32))


def learned(capture: Capture, *others: Capture) -> Redactor:
    """The redactor of a capture, which has read all of it: a secret is hidden in what came before it, too.

    It knows the secrets of other captures as well, and hides equal ones alike; events it can hide of the last one only.
    """
    hide = redactor(capture)
    for each in (capture, *others):
        hide.begin()
        for _ in _learning(each, hide):
            pass
    _cut(each, hide)
    return hide


def _cut(capture: Capture, hide: Redactor, only: Container[str] | None = None) -> None:
    """Find the secrets that pieces have parts of, now that all are known. only: the connections that matter."""
    for event in capture.events(kinds=KINDS) if len(hide.known) else ():
        if only is None or getattr(event, "connection", None) in only:
            hide.cuts.feed(event)


def _learning(capture: Capture, hide: Redactor) -> Iterator[tuple[Event, Decoded | None]]:
    """The events of a capture as the redactor learns from them, decoded."""
    tails: dict[str, str] = {}
    decoder = Decoder()
    for event in capture.events():
        clean = hide.event(event)
        if clean is event and isinstance(event, _CARRIERS):
            hide.harmless.add(event.seq)
        decoded = decoder.feed(event)
        hide.decode(event, decoded)
        yield joined(event, hide, tails) if isinstance(event, _PIECES) else event, decoded


def chosen(capture: Capture, wanted: Container[int], hide: Redactor | None) -> Iterator[Passage]:
    """Some events by their numbers: the capture is read and decoded once, and nothing else of it is hidden."""
    decoder, addresses = Decoder(), Addresses()
    if hide is not None:
        hide.begin()
    read = _learning(capture, hide) if hide else ((event, decoder.feed(event)) for event in capture.events())
    found = []
    for event, decoded in read:
        url = addresses.feed(event)
        if event.seq in wanted:
            found.append(Passage(event, url, decoded))
    if hide is not None and (pieces := {one.event.connection for one in found if isinstance(one.event, _CARRIERS)}):
        _cut(capture, hide, pieces)
    for passage in found:
        if hide is None:
            yield passage
        else:
            whole = passage._replace(event=hide.cuts.hidden(passage.event))
            yield _hidden(whole, hide, passage.url and hide.text(passage.url))


def _hidden(passage: Passage, hide: Redactor, url: str | None) -> Passage:
    """A passage without its secrets; of those that pieces cut in two, the event has none by now."""
    event, decoded = passage.event, passage.decoded
    if decoded is not None:
        decoded = hide.decoded(hide.cuts.decoded(event.seq, decoded))
    return Passage(hide.shown(event), url, decoded)


def passages(capture: Capture, query: Query | None, redact: bool) -> Iterator[Passage]:
    """The events that match, in order; all are decoded, since what a payload means may depend on earlier ones.

    FilterError at once, before anything is read, where the query asks for a moment that there is not.
    """
    return _matching(capture, bound(capture, query), redact)


def _matching(capture: Capture, query: Query | None, redact: bool) -> Iterator[Passage]:
    reading = Reading(learned(capture) if redact else None)
    for event in capture.events():
        if (found := reading.feed(event, query)) is not None:
            yield found


def bound(capture: Capture, query: Query | None, *, strict: bool = True) -> Query | None:
    """The query with the moments of the capture; FilterError, if `strict`, where it asks for one that there is not."""
    return query and query.bound(CaptureAnchors(capture), strict=strict)


class Sieve:
    """Which events match, for those who do not need what they decode to unless the query does."""

    def __init__(self, query: Query | None) -> None:
        self._query = query
        self._reading = Reading() if query is not None and query.needs_decoding else None
        self._addresses = Addresses()

    def lets_through(self, event: Event) -> bool:
        """Take the next event; whether it matches."""
        if self._query is None:
            return True
        if self._reading is not None:
            return self._reading.feed(event, self._query) is not None
        return self._query.matches(event, None, self._addresses.feed(event))


class Reading:
    """The fold behind `passages`, for events that come one by one."""

    def __init__(self, redact: Redactor | None = None) -> None:
        self._redact = redact
        self._decoder = Decoder()
        self._addresses = Addresses()
        self._tails: dict[str, str] = {}
        self._clean: dict[str, str] = {}
        self._learned = 0

    def feed(self, event: Event, query: Query | None) -> Passage | None:
        """Take the next event; the passage, if it matches."""
        decoded, url = self._decoder.feed(event), self._addresses.feed(event)
        if self._redact is not None:
            self._redact.decode(event, decoded)
        if self._redact is not None and isinstance(event, _PIECES):
            event = joined(self._redact.cuts.hidden(event), self._redact, self._tails)
        if query is not None and not query.matches(event, decoded, url):
            return None
        hide = self._redact
        if hide is None:
            return Passage(event, url, decoded)
        return _hidden(Passage(event, url, decoded), hide, url and self._address(url, hide))

    def _address(self, url: str, hide: Redactor) -> str:
        """The address without its secrets; most events share theirs with others."""
        if len(self._clean) > _ADDRESSES or self._learned != len(hide.known):
            self._clean.clear()
            self._learned = len(hide.known)
        found = self._clean.get(url)
        if found is None:
            found = self._clean[url] = hide.text(url)
        return found


def joined(event: Event, hide: Redactor, tails: dict[str, str]) -> Event:
    """A chunk or frame without the rest of a secret that one before it on its connection began; `tails` keeps those."""
    if not isinstance(event, Chunk | Frame):
        tails.pop(getattr(event, "connection", ""), None)
        return event
    text = event.text if event.data is None else event.data.decode("latin-1")
    before = tails.pop(event.connection, "")
    if isinstance(event, Chunk):
        tails[event.connection] = (before + (text or ""))[-TAIL:]
    elif text and not text.endswith(ENDS) and likely(text[-TAIL:]):
        tails[event.connection] = text[-TAIL:]  # frames are whole messages, but for a few
    clean = hide.across(before, text) if text and before else text
    if clean == text or clean is None:
        return event
    if event.data is None:
        return msgspec.structs.replace(event, text=clean)
    return msgspec.structs.replace(event, data=clean.encode("latin-1"))


def stamp(seconds: float) -> str:
    """A moment as ISO 8601, UTC, to the microsecond."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def head(capture: Capture, redact: bool) -> dict[str, Any]:
    """What an export says first: versions, browser, start, and how much could not be captured."""
    browsers = [event.browser for event in capture.events(kinds=["recording"]) if isinstance(event, Recording)]
    first = next(iter(capture.read_after(0, 1)), None)
    return {
        "syncmon": FORMAT_VERSION,
        "version": capture.meta.get("version", __version__),
        "browser": next((browser for browser in browsers if browser), None),
        "start": stamp(first.time) if first else capture.meta.get("created"),
        "gaps": sum(1 for _ in capture.events(kinds=("gap",))),
        # What was imported from a redacted export has no secrets to show.
        "redacted": redact or capture.meta.get("redacted") == "yes",
    }


def rest(event: Event) -> dict[str, Any]:
    """The fields that only this kind of event has, plain."""
    plain: dict[str, Any] = msgspec.to_builtins(rest_of(event))
    return plain
