"""The values of a HAR, each taken for what it can be.

HARs come from browsers, proxies and test tools, and few keep to the letter of the specification: numbers are texts,
lists are null, times are seconds or milliseconds.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from typing import Any

from monitor.imports.held import Held
from monitor.model import Headers

_MILLISECONDS = 1e11  # a moment above this is no count of seconds
_DESTINATIONS = {"document": "document", "iframe": "document", "frame": "document", "empty": "fetch",
                 "script": "script", "style": "stylesheet", "image": "image", "font": "font", "video": "media",
                 "audio": "media"}  # fmt: skip
_STAND_IN = re.compile(r"%5B(redacted:[0-9a-f]+)%5D")


def part(value: Any, name: str) -> dict[str, Any]:
    """An object within an object, empty where it is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def things(value: Any) -> list[dict[str, Any]] | Held:
    """The objects of a list."""
    if isinstance(value, Held):
        return value
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """A text; of a number its digits, of anything else none."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(value: Any) -> float | None:
    """A finite number, written as one or as a text; None where it is neither."""
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) < 1e15 else None


def seconds(value: Any) -> float:
    """A moment in seconds since the epoch, given in seconds, milliseconds or ISO 8601."""
    found = number(value)
    if found is None:
        return moment(value)
    return found / 1000 if found > _MILLISECONDS else found


def moment(value: Any) -> float:
    """The moment of an ISO 8601 text; ValueError where it is none."""
    try:
        return datetime.fromisoformat(text(value)).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{str(value)[:40]!r} is no moment") from error


def headers(value: Any) -> Headers:
    """Headers by name; those of one name are joined by line ends, as Chrome does it."""
    found: Headers = {}
    for one in things(value):
        name, said = text(one.get("name")), text(one.get("value"))
        found[name] = f"{found[name]}\n{said}" if name in found else said
    return found


def address(asked: dict[str, Any]) -> str:
    """A request's address; ValueError where it has none."""
    url = text(asked.get("url"))
    if not url:
        raise ValueError("its request has no address")
    return _STAND_IN.sub(r"[\1]", url)


def sixty_four(said: str) -> bytes | str:
    """The bytes of base64; the text itself where it is none."""
    try:
        return base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        return said


def resource(entry: dict[str, Any]) -> str:
    """What a request was for, in DevTools' words: as it is told, else by what the browser says in its headers.

    Firefox and proxies tell no type. Where the headers do not either, it goes by the type of the answer.
    """
    if told := text(entry.get("_resourceType")).lower():
        return told
    asked = part(entry, "request")
    sent = {name.lower(): value.lower() for name, value in headers(asked.get("headers")).items()}
    mime = text(part(part(entry, "response"), "content").get("mimeType")).partition(";")[0].strip().lower()
    plain = text(asked.get("method")).upper() in ("GET", "")
    if plain and sent.get("accept") == "text/event-stream" == mime:
        return "eventsource"
    if dest := sent.get("sec-fetch-dest"):
        return _DESTINATIONS.get(dest, "other")
    if "x-requested-with" in sent:
        return "xhr"
    if plain and mime == "text/html":
        return "document"
    return "fetch" if not plain or mime.endswith(("json", "/event-stream", "ndjson")) else "other"
