"""What objects a page has is asked where that is safe, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.browser.clock import Clock
from monitor.browser.heap import Ask, Found, Heap
from monitor.browser.output import Output
from monitor.browser.wire import Reply, Send
from monitor.browser.wire_page import ScriptParsed
from tests.unit.browser.cdp import raw

ASK = Ask("P", "WebSocket", "function(){return this.length}", ("sockets", "P", "1.1"), 100, 7)


class Asked:
    """A heap that was asked, and its commands."""

    def __init__(self) -> None:
        self.out = Output(Clock(0.0))
        self.heap = Heap(self.out)
        self.heap.ask(ASK)
        self.sent: list[Send] = self.out.drain_sends()

    def answer(self, result: Any = None, error: str | None = None) -> Found | None:
        token = self.sent[-1].token
        assert token is not None
        found = self.heap.reply(token, Reply(raw(result or {}), error))
        self.sent += self.out.drain_sends()
        return found


def test_a_page_is_asked_step_by_step() -> None:
    asked = Asked()
    asked.heap.parsed("P", ScriptParsed("JavaScript"))
    asked.heap.parsed("another", ScriptParsed("WebAssembly"))
    assert asked.answer({"usedSize": 100}) is None
    assert asked.answer() is None
    assert asked.answer({"result": {"objectId": "prototype"}}) is None
    assert asked.answer({"objects": {"objectId": "objects"}}) is None
    assert asked.answer({"result": {"value": 3}}) == Found(ASK.token, 3)
    assert [send.method for send in asked.sent] == [
        "Runtime.getHeapUsage", "Debugger.enable", "Debugger.disable", "Runtime.evaluate", "Runtime.queryObjects",
        "Runtime.callFunctionOn", "Runtime.releaseObjectGroup",
    ]  # fmt: skip
    assert asked.sent[3].params["contextId"] == 7
    groups = {send.params["objectGroup"] for send in asked.sent[3:]}
    assert len(groups) == 1, "what was asked for is let go of"


def test_where_there_is_webassembly_nothing_is_asked() -> None:
    asked = Asked()
    asked.answer()
    asked.heap.parsed("P", ScriptParsed("WebAssembly"))
    assert asked.answer() == Found(ASK.token, refused="webassembly")
    assert asked.sent[-1].method == "Debugger.disable"
    asked.heap.ask(ASK)
    asked.sent += asked.out.drain_sends()
    asked.answer()
    assert asked.answer() is None, "another document may be in its place"


def test_a_heap_that_is_too_large_is_not_gone_through() -> None:
    asked = Asked()
    assert asked.answer({"usedSize": 101}) == Found(ASK.token, refused="size")
    assert [send.method for send in asked.sent] == ["Runtime.getHeapUsage"]


@pytest.mark.parametrize("step", range(5))
def test_a_step_that_fails_ends_the_question(step: int) -> None:
    asked = Asked()
    results = [{}, {}, {"result": {"objectId": "prototype"}}, {"objects": {"objectId": "objects"}}]
    for result in results[:step]:
        assert asked.answer(result) is None
    count = len(asked.sent)
    assert asked.answer(error="no answer in time") is None
    assert len(asked.sent) == count
    assert asked.answer(results[min(step, 3)]) is None, "nor does it go on with an answer that comes too late"


def test_where_there_is_no_such_kind_there_is_no_answer() -> None:
    asked = Asked()
    assert asked.answer() is None
    assert asked.answer() is None
    assert asked.answer({"result": {"type": "undefined"}}) is None
    assert asked.sent[-1].method == "Runtime.evaluate"
