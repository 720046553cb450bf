"""gRPC-web and Connect, and bare protobuf bodies: RPCs whose method is the path of their address.

The type of a message is the method, such as `chat.v1.Notes/List`; gRPC-web's trailers and Connect's end of stream are
`trailers` and `end-stream`. With a schema the value has names; without one it is guessed, and says so.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from monitor.decode import protobuf_schema
from monitor.decode.compression import inflate
from monitor.decode.envelopes import COMPRESSED, END_STREAM, TRAILERS, Envelope, Envelopes
from monitor.decode.limits import MAX_PAYLOAD
from monitor.decode.parse import UNSET, json_value
from monitor.decode.protobuf import guess
from monitor.decode.unknown import GUESSED
from monitor.model import Direction, Message

_ENVELOPED = re.compile(r"application/(?:(grpc-web(?:-text)?)(?:\+(\w+))?|(connect)\+(\w+))(?:;|$)")
_BARE = re.compile(r"application/(?:x-|vnd\.google\.|x-google-)?proto(?:buf)?(?:;|$)")
_METHOD = re.compile(r"//[^/]+/(?:[^?]*/)?([\w.]+)/(\w+)(?:\?.*)?$")


class Rpc:
    """One body of an RPC, piece by piece. layers: what its messages are wrapped in."""

    def __init__(self, mime: str, url: str, dir: Direction) -> None:  # noqa: A002
        told = _ENVELOPED.match(mime)
        self._envelopes = Envelopes(text="-text" in (told[1] or "")) if told else None
        self._protocol = "protobuf" if not told else "connect" if told[3] else "grpc-web"
        self._json = bool(told) and (told[2] or told[4] or "") == "json"  # type: ignore[index]
        method = _METHOD.search(url)
        named = method and (told or "." in method[1])
        self._method = f"{method[1]}/{method[2]}" if method and named else None
        self._dir = dir
        self._parts: list[bytes] = []
        self._size = 0
        self._told = False
        text = ("base64",) if told and "-text" in (told[1] or "") else ()
        self.layers = (*text, *(() if self._protocol == "protobuf" else (self._protocol,)))
        self.layers += ("json",) if self._json else ("protobuf",)

    @property
    def held(self) -> int:
        """Bytes held for their rest."""
        return self._envelopes.held if self._envelopes else self._size

    def feed(self, piece: str | bytes) -> list[Message]:
        """The messages that this piece completes."""
        if self._envelopes is None:
            self._hold(piece.encode("utf-8", "replace") if isinstance(piece, str) else piece)
            return []
        found = [self._message(one) for one in self._envelopes.feed(piece)]
        if self._envelopes.broken and not self._told:
            self._told = True
            found.append(Message(protocol=self._protocol, notes=(f"not read on: {self._envelopes.broken}",)))
        return found

    def finish(self) -> list[Message]:
        """What the end completes, or leaves unfinished."""
        if self._envelopes is None:
            data, self._parts, self._size = b"".join(self._parts), [], 0
            return [self._read(data)] if data and not self._told else []
        if self._envelopes.held and not self._told:
            return [Message(protocol=self._protocol, type=self._method, notes=("the body ends within a message",))]
        return []

    def _hold(self, piece: bytes) -> None:
        self._parts.append(piece)
        self._size += len(piece)
        if self._size > MAX_PAYLOAD:
            self._parts, self._size, self._told = [], 0, True

    def _message(self, one: Envelope) -> Message:
        data = one.data
        if one.flags & COMPRESSED:
            expanded = inflate(data)
            if expanded is None:
                note = "compressed, in a way that is not read"
                return Message(protocol=self._protocol, type=self._method, notes=(note,))
            data = expanded[1]
        if one.flags & TRAILERS:
            return Message(protocol=self._protocol, type="trailers", value=_trailers(data))
        if one.flags & END_STREAM:
            value = json_value(data.decode("utf-8", "replace"))
            return Message(protocol=self._protocol, type="end-stream", value=None if value is UNSET else value)
        return self._read(data)

    def _read(self, data: bytes) -> Message:
        """One message, by what the method takes or gives where that is known."""
        if self._json:
            value = json_value(data.decode("utf-8", "replace"))
            return Message(protocol=self._protocol, type=self._method, value=None if value is UNSET else value)
        return read_protobuf(data, self._protocol, self._method, self._dir)


def rpc_of(mime: str, url: str, dir: Direction) -> Rpc | None:  # noqa: A002
    """The reader of a body by its type, None where it is no RPC's."""
    return Rpc(mime, url, dir) if _ENVELOPED.match(mime) or _BARE.match(mime) else None


def read_protobuf(data: bytes, protocol: str, method: str | None = None, dir: Direction | None = None) -> Message:  # noqa: A002
    """One protobuf message: by the schema in use, else guessed, else as base64."""
    schema = protobuf_schema.current()
    if schema is not None:
        kinds = schema.method(method) if method else None
        fit = schema.read(data, kinds[dir == "in"] if kinds else None)
        if fit is not None:
            return Message(protocol=protocol, type=method or fit.type, value=fit.value, also=fit.also)
    value: Any = guess(data) if data else {}
    if value is None:
        coded = {"base64": base64.b64encode(data).decode("ascii")}
        return Message(protocol=protocol, type=method, value=coded, notes=("no likely protobuf message",))
    return Message(protocol=protocol, type=method, value=value, notes=(GUESSED,) if data else ())


def _trailers(data: bytes) -> dict[str, str]:
    lines = data.decode("utf-8", "replace").splitlines()[:1000]
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): text.strip() for name, _, text in pairs}
