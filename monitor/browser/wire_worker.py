"""The shapes of what service workers are told: the log of background services, and the versions that run."""

from __future__ import annotations

import msgspec

from monitor.browser.wire import Params


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
