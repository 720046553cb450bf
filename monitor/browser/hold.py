"""What comes to a tab is held back for a while, and comes when it is let go; what the tab sends goes out at once.

Unlike a tab that is offline, its page cannot tell: its sockets stay open, and its requests reach the server. Chrome
holds the frames of sockets that were opened while it was recorded, and the answers to requests that are yet to be sent;
a stream that is being answered goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

HOLD = "Network.emulateNetworkConditionsByRule"
LONG_MS = 3_600_000
SOCKETS = ("ws://*:*/*", "wss://*:*/*")
_SPECIAL = re.compile(r"([\\+*?{}():])")  # to an URLPattern
_MOST = 200


def conditions(urls: Iterable[object] | None) -> dict[str, Any]:
    """The command's arguments: all sockets are held, and the answers from these addresses; None lets all go."""
    patterns = [] if urls is None else [*SOCKETS, *dict.fromkeys(filter(None, map(_pattern, urls)))][:_MOST]
    slow = {"latency": LONG_MS, "downloadThroughput": 1, "uploadThroughput": -1}
    return {"offline": False, "matchedNetworkConditions": [{"urlPattern": one, **slow} for one in patterns]}


def _pattern(url: object) -> str:
    """Every query of an address; nothing where it is none of a server."""
    try:
        parts = urlsplit(str(url))
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    path = _SPECIAL.sub(r"\\\1", parts.path or "/")
    return f"{parts.scheme}://{parts.netloc}{path}"
