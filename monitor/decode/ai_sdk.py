"""The AI SDK's data stream (v1), which many chat applications answer with: `0:"word"`, a code, a colon and JSON a line.

The type is the part's name (`text`, `tool_call`, `finish_message`, …), the value its JSON.
https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
"""

from __future__ import annotations

import re

from monitor.decode.lines import LineReader
from monitor.decode.parse import UNSET, json_value
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Direction, Message

NAME = "ai-sdk"
LAYER = "ai-sdk"
OPENS = re.compile(r'(?:f:\{"m|[0-9a-k]:(?:"|\{|\[)[^\n]*\n[0-9a-k]:(?:"|\{|\[)|0:")')
_PARTS = {
    "0": "text", "1": "function_call", "2": "data", "3": "error", "4": "assistant_message",
    "5": "assistant_control_data", "6": "data_message", "7": "tool_calls", "8": "message_annotations",
    "9": "tool_call", "a": "tool_result", "b": "tool_call_streaming_start", "c": "tool_call_delta",
    "d": "finish_message", "e": "finish_step", "f": "start_step", "g": "reasoning", "h": "source",
    "i": "redacted_reasoning", "j": "reasoning_signature", "k": "file",
}  # fmt: skip


class AiSdkReader(LineReader[Item]):
    """The lines of a body."""

    def __init__(self, direction: Direction = "in") -> None:
        super().__init__(lambda line: Item(text=line, dir=direction, layers=(LAYER,)) if line else None)


class AiSdk(Stateless):
    """By the lines that its reader cut."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A line of a known code."""
        return 90 if LAYER in item.layers and item.text and item.text[0] in _PARTS else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one line."""
        code, colon, rest = (item.text or "").partition(":")
        value = json_value(rest) if colon else UNSET
        if code not in _PARTS or value is UNSET:
            return None
        message = Message(protocol=NAME, type=_PARTS[code], value=value)
        return Decoded(layers=(*item.layers, "json"), messages=(message,))


PROTOCOL = AiSdk()
