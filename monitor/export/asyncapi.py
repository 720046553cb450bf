"""AsyncAPI 3.0: servers, channels, messages with schemas and examples, and who sends what, seen from the page.

The application that the document describes is the page: what it sends is `send`, what it gets is `receive`. A channel
is an address; its parameters are the parts that differ from one connection to the next. What answers what, by the ids
that messages repeat or by the connection, are requests with replies.
"""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor import __version__
from monitor.export.message_types import Names, report, title

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture
    from monitor.formats.model import FormatsReport, TypeFormat, TypeKey

SUFFIX = ".asyncapi.json"

_ID = re.compile(r"\{[^{}]*\}|\*")
_SOCKETS = ("ws", "wss")


def export(capture: Capture, query: Query | None, out: IO[str], redact: bool) -> int:
    """Write one document; returns how many messages its types were inferred from."""
    found = report(capture, query, redact)
    out.write(json.dumps(Document(found, capture.path.stem).made(), indent=2, default=str) + "\n")
    return sum(one.count for one in found.types)


class Document:
    """A report as an AsyncAPI document."""

    def __init__(self, found: FormatsReport, name: str) -> None:
        self._found = found
        self._name = name
        self._names = {what: Names() for what in ("servers", "channels", "messages", "operations")}
        self._servers: dict[str, dict[str, Any]] = {}
        self._channels: dict[str, dict[str, Any]] = {}
        self._messages: dict[str, dict[str, Any]] = {}
        self._operations: dict[str, dict[str, Any]] = {}
        self._server_of: dict[tuple[str, str], str] = {}
        self._channel_of: dict[tuple[str, str, str], str] = {}
        self._places: dict[TypeKey, list[tuple[str, str]]] = {}  # the channels of a type, and its message

    def made(self) -> dict[str, Any]:
        """The whole document."""
        for one in self._found.types:
            self._add(one)
        for one in self._found.types:
            self._operate(one)
        info = {
            "title": f"What {self._name} shows",
            "version": "1.0.0",
            "description": f"Inferred by syncmon {__version__} from {self._found.messages} messages of a recording,"
            " seen from the page: `send` is what the page sends, `receive` what it gets.",
        }
        return {
            "asyncapi": "3.0.0", "info": info, "defaultContentType": "application/json", "servers": self._servers,
            "channels": self._channels, "operations": self._operations, "components": {"messages": self._messages},
        }  # fmt: skip

    # ── channels and messages ─────────────────────────────────────────────────────────────────────────────────────────

    def _add(self, one: TypeFormat) -> None:
        name = self._names["messages"].new(one.site, one.channel, one.dir, one.protocol, one.type)
        self._messages[name] = _message(one, name)
        for address in one.addresses or ("",):
            channel = self._channel(one, address)
            self._channels[channel]["messages"][name] = {"$ref": f"#/components/messages/{_pointer(name)}"}
            self._places.setdefault(one.key, []).append((channel, name))

    def _channel(self, one: TypeFormat, address: str) -> str:
        key = (one.site, one.channel, address)
        found = self._channel_of.get(key)
        if found is not None:
            return found
        parts = _split(address)
        name = self._channel_of[key] = self._names["channels"].new(one.site, one.channel, parts[2] if parts else "")
        channel: dict[str, Any] = {"address": None, "messages": {}}
        if parts is not None:
            scheme, host, path = parts
            path, parameters = _parametrised(path or "/")
            channel |= {"address": path, "servers": [{"$ref": f"#/servers/{_pointer(self._server(scheme, host))}"}]}
            channel |= {"parameters": parameters} if parameters else {}
            channel |= {"bindings": {"ws": {"bindingVersion": "0.1.0"}}} if scheme in _SOCKETS else {}
        self._channels[name] = channel
        return name

    def _server(self, scheme: str, host: str) -> str:
        found = self._server_of.get((scheme, host))
        if found is None:
            found = self._server_of[scheme, host] = self._names["servers"].new(host, scheme)
            self._servers[found] = {"host": host, "protocol": scheme}
        return found

    # ── operations ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _operate(self, one: TypeFormat) -> None:
        for channel, message in self._places[one.key]:
            action = "send" if one.dir == "out" else "receive"
            name = self._names["operations"].new(action, message, channel if len(self._places[one.key]) > 1 else None)
            self._operations[name] = {
                "action": action, "channel": {"$ref": f"#/channels/{_pointer(channel)}"}, "summary": title(one),
                "messages": [_in_channel(channel, message)],
            }  # fmt: skip
            if reply := self._reply(one):
                self._operations[name]["reply"] = reply

    def _reply(self, one: TypeFormat) -> dict[str, Any] | None:
        """What answers the messages of a type, if all of it comes by one channel."""
        answers = [reply.to for reply in one.replies if reply.role == "answered-by" and reply.to in self._places]
        if not answers:
            return None
        channel = self._places[answers[0]][0][0]
        messages = [name for key in answers for where, name in self._places[key] if where == channel]
        return {"channel": {"$ref": f"#/channels/{_pointer(channel)}"},
                "messages": [_in_channel(channel, name) for name in dict.fromkeys(messages)]}  # fmt: skip


def _in_channel(channel: str, message: str) -> dict[str, str]:
    return {"$ref": f"#/channels/{_pointer(channel)}/messages/{_pointer(message)}"}


def _message(one: TypeFormat, name: str) -> dict[str, Any]:
    examples = [{"name": example.which, "payload": example.value} for example in one.examples if not example.cut]
    made: dict[str, Any] = {"name": name, "title": f"{one.protocol} {one.type}".strip(), "summary": title(one),
                            "payload": older(one.schema)}  # fmt: skip
    said = [*one.notes, *([f"It repeats every {one.period_s:g} s."] if one.period_s else [])]
    made |= {"description": " ".join(said)} if said else {}
    return made | ({"examples": examples} if examples and all(_is_object(one["payload"]) for one in examples) else {})


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def older(schema: Any) -> Any:
    """A schema in the words of draft 07, which is what AsyncAPI's own schemas extend."""
    if isinstance(schema, list):
        return [older(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    for word, value in schema.items():
        if word in ("properties", "patternProperties"):
            made[word] = {name: older(inner) for name, inner in value.items()}
        elif word == "prefixItems":
            made["items"] = older(value)
        elif word == "items" and "prefixItems" in schema:
            made["additionalItems"] = older(value)
        elif word in ("const", "enum", "required", "examples", "default"):
            made[word] = value
        elif word != "$schema":
            made[word] = older(value)
    return made


def _split(address: str) -> tuple[str, str, str] | None:
    """Scheme, host and path of an address; None where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return (parts.scheme, parts.netloc, parts.path) if parts.scheme and parts.netloc else None


def _parametrised(path: str) -> tuple[str, dict[str, dict[str, str]]]:
    """A path whose open parts have names of their own, and what they are."""
    parameters: dict[str, dict[str, str]] = {}

    def named(found: re.Match[str]) -> str:
        name = f"id{len(parameters) + 1}" if parameters else "id"
        parameters[name] = {"description": "Differs from one connection to the next."}
        return "{" + name + "}"

    return _ID.sub(named, path), parameters


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
