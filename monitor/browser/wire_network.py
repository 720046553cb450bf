"""The shapes of the Network domain: sockets, requests and the bytes of their answers."""

from __future__ import annotations

import msgspec

from monitor.browser.wire import EMPTY, Params

# ── sockets ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Initiator(Params, frozen=True):
    """Where in the page's code a request or a socket began."""

    type: str = "other"
    url: str | None = None
    stack: msgspec.Raw = EMPTY


class WebSocketCreated(Params, frozen=True):
    """Network.webSocketCreated; it carries no time stamp."""

    request_id: str
    url: str = ""
    initiator: Initiator | None = None


class HandshakeRequest(Params, frozen=True):
    """The request of a handshake."""

    headers: dict[str, str] = {}


class HandshakeResponse(Params, frozen=True):
    """The response of a handshake."""

    status: int = 0
    headers: dict[str, str] = {}
    request_headers: dict[str, str] | None = None


class WebSocketHandshake(Params, frozen=True):
    """Network.webSocketWillSendHandshakeRequest and …HandshakeResponseReceived."""

    request_id: str
    timestamp: float = 0.0
    wall_time: float | None = None
    request: HandshakeRequest | None = None
    response: HandshakeResponse | None = None


class WebSocketPayload(Params, frozen=True):
    """The content of a frame: base64 unless the opcode is 1."""

    opcode: float = 1
    payload_data: str = ""


class WebSocketFrame(Params, frozen=True):
    """Network.webSocketFrameSent and …Received."""

    request_id: str
    timestamp: float
    response: WebSocketPayload


class FrameMessage(Params, frozen=True, rename={"session": "sessionId"}):
    """The whole message of a frame, envelope and all: it is what comes most, so it is decoded in one go."""

    method: str
    params: WebSocketFrame
    session: str | None = None


class WebSocketError(Params, frozen=True):
    """Network.webSocketFrameError."""

    request_id: str
    timestamp: float = 0.0
    error_message: str = ""


class WebSocketClosed(Params, frozen=True):
    """Network.webSocketClosed."""

    request_id: str
    timestamp: float = 0.0


# ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class PostDataEntry(Params, frozen=True):
    """One piece of a request's body, in base64."""

    bytes: str = ""


class WireRequest(Params, frozen=True):
    """A request as it is about to be sent."""

    url: str
    method: str = "GET"
    url_fragment: str | None = None
    headers: dict[str, str] = {}
    post_data: str | None = None
    has_post_data: bool = False
    post_data_entries: list[PostDataEntry] | None = None


class Timing(Params, frozen=True):
    """What the network service timed: the request's begin in monotonic seconds, the rest in ms from there."""

    request_time: float = 0.0
    receive_headers_end: float = 0.0


class WireResponse(Params, frozen=True):
    """The head of a response."""

    url: str = ""
    status: int = 0
    headers: dict[str, str] = {}
    mime_type: str = ""
    charset: str = ""
    protocol: str | None = None
    from_disk_cache: bool = False
    from_prefetch_cache: bool = False
    from_service_worker: bool = False
    encoded_data_length: float = 0
    timing: Timing | None = None


class RequestWillBeSent(Params, frozen=True):
    """Network.requestWillBeSent."""

    request_id: str
    request: WireRequest
    timestamp: float
    wall_time: float
    loader_id: str = ""
    initiator: Initiator | None = None
    redirect_response: WireResponse | None = None
    type: str = "Other"
    frame_id: str | None = None


class ResponseReceived(Params, frozen=True):
    """Network.responseReceived."""

    request_id: str
    timestamp: float
    response: WireResponse
    type: str = "Other"
    loader_id: str = ""
    frame_id: str | None = None


class ResponseExtraInfo(Params, frozen=True):
    """Network.responseReceivedExtraInfo: the headers as they came, those of cookies too."""

    request_id: str
    headers: dict[str, str] = {}


class DataReceived(Params, frozen=True):
    """Network.dataReceived; `data` (base64) is there only while the body is streamed to us."""

    request_id: str
    timestamp: float
    data_length: int = 0
    data: str | None = None


class LoadingFinished(Params, frozen=True):
    """Network.loadingFinished."""

    request_id: str
    timestamp: float
    encoded_data_length: float = 0


class LoadingFailed(Params, frozen=True):
    """Network.loadingFailed."""

    request_id: str
    timestamp: float
    error_text: str = ""
    canceled: bool = False
    blocked_reason: str | None = None


class RequestServedFromCache(Params, frozen=True):
    """Network.requestServedFromCache."""

    request_id: str


class EventSourceMessage(Params, frozen=True):
    """Network.eventSourceMessageReceived."""

    request_id: str
    timestamp: float
    event_name: str = ""
    event_id: str = ""
    data: str = ""


class BufferedData(Params, frozen=True):
    """The reply to Network.streamResourceContent."""

    buffered_data: str = ""


class ResponseBody(Params, frozen=True):
    """The reply to Network.getResponseBody."""

    body: str = ""
    base64_encoded: bool = False


class RequestPostData(Params, frozen=True):
    """The reply to Network.getRequestPostData."""

    post_data: str = ""
    base64_encoded: bool = False
