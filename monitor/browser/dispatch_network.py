"""Which part takes what the Network domain says: sockets or requests; and what it only says that there is."""

from __future__ import annotations

import msgspec

from monitor.browser import unseen
from monitor.browser import wire_network as wire
from monitor.browser.dispatch import Handler, arrived, stamped
from monitor.browser.output import decode
from monitor.browser.parts import Parts
from monitor.browser.sessions import Session

FRAME_IN = "Network.webSocketFrameReceived"
FRAME_OUT = "Network.webSocketFrameSent"


def network(parts: Parts) -> dict[str, Handler]:
    """Method → handler."""
    return (
        _sockets(parts) | _requests(parts) | _headers(parts) | {name: _unseen(parts, name) for name in unseen.REASONS}
    )


def _sockets(parts: Parts) -> dict[str, Handler]:
    sockets = parts.sockets
    return {
        FRAME_IN: stamped(parts, wire.WebSocketFrame, lambda one, params, at: sockets.frame(one, params, at, "in")),
        FRAME_OUT: stamped(parts, wire.WebSocketFrame, lambda one, params, at: sockets.frame(one, params, at, "out")),
        "Network.webSocketCreated": arrived(parts, wire.WebSocketCreated, sockets.created),
        "Network.webSocketWillSendHandshakeRequest": stamped(parts, wire.WebSocketHandshake, sockets.handshake),
        "Network.webSocketHandshakeResponseReceived": stamped(parts, wire.WebSocketHandshake, sockets.handshake),
        "Network.webSocketFrameError": stamped(parts, wire.WebSocketError, sockets.error),
        "Network.webSocketClosed": stamped(parts, wire.WebSocketClosed, sockets.closed),
    }


def _requests(parts: Parts) -> dict[str, Handler]:
    requests = parts.requests
    return {
        "Network.requestWillBeSent": stamped(parts, wire.RequestWillBeSent, requests.sent),
        "Network.requestServedFromCache": arrived(
            parts, wire.RequestServedFromCache, lambda one, params, at: requests.from_cache(one, params.request_id)
        ),
        "Network.responseReceived": stamped(parts, wire.ResponseReceived, requests.response),
        "Network.dataReceived": stamped(parts, wire.DataReceived, requests.data),
        "Network.loadingFinished": stamped(parts, wire.LoadingFinished, requests.finished),
        "Network.loadingFailed": stamped(parts, wire.LoadingFailed, requests.failed),
        "Network.eventSourceMessageReceived": stamped(parts, wire.EventSourceMessage, requests.sse),
    }


def _headers(parts: Parts) -> dict[str, Handler]:
    """What comes with every request and every response: few have anything to say, and are not decoded for nothing."""
    posted, databases = parts.requests.posted, parts.pages.databases
    headed = arrived(parts, wire.ResponseExtraInfo, posted.headed)

    def answer(one: Session, params: wire.ResponseExtraInfo, mono: float) -> None:
        databases.answered(one, params, parts.requests.name_of(one, params.request_id), mono)

    answered = arrived(parts, wire.ResponseExtraInfo, answer)

    def sent(one: Session, raw: msgspec.Raw, arrival: float) -> None:
        if posted.bodiless:
            headed(one, raw, arrival)

    def received(one: Session, raw: msgspec.Raw, arrival: float) -> None:
        if b"et-cookie" in bytes(raw).lower():
            answered(one, raw, arrival)

    return {"Network.requestWillBeSentExtraInfo": sent, "Network.responseReceivedExtraInfo": received}


def _unseen(parts: Parts, method: str) -> Handler:
    def handler(one: Session, raw: msgspec.Raw, arrival: float) -> None:
        params = decode(raw, unseen.Unseen)
        clock, stamp = parts.clock, params.timestamp
        at = parts.lateness.stamped(one.session, stamp, arrival) if stamp > 0 else clock.arrived(one.session, arrival)
        unseen.tell(parts.out, one, method, params, at)

    return handler
