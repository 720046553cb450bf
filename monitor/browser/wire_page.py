"""The shapes of what a page tells of itself: its frames, its JavaScript and its storage."""

from __future__ import annotations

from typing import Any

from monitor.browser.wire import Params

# ── frames ────────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── JavaScript ────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── storage ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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
