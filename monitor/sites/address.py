"""The generic subject: a page's address without the parts that differ between two views of the same thing."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

_VOLATILE_KEYS = re.compile(
    r"^(utm_.*|fbclid|gclid|msclkid|mc_[ce]id|igshid|ref|ref_src|_ga|_gl|si"
    r"|_|_t|t|ts|time|timestamp|now|rnd?|rand(om)?|nonce|nocache|no_cache|cb|cache_?bust(er)?|bust|_dc"
    r"|sid|session(_?id)?|tab(_?id)?|client(_?id)?|win(dow)?(_?id)?|state|code|reload|refresh|reset)$",
    re.IGNORECASE,
)
_LOOKER_KEYS = re.compile(
    r"^(user(_?(name|id))?|uid|nick(_?name)?|display_?name|login|me|as|who(ami)?|viewer|player|participant|peer|device"
    r"|browser|instance|(access_?)?token|auth|jwt|debug|theme|lang(uage)?|locale|name)$",
    re.IGNORECASE,
)  # who looks, and how, rather than at what
_OF_PEOPLE = re.compile(r"^(users?|people|persons?|profiles?|accounts?|members?|authors?|search|u)$", re.IGNORECASE)
_MEETING = re.compile(r"^(|index|app|client|home|lobby|(live)?(chat|messenger|messages)([-_]?(app|room|client))?)$")
_MADE_UP = re.compile(r"/(workspaces?|windows?|layouts?|sessions?)/auto-\w+(?=/|$)", re.IGNORECASE)  # for one tab
_MADE_UP_KEYS = re.compile(r"^(workspace|layout|window)$", re.IGNORECASE)
_VOLATILE_VALUES = re.compile(r"^(1[5-9]\d{8}|1[5-9]\d{11}|0\.\d{6,})$")  # Unix seconds, milliseconds, Math.random()


def subject_of(url: str) -> str | None:
    """The subject a page at `url` is about, such as `https://host/room?id=7`, or None where it is about nothing.

    Kept: scheme, host, path, the query parts that name something (sorted), a fragment that is a route (`#/…`, `#!…`).
    Who looks at it is left out (`/chat?user=ann`), unless the path says that it is about people; so is
    how its parts are laid out, where the page made up a name for that (`/lab/workspaces/auto-k3/tree/a.ipynb`).
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "file") or not (host or parts.scheme == "file"):
        return None
    query = [
        (key, value)
        for key, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
        if not _VOLATILE_KEYS.match(key) and not _VOLATILE_VALUES.match(value) and not _looker(key, parts.path)
        if not (_MADE_UP_KEYS.match(key) and (not value or value.startswith("auto-")))
    ]
    path = _MADE_UP.sub("", parts.path).rstrip("/") or "/"
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return (
        f"{parts.scheme}://{host}{path}"
        + (f"?{urlencode(query)}" if query else "")
        + (f"#{fragment}" if fragment else "")
    )


def _looker(key: str, path: str) -> bool:
    """Whether a query part says who looks at a page: a name does so where people meet, else it may be a room's."""
    if not _LOOKER_KEYS.match(key):
        return False
    words = [part.partition(".")[0].lower() for part in path.strip("/").split("/")]
    return not any(map(_OF_PEOPLE.match, words)) and (key.lower() != "name" or bool(_MEETING.match(words[-1])))


def host_of(url: str) -> str:
    """The host of an address, without user and port, lower case; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def place_of(url: str) -> str:
    """The host and port of an address, as its site is named where no profile knows it; empty where there is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """The origin of an address, as `https://host:port`; empty where it has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}" if parts.netloc else ""


def path_of(url: str) -> str:
    """The path of an address, without query and fragment."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def endpoint_of(method: str, url: str) -> str:
    """What makes two requests the same poll: method, host, path and the names of the query parts, not their values.

    Parts of the path that are numbers or ids are kept: two conversations polled in turn are two polls.
    """
    try:
        parts = urlsplit(url)
        names = sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)})
    except ValueError:
        return f"{method} {url}"
    return f"{method} {parts.netloc}{parts.path}" + (f"?{'&'.join(names)}" if names else "")
