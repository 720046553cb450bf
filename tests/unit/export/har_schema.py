"""HAR 1.2 as a JSON Schema, written from its specification (http://www.softwareishard.com/blog/har-12-spec/)."""

from __future__ import annotations

from typing import Any

TEXT, INTEGER, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}
WHEN = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
AT_LEAST_NOTHING = {"type": "number", "minimum": 0}
MAY_BE_UNKNOWN = {"type": "number", "minimum": -1}


def thing(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object; fields beyond those of the specification begin with an underscore."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {}), "comment": TEXT},
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def some(inner: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": inner}


NAMED = thing({"name": TEXT, "value": TEXT})
PROGRAM = thing({"name": TEXT, "version": TEXT})
COOKIE = thing(
    {"name": TEXT, "value": TEXT}, {"path": TEXT, "domain": TEXT, "expires": WHEN, "httpOnly": FLAG, "secure": FLAG,
                                    "sameSite": TEXT}  # not of 1.2, but of every browser
)  # fmt: skip
PARAMETER = thing({"name": TEXT}, {"value": TEXT, "fileName": TEXT, "contentType": TEXT})
HEAD = {
    "httpVersion": TEXT,
    "cookies": some(COOKIE),
    "headers": some(NAMED),
    "headersSize": {"type": "integer", "minimum": -1},
    "bodySize": {"type": "integer", "minimum": -1},
}
REQUEST = thing(
    {"method": TEXT, "url": {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:[^\s\[\]]*$"}, **HEAD,
     "queryString": some(NAMED)},
    {"postData": thing({"mimeType": TEXT}, {"text": TEXT, "params": some(PARAMETER)})},
)  # fmt: skip
CONTENT = thing({"size": INTEGER, "mimeType": TEXT}, {"compression": INTEGER, "text": TEXT, "encoding": TEXT})
RESPONSE = thing({"status": INTEGER, "statusText": TEXT, **HEAD, "content": CONTENT, "redirectURL": TEXT})
TIMINGS = thing(
    {"send": AT_LEAST_NOTHING, "wait": AT_LEAST_NOTHING, "receive": AT_LEAST_NOTHING},
    {"blocked": MAY_BE_UNKNOWN, "dns": MAY_BE_UNKNOWN, "connect": MAY_BE_UNKNOWN, "ssl": MAY_BE_UNKNOWN},
)
ENTRY = thing(
    {"startedDateTime": WHEN, "time": AT_LEAST_NOTHING, "request": REQUEST, "response": RESPONSE, "timings": TIMINGS,
     "cache": {"type": "object"}},
    {"pageref": TEXT, "serverIPAddress": TEXT, "connection": TEXT},
)  # fmt: skip
PAGE = thing(
    {"startedDateTime": WHEN, "id": TEXT, "title": TEXT,
     "pageTimings": thing({}, {"onContentLoad": MAY_BE_UNKNOWN, "onLoad": MAY_BE_UNKNOWN})}
)  # fmt: skip
LOG = thing({"version": {"const": "1.2"}, "creator": PROGRAM, "entries": some(ENTRY)},
            {"browser": PROGRAM, "pages": some(PAGE)})  # fmt: skip
HAR = thing({"log": LOG})
