"""Where the pure parts put what they conclude: events to record and commands to send, both values for the edge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from monitor.browser.clock import Clock
from monitor.browser.wire import Send
from monitor.model import Event

T = TypeVar("T")


class Origin(msgspec.Struct):
    """Whose event it is: the session that spoke, its target, and the label of the tab it belongs to."""

    session: str | None
    target: str | None = None
    tab: str | None = None
    type: str = "other"

    def stamp(self, clock: Clock, mono: float) -> dict[str, Any]:
        """The fields that every event has."""
        return {"time": clock.wall(mono), "mono": mono, "tab": self.tab, "target": self.target}

    def unstamped(self, clock: Clock, mono: float) -> dict[str, Any]:
        """The same for an event that the browser gave no stamp: `mono` is our estimate, and only places it in time."""
        return {"time": clock.wall(mono), "tab": self.tab, "target": self.target}


class Output:
    """Events and commands on their way out, in order."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._events: list[Event] = []
        self._sends: list[Send] = []

    def emit(self, event: Event) -> None:
        """Record an event."""
        self._events.append(event)

    def send(
        self,
        session: str | None,
        method: str,
        params: Mapping[str, Any] = {},
        token: tuple[str, ...] | None = None,
        timeout: float = 10.0,
    ) -> None:
        """Send a command; its reply, where there is a token, comes back to the part that the token names first."""
        self._sends.append(Send(session, method, params, token, timeout))

    @property
    def sending(self) -> bool:
        """Whether there are commands to send."""
        return bool(self._sends)

    def drain_events(self) -> list[Event]:
        """The events since the last drain."""
        events, self._events = self._events, []
        return events

    def drain_sends(self) -> list[Send]:
        """The commands since the last drain."""
        sends, self._sends = self._sends, []
        return sends


_decoders: dict[type, msgspec.json.Decoder[Any]] = {}


def decode(raw: msgspec.Raw | bytes | str, into: type[T]) -> T:
    """Decode JSON into a struct; lone surrogates, which pages can make, become U+FFFD. Raises ValueError."""
    decoder = _decoders.get(into)
    if decoder is None:
        decoder = _decoders[into] = msgspec.json.Decoder(into)
    try:
        result: T = decoder.decode(raw)
    except msgspec.DecodeError:
        result = decoder.decode(mended(raw))
    return result


def mended(raw: msgspec.Raw | bytes | str) -> bytes:
    """The same JSON without lone surrogates, which only the slow decoder takes. Raises ValueError."""
    text = raw if isinstance(raw, str) else bytes(raw).decode("utf-8", "replace")
    try:
        return json.dumps(_mended(json.loads(text))).encode()
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {whole_text(key): _mended(item) for key, item in value.items()}
    return value


def whole_text(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be encoded."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def size_of(text: str) -> int:
    """Bytes of the text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
