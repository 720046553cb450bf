"""An event as one row of a list: what it is called, what it is about, how big it is."""

from __future__ import annotations

import msgspec

from monitor.model import CookieChange, Decoded, Event, SocketControl, payload
from monitor.tui.source import Row

PREVIEW = 300


def make_row(event: Event, decoded: Decoded | None, url: str | None) -> Row:
    """The row of an event. url: its address, or that of its connection."""
    title, typed = _title(event, decoded)
    return Row(
        seq=event.seq, time=event.time, tab=event.tab, dir=getattr(event, "dir", None),
        channel=event.channel or event.kind, title=title, typed=typed, about=_about(event, url),
        size=getattr(event, "size", 0) or 0,
    )  # fmt: skip


def _title(event: Event, decoded: Decoded | None) -> tuple[str, bool]:
    """The decoded type where there is one, else the fields that tell most, else the payload's first words."""
    fields = {name: getattr(event, name, None) for name in ("method", "url", "status", "state", "error", "reason")}
    if event.kind == "request":
        what = decoded.type if decoded and decoded.type else None
        return f"{fields['method']} {_path(str(fields['url']))}" + (f"  {what}" if what else ""), True
    if isinstance(event, SocketControl):
        return " · ".join(str(part) for part in (event.control, event.code, event.text) if part), True
    if decoded is not None and decoded.type:
        more = len(decoded.messages) - 1
        return decoded.type + (f"  +{more}" if more > 0 else ""), True
    held = payload(event) if event.channel else None
    if isinstance(held, bytes) and decoded is not None and decoded.layers[-1:] in (("raw",), ("protobuf",)):
        return _packed(held, decoded), False
    if held:
        piece = held[:PREVIEW]
        return (piece.decode("utf-8", "replace") if isinstance(piece, bytes) else piece), False
    said = [str(getattr(event, name)) for name in _TELLING.get(event.kind, ()) if getattr(event, name, None)]
    # The kind of what no channel carried stands in the channel's column already.
    return " · ".join(said if said and event.channel is None else [event.kind, *said]), True


def _packed(held: bytes, decoded: Decoded) -> str:
    """Bytes that are no text: what they were read as, or the first of them."""
    if decoded.value is None:
        return " ".join((decoded.layers[0], held[:24].hex(" ")))
    return f"{decoded.layers[0]}  {msgspec.json.encode(decoded.value)[:PREVIEW].decode('utf-8', 'replace')}"


_TELLING: dict[str, tuple[str, ...]] = {
    "recording": ("state", "detail"),
    "gap": ("reason", "count"),
    "fault": ("what", "message"),
    "mark": ("text",),
    "action": ("do", "error"),
    "navigation": ("how", "url"),
    "socket-closed": ("because",),
    "socket-error": ("message",),
    "failed": ("error",),
    "body": ("state", "reason"),
    "request-body": ("state", "reason"),
    "push": ("stage", "reason"),
    "push-watch": ("state", "reason"),
    "push-state": ("state", "host"),
    "worker-event": ("name", "client"),
    "storage": ("op", "key"),
    "database": ("database", "store"),
    "cookie": ("how",),
    "response": ("status", "mime"),
    "target-crashed": ("reason",),
    "shown": ("rule", "url"),
    "visibility": ("visible",),
    "input": ("input",),
}


def _about(event: Event, url: str | None) -> str:
    if isinstance(event, CookieChange):
        return " ".join([*event.names, *(f"-{name}" for name in event.removed)])
    for name in ("key", "name", "origin"):
        if value := getattr(event, name, None):
            return str(value)
    return _path(url) if url and event.kind not in ("request", "navigation") else ""


def _path(url: str) -> str:
    """The path and query of an address; the host where there is no path."""
    rest = url.partition("://")[2] or url
    host, slash, path = rest.partition("/")
    return slash + path if path else host
