"""Which part takes what is said of pages: their documents, worlds, scripts and stores."""

from __future__ import annotations

from typing import Any

import msgspec

from monitor.browser import wire_page as wire
from monitor.browser.dispatch import Handler, arrived
from monitor.browser.output import decode
from monitor.browser.parts import Parts
from monitor.browser.sessions import Session
from monitor.browser.wire import Params

STORAGE = {
    "DOMStorage.domStorageItemAdded": "set",
    "DOMStorage.domStorageItemUpdated": "set",
    "DOMStorage.domStorageItemRemoved": "remove",
    "DOMStorage.domStorageItemsCleared": "clear",
}


def pages(parts: Parts) -> dict[str, Handler]:
    """Method → handler."""
    return _documents(parts) | _worlds(parts) | _stores(parts)


def _documents(parts: Parts) -> dict[str, Handler]:
    kept = parts.pages

    def navigated(one: Session, params: wire.FrameNavigated, mono: float) -> None:
        document = kept.documents.navigated(one, params, mono)
        if document.url.startswith("about:"):
            parts.requests.without(one, document.loader)
        if document.main:
            answered = parts.requests.answered_at(one.session, document.loader)
            parts.sockets.end(one.session, mono, "navigation", answered)
            parts.requests.leave(one.session, document.loader, mono)

    def lived(one: Session, params: wire.LifecycleEvent, mono: float) -> None:
        kept.lifecycle(one, params, one.attached_at, mono)

    return {
        "Page.frameStartedNavigating": arrived(
            parts, wire.FrameStartedNavigating, lambda one, params, at: kept.documents.starting(one, params)
        ),
        "Page.frameNavigated": arrived(parts, wire.FrameNavigated, navigated),
        "Page.navigatedWithinDocument": arrived(parts, wire.NavigatedWithinDocument, kept.documents.within),
        "Page.frameDetached": arrived(parts, wire.FrameDetached, kept.frame_gone),
        "Page.lifecycleEvent": arrived(parts, wire.LifecycleEvent, lived),
    }


def _worlds(parts: Parts) -> dict[str, Handler]:
    kept, deep, heap = parts.pages, parts.deep, parts.heap

    def said(one: Session, raw: msgspec.Raw, arrival: float) -> None:
        params = decode(raw, wire.BindingCalled)
        if not deep.said(one, params.name, params.payload, arrival):
            kept.said(one, params, arrival)

    def threw(one: Session, raw: msgspec.Raw, arrival: float) -> None:
        deep.threw(one, decode(raw, wire.ExceptionThrown), arrival)

    return {
        "Runtime.executionContextCreated": arrived(
            parts, wire.ExecutionContextCreated, lambda one, params, at: kept.documents.world(one, params)
        ),
        "Runtime.executionContextsCleared": arrived(
            parts, Params, lambda one, params, at: kept.documents.worlds_cleared(one)
        ),
        "Runtime.bindingCalled": said,
        "Runtime.exceptionThrown": threw,
        "Debugger.scriptParsed": arrived(
            parts, wire.ScriptParsed, lambda one, params, at: heap.parsed(one.session, params)
        ),
    }


def _stores(parts: Parts) -> dict[str, Handler]:
    databases, storage = parts.pages.databases, parts.pages.storage

    def stored(op: Any) -> Handler:
        def handler(one: Session, raw: msgspec.Raw, arrival: float) -> None:
            mono = parts.clock.arrived(one.session, arrival)
            storage.changed(one, op, decode(raw, wire.DomStorageChange), mono, arrival)

        return handler

    return {
        "Storage.indexedDBContentUpdated": arrived(parts, wire.IndexedDbChange, databases.content),
        "Storage.indexedDBListUpdated": arrived(parts, wire.IndexedDbChange, databases.listed),
        **{method: stored(op) for method, op in STORAGE.items()},
    }
