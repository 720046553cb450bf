"""Raw CDP: what `syncmon record --cdp-log` writes, lines of messages, or what DevTools' Protocol monitor saves.

The messages go through the recorder's own translator, so a log of ours replays to the events that were recorded. What a
foreign log does not tell (when messages arrived, which page spoke) is taken from the messages as far as it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from monitor.browser.cdp_log import Attach, Line
from monitor.browser.clock import Clock
from monitor.browser.names import Labels, Names
from monitor.browser.output import decode
from monitor.browser.page_observer import WORLD
from monitor.browser.push_log import Memory
from monitor.browser.translate import Translator
from monitor.browser.wire import EMPTY, Envelope, Reply, Send
from monitor.imports.source import Source
from monitor.model import Event, Gap, Recording

_OF_A_PAGE = ("Network.", "Page.", "Runtime.", "DOMStorage.", "Inspector.")
_CLOCKS = re.compile(rb'"timestamp":\s*([\d.]+),\s*"wallTime":\s*([\d.]+)')
_TOLD = re.compile(rb'"time":"(\d{4}-[\d:.T-]{15,24}Z)",(?:"epoch":[\d.]+,)?"mono":([\d.]+)')  # an event of ours
_STAMP = re.compile(rb'"timestamp":\s*([\d.]+)')
_METHOD = re.compile(rb'"method"\s*:\s*"[A-Z][A-Za-z]*\.[a-z]')
PAGE = "page"
NO_CLOCK = "The log tells no wall-clock time: its times count from the start of the browser's machine."


def sniff(head: bytes) -> int:
    """By our own lines, or by the name of a method."""
    if head.startswith((b'{"t":', b'{"attach"')) and (b'"attach":{"offset":' in head or b'"message":{' in head):
        return 95
    return 60 if _METHOD.search(head[:4096]) else 0


def read(source: Source) -> Iterator[Event]:
    """The events of a log."""
    replays: dict[int, Replay] = {}
    names, labels = Names(), Labels()
    at = 0.0
    for number, line in _lines(source):
        at = _moment(line, at)
        one = replays.get(line.browser)
        if line.attach is not None or one is None:
            clocks = line.attach or _clocks(source)
            one = replays[line.browser] = Replay(clocks, names, labels, foreign=line.attach is None)
            yield Recording(time=at + clocks.offset, mono=at, state="started", endpoint=clocks.endpoint or None)
        try:
            yield from one.take(line, at)
        except (ValueError, KeyError, TypeError) as error:
            raise source.error(f"line {number}", f"it is no message: {error}.") from error
    for one in replays.values():
        yield from one.over(at)


def _lines(source: Source) -> Iterator[tuple[int, Line]]:
    if source.head.lstrip().startswith(b"["):
        for number, (_, value) in enumerate(source.items("item"), 1):
            for message in _of_monitor(value):
                yield number, Line(message=msgspec.Raw(msgspec.json.encode(message)))
        return
    for number, raw in source.values(_line):
        yield number, raw


def _line(raw: bytes) -> Line:
    """A line as it is ours, or with a bare message; ValueError where it is neither."""
    line = decode(raw, Line)
    bare = line.t is None and line.attach is None and line.message is EMPTY
    return Line(message=msgspec.Raw(raw)) if bare else line


def _of_monitor(value: Any) -> Iterator[dict[str, Any]]:
    """The messages of an entry: an event, or a command's answer, which the monitor keeps with the command."""
    if not isinstance(value, dict):
        return
    keep = {key: inner for key, inner in value.items() if key in ("id", "method", "params", "sessionId")}
    if value.get("type") != "send":
        yield keep


def _moment(line: Line, before: float) -> float:
    """When the line is from, on the browser's clock."""
    if line.t is not None:
        return line.t
    stamp = _STAMP.search(bytes(line.message))
    return max(before, float(stamp[1])) if stamp and float(stamp[1]) < 1e9 else before


def _clocks(source: Source) -> Attach:
    """The clocks of a foreign log: a request tells both times, and so does an event of an export of ours."""
    try:
        if (told := _TOLD.search(source.head)) is not None:
            return Attach(datetime.fromisoformat(told[1].decode()).timestamp() - float(told[2]), True)
        if (found := _CLOCKS.search(source.head)) is not None:
            return Attach(float(found[2]) - float(found[1]), True)
    except (ValueError, OverflowError, OSError):
        pass  # no times that make sense: none are told
    source.note(NO_CLOCK)
    return Attach(0.0, True)


