"""Which part takes what is said of targets: they come, change, crash and go, and what that means to other parts."""

from __future__ import annotations

from monitor.browser import wire
from monitor.browser.dispatch import Handler, arrived
from monitor.browser.parts import Parts
from monitor.browser.sessions import OURS, Session


def targets(parts: Parts) -> dict[str, Handler]:
    """Method → handler."""
    kept, pushes = parts.targets, parts.pushes

    def attached(one: Session, params: wire.AttachedToTarget, mono: float) -> None:
        info = params.target_info
        if parts.scouts.takes(one.session, params, mono):
            return
        kept.attached(one.session, params, parts.scouts.since(info.target_id, mono))
        parts.scouts.look()
        if pushes is not None and info.type != "tab" and info.url.startswith(OURS):
            pushes.attached(params.session_id, info, mono)

    def changed(one: Session, params: wire.TargetInfoChanged, mono: float) -> None:
        if pushes is not None and params.target_info.url.startswith(OURS):
            pushes.told(params.target_info)
        if (activated := kept.changed(params.target_info, mono)) is not None:
            parts.pages.took_over(activated, mono)

    return {
        "Target.targetCreated": arrived(
            parts, wire.TargetCreated, lambda one, params, at: kept.tabs.listed(params.target_info)
        ),
        "Target.attachedToTarget": arrived(parts, wire.AttachedToTarget, attached),
        "Target.targetInfoChanged": arrived(parts, wire.TargetInfoChanged, changed),
        "Target.detachedFromTarget": arrived(
            parts, wire.DetachedFromTarget, lambda one, params, at: parts.detached(params.session_id, at)
        ),
        "Inspector.targetCrashed": arrived(parts, wire.Params, lambda one, params, at: parts.stopped(one, at)),
        "Inspector.targetReloadedAfterCrash": arrived(
            parts, wire.Params, lambda one, params, at: kept.revived(one.session)
        ),
        "Inspector.workerScriptLoaded": arrived(parts, wire.Params, lambda one, params, at: parts.offline.cut(one)),
    }
