"""Which part takes what is said of service workers and of what happens in them for nobody's tab: pushes, deep mode."""

from __future__ import annotations

import msgspec

from monitor.browser import wire_worker as wire
from monitor.browser.dispatch import Handler, arrived
from monitor.browser.output import decode
from monitor.browser.parts import Parts
from monitor.browser.sessions import Session


def workers(parts: Parts) -> dict[str, Handler]:
    """Method → handler; none where push messages are left out, as it is their page that tells."""
    pushes, deep = parts.pushes, parts.deep
    if pushes is None:
        return {}

    def logged(one: Session, raw: msgspec.Raw, arrival: float) -> None:
        pushes.event(decode(raw, wire.BackgroundEventReceived), one.session, arrival)

    def versions(one: Session, params: wire.WorkerVersionUpdated, mono: float) -> None:
        pushes.workers(params, one.session)
        deep.versions(params.versions, mono)

    return {
        "BackgroundService.recordingStateChanged": arrived(
            parts, wire.RecordingState, lambda one, params, at: pushes.state(params, one.session, at)
        ),
        "BackgroundService.backgroundServiceEventReceived": logged,
        "ServiceWorker.workerVersionUpdated": arrived(parts, wire.WorkerVersionUpdated, versions),
    }
