"""Payloads into layers, message types and trees: pure, one file a protocol, with text and raw as the last resort."""

from __future__ import annotations

from monitor.decode.decoder import Decoder, decode_alone
from monitor.decode.haystack import leaves, text_of

__all__ = ["Decoder", "decode_alone", "leaves", "text_of"]