class Replay:
    """The messages of one connection, translated as they were or would have been. foreign: not a log of ours."""

    def __init__(self, attach: Attach, names: Names, labels: Labels, foreign: bool) -> None:
        clock = Clock(attach.offset, attach.shared)
        memory = Memory(attach.push) if attach.push else None
        self._deep = set(attach.deep)
        self._translator = Translator(clock, labels, names, world=attach.world or WORLD, memory=memory, deep=self._deep)
        self._foreign = foreign
        self._begun = self._ended = False
        self._sent: list[Send] = []
        self._waiting: dict[int, tuple[Send, float]] = {}

    def take(self, line: Line, at: float) -> list[Event]:
        """The events of one line."""
        if not self._begun:
            self._begun = True
            self._sent += self._translator.begin(at)
        found = self._expired(at)
        if line.lost:
            offset = self._translator.clock.offset
            found.append(Gap(time=at + offset, reason="the log could not be written fast enough", count=line.lost))
        if line.do is not None:
            found += self._do(line, at)
        elif line.message is not EMPTY:
            found += self._message(line, decode(line.message, Envelope), at)
        self._sent += self._translator.sends()
        return found

    def over(self, at: float) -> list[Event]:
        """The log ends: what was held for more to come, where it does not say itself how the recording ended."""
        return [] if self._ended else self._translator.farewell(at)

    def _do(self, line: Line, at: float) -> list[Event]:
        if line.do == "tick":
            return self._translator.tick(at)
        if line.do == "clock":
            return self._translator.clocks(float(line.because), at)
        if line.do == "deep":
            self._deep |= set(line.because.split())
            self._translator.parts.deep.begin()
            return self._translator.out.drain_events()
        self._ended = True
        if line.do == "end":
            return self._translator.end(at, line.because)
        found = self._translator.farewell(at)
        if self._translator.parts.pushes is not None:
            self._translator.parts.pushes.leaving()
        return found

    def _message(self, line: Line, message: Envelope, at: float) -> list[Event]:
        if line.dir == "out":
            self._asked(line, message, at)
            return []
        if message.method is not None:
            session = self._page(message) if self._foreign else message.session
            found = []
            if self._foreign and session is not None and session not in self._translator.known():
                found = self._translator.take_for_page(session, at)
            found += self._translator.feed(session, message.method, message.params, at)
            if message.method == "Target.detachedFromTarget":
                found += self._forgotten(at)
            return found
        waiting = self._waiting.pop(message.id or 0, None)
        if waiting is None:
            return []
        refusal = message.error.message or "refused" if message.error else None
        return self._translator.reply(waiting[0], Reply(message.result, refusal), at)

    def _page(self, message: Envelope) -> str | None:
        """The session of a message of a foreign log, where a page may speak without naming one."""
        return message.session or (PAGE if (message.method or "").startswith(_OF_A_PAGE) else None)

    def _asked(self, line: Line, message: Envelope, at: float) -> None:
        """A command went out: it is one that the translator wanted sent, or one of others."""
        like = [one for one in self._sent if (one.method, one.session) == (message.method, message.session)]
        if not like:
            return
        params = msgspec.json.decode(message.params) if message.params is not EMPTY else {}
        send = next((one for one in like if _plain(one.params) == params), like[0])
        self._sent.remove(send)
        if send.token is not None and message.id is not None:
            self._waiting[message.id] = (send, at + send.timeout)

    def _forgotten(self, at: float) -> list[Event]:
        """Nobody answers what a session was asked that ended."""
        known = self._translator.known()
        gone = [n for n, (send, _) in self._waiting.items() if send.session is not None and send.session not in known]
        return [e for n in gone for e in self._translator.reply(self._waiting.pop(n)[0], Reply(EMPTY, GONE), at)]

    def _expired(self, at: float) -> list[Event]:
        late = [number for number, (_, deadline) in self._waiting.items() if deadline < at]
        return [e for n in late for e in self._translator.reply(self._waiting.pop(n)[0], Reply(EMPTY, LATE), at)]


GONE, LATE = "the session ended", "no answer in time"


def _plain(params: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(params))
