"""Raw DevTools messages, one line each: what other tools of the protocol read, made again from the events.

A line is `{"t": …, "dir": "in", "message": {"method": …, "params": …, "sessionId": …}}`, as `record --cdp-log` writes
it; the session is the tab. Events that the protocol has no message for are told as `Syncmon.event`, with the object of
the JSON Lines export: bodies, which DevTools hands over only on demand, what pages show, gaps, marks.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

import msgspec

from monitor.export.jsonl import record
from monitor.export.passages import Passage, passages
from monitor.export.plain import line
from monitor.model import (
    Chunk,
    Event,
    Failed,
    Finished,
    Frame,
    Navigation,
    Request,
    Response,
    SocketClosed,
    SocketError,
    SocketHandshake,
    SocketOpened,
    SseMessage,
)

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture

SUFFIX = ".cdp.jsonl"

Params = dict[str, Any]


def export(capture: Capture, query: Query | None, out: IO[str], redact: bool) -> int:
    """Write the events that match, a message each; returns how many events."""
    count, offset = 0, _offset(next((one for one in capture.events() if one.mono is not None), None))
    for passage in passages(capture, query, redact):
        offset = _offset(passage.event, offset)
        passage = passage._replace(event=_timed(passage.event, offset))
        out.write(line({"t": passage.event.mono, "dir": "in", "message": message(passage)}))
        count += 1
    return count


def _offset(event: Event | None, before: float = 0.0) -> float:
    """How far the wall clock is ahead of the browser's own, by an event that tells both."""
    return event.time - event.mono if event is not None and event.mono is not None else before


def _timed(event: Event, offset: float) -> Event:
    """The event on the browser's clock, on which all lines are: also where it has no stamp of its own."""
    return event if event.mono is not None else msgspec.structs.replace(event, mono=event.time - offset)


def message(passage: Passage) -> dict[str, Any]:
    """The message of one event."""
    event = passage.event
    told = _TOLD.get(type(event))
    method, params = told(event) if told is not None else ("Syncmon.event", record(passage))
    session = event.tab or event.target
    return {"method": method, "params": params} | ({"sessionId": session} if session else {})


def _stamped(event: Event, **params: Any) -> Params:
    connection = getattr(event, "connection", None)
    found: Params = {"requestId": connection} if connection is not None else {}
    found["timestamp"] = event.mono if event.mono is not None else event.time
    return found | {name: value for name, value in params.items() if value is not None}


def _request(event: Request) -> tuple[str, Params]:
    request: Params = {"url": event.url, "method": event.method, "headers": event.headers}
    if event.text is not None:
        request |= {"postData": event.text, "hasPostData": True}
    elif event.data is not None:
        entries = [{"bytes": base64.b64encode(event.data).decode("ascii")}]
        request |= {"hasPostData": True, "postDataEntries": entries}
    return "Network.requestWillBeSent", _stamped(
        event, wallTime=event.time, loaderId=event.loader or "", documentURL="", request=request,
        initiator={"type": "other"}, type=_resource(event.resource), frameId=event.frame,
    )  # fmt: skip


def _response(event: Response) -> tuple[str, Params]:
    response = {
        "url": event.url, "status": event.status, "statusText": "", "headers": event.headers, "mimeType": event.mime,
        "protocol": event.protocol or "", "fromDiskCache": event.from_cache,
        "fromServiceWorker": event.from_service_worker,
    }  # fmt: skip
    return "Network.responseReceived", _stamped(event, loaderId="", type="Other", response=response)


def _chunk(event: Chunk) -> tuple[str, Params]:
    raw = event.data if event.data is not None else event.text.encode("utf-8", "surrogatepass") if event.text else None
    data = base64.b64encode(raw).decode("ascii") if raw is not None else None
    return "Network.dataReceived", _stamped(event, dataLength=event.size, encodedDataLength=0, data=data)


def _finished(event: Finished) -> tuple[str, Params]:
    return "Network.loadingFinished", _stamped(event, encodedDataLength=event.size)


def _failed(event: Failed) -> tuple[str, Params]:
    return "Network.loadingFailed", _stamped(event, type="Other", errorText=event.error, canceled=event.canceled)


def _opened(event: SocketOpened) -> tuple[str, Params]:
    return "Network.webSocketCreated", _stamped(event, url=event.url or "")


def _handshake(event: SocketHandshake) -> tuple[str, Params]:
    if event.status is None:
        request = {"headers": event.request_headers}
        return "Network.webSocketWillSendHandshakeRequest", _stamped(event, wallTime=event.time, request=request)
    response = {"status": event.status, "statusText": "", "headers": event.headers,
                "requestHeaders": event.request_headers}  # fmt: skip
    return "Network.webSocketHandshakeResponseReceived", _stamped(event, response=response)


def _frame(event: Frame) -> tuple[str, Params]:
    content = event.text if event.data is None else base64.b64encode(event.data).decode("ascii")
    response = {"opcode": event.opcode, "mask": event.dir == "out", "payloadData": content or ""}
    way = "Received" if event.dir == "in" else "Sent"
    return f"Network.webSocketFrame{way}", _stamped(event, response=response)


def _socket_error(event: SocketError) -> tuple[str, Params]:
    return "Network.webSocketFrameError", _stamped(event, errorMessage=event.message)


def _closed(event: SocketClosed) -> tuple[str, Params]:
    return "Network.webSocketClosed", _stamped(event)


def _sse(event: SseMessage) -> tuple[str, Params]:
    return "Network.eventSourceMessageReceived", _stamped(
        event, eventName=event.event, eventId=event.id, data=event.text
    )  # fmt: skip


def _navigation(event: Navigation) -> tuple[str, Params]:
    frame = {"id": event.frame or event.target or "", "loaderId": event.loader or "", "url": event.url}
    if event.how == "same-document":
        return "Page.navigatedWithinDocument", {"frameId": frame["id"], "url": event.url}
    return "Page.frameNavigated", {"frame": frame, "type": "Navigation"}


def _resource(name: str) -> str:
    """Chrome's name of a resource type."""
    return {"xhr": "XHR", "eventsource": "EventSource", "websocket": "WebSocket"}.get(name, name.capitalize())


_TOLD: dict[type[Event], Callable[[Any], tuple[str, Params]]] = {
    Request: _request,
    Response: _response,
    Chunk: _chunk,
    Finished: _finished,
    Failed: _failed,
    SocketOpened: _opened,
    SocketHandshake: _handshake,
    Frame: _frame,
    SocketError: _socket_error,
    SocketClosed: _closed,
    SseMessage: _sse,
    Navigation: _navigation,
}
