from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import pytest

from monitor.capture.reader import Capture
from monitor.export.jsonl import record
from monitor.export.opaque import hidden, is_binary, masked
from monitor.export.passages import passages
from monitor.model import Event, Frame, SocketOpened
from tests.unit.cli_captures import make_capture
from tests.unit.decode.streams_of import recorded

PASSWORD = b"secret"


def exported(path: Path, events: list[Event]) -> str:
    """What the JSONL export gives of the frames, their bytes opened."""
    with Capture(make_capture(path, events)) as capture:
        rows = [record(one) for one in passages(capture, None, redact=True)]
    data = b"".join(base64.b64decode(str(row.get("base64", ""))) for row in rows)
    return json.dumps(rows, default=str) + data.decode("latin-1")


def test_a_password_in_a_packet_is_masked_in_the_bytes_too(tmp_path: Path) -> None:
    events: list[Event] = [SocketOpened(time=1.0, connection="ws", url="wss://x/y"), *recorded("mqtt5")]
    assert PASSWORD in (recorded("mqtt5")[0].data or b"")
    told = exported(tmp_path / "a.syncmon", events)
    assert "secret" not in told
    assert "tab-a" in told
    assert "room/1/notes" in told


def test_a_token_in_a_compressed_stream_masks_the_whole_frame(tmp_path: Path) -> None:
    engine = zlib.compressobj()
    texts = [b'{"op":10,"d":{"heartbeat":41250}}', b'{"op":2,"d":{"token":"mfa.Abc123Def456Ghi789"}}', b'{"op":11}']
    frames = [engine.compress(text) + engine.flush(zlib.Z_SYNC_FLUSH) for text in texts]
    url = "wss://x/?compress=zlib-stream"
    events: list[Event] = [SocketOpened(time=1.0, connection="ws", url=url)]
    events += [Frame(time=1.0, connection="ws", dir="in", opcode=2, size=len(one), data=one) for one in frames]
    with Capture(make_capture(tmp_path / "b.syncmon", events)) as capture:
        clean = [one.event for one in passages(capture, None, redact=True) if isinstance(one.event, Frame)]
    assert [one.data for one in clean] == [frames[0], b"*" * len(frames[1]), frames[2]]


def test_what_a_redacted_value_does_not_have() -> None:
    old = {"a": "x", "b": [1, {"token": "secret", "pin": 1234}]}
    new = {"a": "x", "b": [1, {"token": "[…]", "pin": "[…]"}]}
    assert set(hidden(old, new)) == {"secret", "1234"}
    assert list(hidden(old, old)) == []


@pytest.mark.parametrize(
    ("clean", "secrets", "left"),
    [
        (None, ("secret",), b"\0******\xff"),
        (None, ("other1",), b"*" * 8),
        (None, ("sec",), b"*" * 8),
        (b"\0######\xff", ("secret",), b"\0######\xff"),
        (None, ("secret", "gone"), b"*" * 8),
    ],
)
def test_bytes_are_masked_where_the_secret_stands_else_as_a_whole(
    clean: bytes | None, secrets: tuple[str, ...], left: bytes
) -> None:
    assert masked(clean, b"\0secret\xff", secrets) == left


def test_text_is_not_binary() -> None:
    assert not is_binary("töxt".encode())
    assert is_binary(b"\x10\x04MQTT")
    assert is_binary(b"\xff")
