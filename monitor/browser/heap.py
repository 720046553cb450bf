"""Which objects of a kind a page or a worker has, asked of its heap without touching them.

A page stands still while its objects are gone through (`Runtime.queryObjects`), the longer the more it has; so its size
is asked for first. And Chrome 156 crashes a page with a WebAssembly table that is asked that; so its scripts are asked
for next, and where one of them is WebAssembly the question is not put.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Literal

import msgspec

from monitor.browser.output import Output, decode
from monitor.browser.wire import Reply
from monitor.browser.wire_page import HeapUsage, ObjectsReply, ScriptParsed, ValueReply

PATIENCE_S = 5.0
SMALL, LARGE = 8 << 20, 128 << 20
"""Bytes of a heap that can be gone through without being noticed; and once, if it must be."""
WEBASSEMBLY = "WebAssembly"


class Ask(msgspec.Struct, frozen=True):
    """A question.

    kind: the constructor of the objects, such as `WebSocket`. function: JavaScript that makes a plain value of an array
    of them. token: whom the answer is for, the part first. limit: bytes that the heap may have. context: the world,
    None for the page's own.
    """

    session: str | None
    kind: str
    function: str
    token: tuple[str, ...]
    limit: int
    context: int | None = None


class Found(msgspec.Struct, frozen=True):
    """An answer: the function's value, or why the question was not put."""

    token: tuple[str, ...]
    value: object = None
    refused: Literal["", "size", "webassembly"] = ""


class Heap:
    """The questions that are under way; one takes five steps, and one that a step of fails has no answer."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._numbers = itertools.count(1)
        self._asked: dict[str, Ask] = {}
        self._unsafe: set[str | None] = set()

    def ask(self, ask: Ask) -> None:
        """Put a question; the answer comes from `reply`."""
        number = str(next(self._numbers))
        self._asked[number] = ask
        self._send(number, "Runtime.getHeapUsage", {}, "usage")

    def parsed(self, session: str | None, params: ScriptParsed) -> None:
        """Debugger.scriptParsed."""
        if params.script_language == WEBASSEMBLY:
            self._unsafe.add(session)

    def is_unsafe(self, session: str | None) -> bool:
        """Whether a script that was told of since this was last asked is WebAssembly's."""
        unsafe = session in self._unsafe
        self._unsafe.discard(session)
        return unsafe

    def reply(self, token: tuple[str, ...], reply: Reply) -> Found | None:
        """The answer to a step of a question; the question's own when it was the last."""
        _, _, number, step = token
        ask = self._asked.get(number)
        if ask is None:
            return None
        if reply.error is not None:
            del self._asked[number]
        elif step == "usage":
            if decode(reply.result, HeapUsage).used_size > ask.limit:
                del self._asked[number]
                return Found(ask.token, refused="size")
            # Debugging is on for an instant: to be told of every script there is.
            self._out.send(ask.session, "Debugger.enable")
            self._send(number, "Debugger.disable", {}, "scripts")
        elif step == "scripts":
            return self._scripts(number, ask)
        elif step == "prototype":
            handle = decode(reply.result, ValueReply).result.object_id
            self._send(number, "Runtime.queryObjects", {"prototypeObjectId": handle}, "objects", handle)
        elif step == "objects":
            handle = decode(reply.result, ObjectsReply).objects.object_id
            call = {"objectId": handle, "functionDeclaration": ask.function, "returnByValue": True, "silent": True}
            self._send(number, "Runtime.callFunctionOn", call, "value", handle)
        else:
            del self._asked[number]
            self._out.send(ask.session, "Runtime.releaseObjectGroup", {"objectGroup": _group(number)})
            return Found(ask.token, decode(reply.result, ValueReply).result.value)
        return None

    def _scripts(self, number: str, ask: Ask) -> Found | None:
        if self.is_unsafe(ask.session):
            del self._asked[number]
            return Found(ask.token, refused="webassembly")
        params: dict[str, object] = {"expression": f"{ask.kind}.prototype", "silent": True}
        if ask.context is not None:
            params["contextId"] = ask.context
        self._send(number, "Runtime.evaluate", params, "prototype")
        return None

    def _send(self, number: str, method: str, params: Mapping[str, object], step: str, handle: str | None = "") -> None:
        ask = self._asked[number]
        if handle is None:  # there is no such thing there
            del self._asked[number]
            return
        if step in ("prototype", "objects", "value"):
            params = {**params, "objectGroup": _group(number)}
        self._out.send(ask.session, method, params, ("heap", ask.session or "", number, step), PATIENCE_S)


def _group(number: str) -> str:
    return f"syncmon-heap-{number}"
