"""Any message of the DevTools protocol, the commands we send, and the targets they are for; nothing here does anything.

A message is decoded in two stages: `Envelope` first, with `params` left as raw bytes, then one of the structs below or
of `wire_network`, `wire_page` and `wire_worker`, which name only the fields that are used. Fields are optional almost
everywhere, as the protocol leaves them out freely.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

EMPTY = msgspec.Raw(b"{}")
NO_ANSWER = "no answer in time"


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
    """What the structs of all domains share: camel case on the wire, and unknown fields are ignored."""


# ── targets ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class TargetInfo(Params, frozen=True):
    """A target as the browser describes it."""

    target_id: str
    type: str = "other"
    title: str = ""
    url: str = ""
    subtype: str | None = None
    opener_id: str | None = None
    can_access_opener: bool = False
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


class Strip(msgspec.Struct, frozen=True):
    """What the browser around Chrome's core knows of a tab: its place from the left."""

    tabStripIndex: int = 1 << 20  # noqa: N815 - the wire's name


class Listed(Params, frozen=True):
    """A target as it is listed before we are attached to any."""

    target_id: str
    type: str = "other"
    url: str = ""
    embedder_data: Strip = Strip()


class TargetCreated(Params, frozen=True):
    """Target.targetCreated."""

    target_info: Listed
