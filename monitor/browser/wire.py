"""The shapes of the DevTools protocol that we read and the commands we send, as values; nothing here does anything.

A message is decoded in two stages: `Envelope` first, with `params` left as raw bytes, then one of the structs below,
which name only the fields that are used. Fields are optional almost everywhere, as the protocol leaves them out freely.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

EMPTY = msgspec.Raw(b"{}")


class WireError(msgspec.Struct, frozen=True):
    """What a refused command came back with."""

    code: int = 0
    message: str = ""


class Envelope(msgspec.Struct, frozen=True, rename={"session": "sessionId"}):
    """Any message of the browser: a reply (`id`) or an event (`method`)."""

    id: int | None = None
    method: str | None = None
    session: str | None = None
    params: msgspec.Raw = EMPTY
    result: msgspec.Raw = EMPTY
    error: WireError | None = None


class Send(msgspec.Struct, frozen=True):
    """A command to send, as a value.

    token: names what the reply is for; `None` where nobody waits for it. timeout: seconds until it counts as refused.
    """

    session: str | None
    method: str
    params: Mapping[str, Any] = {}
    token: tuple[str, ...] | None = None
    timeout: float = 10.0


class Reply(msgspec.Struct, frozen=True):
    """What a command with a token came back with: `error` is None where it went well."""

    result: msgspec.Raw = EMPTY
    error: str | None = None


class Params(msgspec.Struct, frozen=True, rename="camel"):
    """What the structs below share: camel case on the wire, and unknown fields are ignored."""


# ── targets ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class TargetInfo(Params, frozen=True):
    """A target as the browser describes it."""

    target_id: str
    type: str = "other"
    title: str = ""
    url: str = ""
    subtype: str | None = None
    opener_id: str | None = None
    parent_id: str | None = None
    browser_context_id: str | None = None


class AttachedToTarget(Params, frozen=True):
    """Target.attachedToTarget."""

    session_id: str
    target_info: TargetInfo
    waiting_for_debugger: bool = False


class DetachedFromTarget(Params, frozen=True):
    """Target.detachedFromTarget."""

    session_id: str
    target_id: str | None = None


class TargetInfoChanged(Params, frozen=True):
    """Target.targetInfoChanged."""

    target_info: TargetInfo


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


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class WireFrame(Params, frozen=True):
    """A frame that committed a document."""

    id: str
    loader_id: str = ""
    url: str = ""
    url_fragment: str | None = None
    parent_id: str | None = None
    security_origin: str = ""


class FrameNavigated(Params, frozen=True):
    """Page.frameNavigated."""

    frame: WireFrame
    type: str = "Navigation"


class FrameStartedNavigating(Params, frozen=True):
    """Page.frameStartedNavigating: the only place that says what kind of navigation this is."""

    frame_id: str
    loader_id: str = ""
    url: str = ""
    navigation_type: str = ""


class NavigatedWithinDocument(Params, frozen=True):
    """Page.navigatedWithinDocument."""

    frame_id: str
    url: str = ""
    navigation_type: str = ""


class FrameDetached(Params, frozen=True):
    """Page.frameDetached; `swap` means that the frame goes on in another process."""

    frame_id: str
    reason: str = "remove"


class LifecycleEvent(Params, frozen=True):
    """Page.lifecycleEvent."""

    frame_id: str
    name: str
    timestamp: float
    loader_id: str = ""


class FrameTree(Params, frozen=True):
    """Page.getFrameTree, one level."""

    frame: WireFrame
    child_frames: list[FrameTree] | None = None


class FrameTreeReply(Params, frozen=True):
    """The reply to Page.getFrameTree."""

    frame_tree: FrameTree


class BindingCalled(Params, frozen=True):
    """Runtime.bindingCalled."""

    name: str
    payload: str
    execution_context_id: int = 0


class ContextAux(Params, frozen=True):
    """What an execution context belongs to."""

    frame_id: str = ""
    is_default: bool = True
    type: str = "default"


class ExecutionContext(Params, frozen=True):
    """A JavaScript world."""

    id: int
    origin: str = ""
    name: str = ""
    aux_data: ContextAux | None = None


class ExecutionContextCreated(Params, frozen=True):
    """Runtime.executionContextCreated."""

    context: ExecutionContext


class IndexedDbChange(Params, frozen=True):
    """Storage.indexedDBContentUpdated and …ListUpdated."""

    origin: str = ""
    storage_key: str = ""
    database_name: str | None = None
    object_store_name: str | None = None


class StorageId(Params, frozen=True):
    """Which storage: of what origin, local or of the session."""

    is_local_storage: bool
    security_origin: str | None = None
    storage_key: str | None = None


class DomStorageChange(Params, frozen=True):
    """DOMStorage.domStorageItem{Added,Updated,Removed} and …ItemsCleared."""

    storage_id: StorageId
    key: str | None = None
    new_value: str | None = None
    old_value: str | None = None


class RemoteObject(Params, frozen=True):
    """A value, or a handle on an object, of the page."""

    type: str = ""
    object_id: str | None = None
    value: Any = None


class HeapUsage(Params, frozen=True):
    """The reply to Runtime.getHeapUsage: bytes."""

    used_size: float = 0.0


class ScriptParsed(Params, frozen=True):
    """Debugger.scriptParsed."""

    script_language: str = ""


class ObjectsReply(Params, frozen=True):
    """The reply to Runtime.queryObjects."""

    objects: RemoteObject


class ValueReply(Params, frozen=True):
    """The reply to Runtime.evaluate and Runtime.callFunctionOn."""

    result: RemoteObject


# ── background services ───────────────────────────────────────────────────────────────────────────────────────────────


class RecordingState(Params, frozen=True):
    """BackgroundService.recordingStateChanged."""

    service: str
    is_recording: bool = False


class Metadata(Params, frozen=True):
    """One fact of a background event; their order is not stable."""

    key: str
    value: str = ""


class BackgroundEvent(Params, frozen=True):
    """One entry of the log; `timestamp` is epoch seconds, `instance_id` empty for what DevTools injected."""

    timestamp: float
    origin: str = ""
    service_worker_registration_id: str = ""
    service: str = ""
    event_name: str = ""
    instance_id: str = ""
    event_metadata: list[Metadata] = []


class BackgroundEventReceived(Params, frozen=True):
    """BackgroundService.backgroundServiceEventReceived."""

    background_service_event: BackgroundEvent


class WorkerVersion(Params, frozen=True):
    """A version of a service worker."""

    registration_id: str
    script_url: str = msgspec.field(default="", name="scriptURL")
    running_status: str = ""
    target_id: str = ""


class WorkerVersionUpdated(Params, frozen=True):
    """ServiceWorker.workerVersionUpdated."""

    versions: list[WorkerVersion] = []


class ThrownObject(Params, frozen=True):
    """What was thrown."""

    description: str | None = None


class ExceptionDetails(Params, frozen=True):
    """How it was thrown."""

    text: str = ""
    exception: ThrownObject | None = None


class ExceptionThrown(Params, frozen=True):
    """Runtime.exceptionThrown; `timestamp` is epoch milliseconds."""

    timestamp: float
    exception_details: ExceptionDetails
