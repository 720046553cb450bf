"""A NetLog of Chrome (--log-net-log, chrome://net-export), JSON or ndjson: requests, WebSockets, the wire of push.

With the profile folder of the browser that wrote it, pushes are decrypted too. Each push is told twice: as the frame
that it was on the wire, and as a push that was received.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from monitor.browser.netlog import Netlog
from monitor.browser.netlog_wires import MCS
from monitor.decode.mcs import DataMessage, data_message
from monitor.imports.push_keys import opener
from monitor.imports.source import Source
from monitor.model import Event, Frame, Push

Decrypt = Callable[[DataMessage], bytes]
CAN_BE_READ = "Pushes are in it, encrypted: name the browser's profile with --profile-dir DIR to read them."


def sniff(head: bytes) -> int:
    """By the constants that begin every log."""
    if b'"logEventTypes"' in head or b'"logSourceType"' in head:
        return 95
    start = head.lstrip()
    return 80 if start.startswith((b'{"constants":', b'{"type":"constants"')) else 0


def read(source: Source) -> Iterator[Event]:
    """The events of a log."""
    decrypt = opener(source.profile) if source.profile is not None else None
    netlog = Netlog()
    for value in _values(source):
        for event in netlog.feed(value):
            yield event
            if isinstance(event, Frame) and event.connection.startswith(MCS) and (push := _push(event, decrypt)):
                if decrypt is None:
                    source.note(CAN_BE_READ)
                yield push


def _values(source: Source) -> Iterator[object]:
    """The constants and the events, in the form of a line each."""
    if source.head.split(b"\n", 1)[0].lstrip().startswith(b'{"type"'):
        for _, value in source.values():
            yield value
        return
    for place, value in source.items("constants", "events.item"):
        yield {"type": "constants", "constants": value} if place == "constants" else {"type": "event", "event": value}


def _push(frame: Frame, decrypt: Decrypt | None) -> Push | None:
    """The push that a frame of the push server's stream brought."""
    message = data_message(frame.data or b"") if frame.dir == "in" else None
    scope = urlsplit(message.app_data.get("subtype", "").removeprefix("wp:")) if message is not None else None
    if message is None or scope is None or not scope.netloc:
        return None
    meta = {"from": message.sender, "category": message.category}
    meta |= {name: str(value) for name, value in (("ttl", message.ttl), ("sent", message.sent)) if value is not None}
    text, size, reason = None, len(message.raw_data), "it is encrypted, and the keys were not given"
    if decrypt is not None:
        try:
            plain = decrypt(message)
            size = len(plain)
            text, reason = plain.decode("utf-8"), ""
        except ValueError as error:  # not to be decrypted, or no text
            reason = str(error)
    return Push(
        time=frame.time, mono=frame.mono, stage="received", origin=f"{scope.scheme}://{scope.netloc}", size=size,
        instance=message.persistent_id or None, text=text, state="whole" if text is not None else "partial",
        reason=reason or None, meta=meta,
    )  # fmt: skip
