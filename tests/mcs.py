"""What a push server and a browser's profile hold, made in a few bytes: MCS messages, and the LevelDB of push keys."""

from __future__ import annotations

import struct
from pathlib import Path

STORE = Path("Default") / "GCM Store" / "Encryption"


def varint(number: int) -> bytes:
    """A number as protobuf writes it."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def field(number: int, value: int | str | bytes) -> bytes:
    """One field of a protobuf."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def stanza(tag: int, *content: bytes) -> bytes:
    """One message of MCS."""
    body = b"".join(content)
    return bytes([tag]) + varint(len(body)) + body


def login(secret: str = "3222222222222222222") -> bytes:
    """How a browser begins."""
    setting = field(8, field(1, "new_vc") + field(2, "1"))
    return b"\x29" + stanza(
        2, field(1, "chrome-156"), field(2, "mcs.android.com"), field(3, "511"), field(5, secret), setting,
        field(10, "0:1"), field(10, "0:2"), field(16, 2),
    )  # fmt: skip


def pair(name: str, value: str) -> bytes:
    """One entry of a data message's app_data."""
    return field(7, field(1, name) + field(2, value))


def data_message(raw: bytes, subtype: str, *more: bytes) -> bytes:
    """A push; more: further fields, such as the headers of the older encryption."""
    return stanza(
        8, field(3, "SENDER"), field(5, "org.chromium.linux"), pair("subtype", subtype), *more, field(9, "0:17%01"),
        field(17, 60), field(18, 1795352988956), field(21, raw), field(24, 1),
    )  # fmt: skip


def make_profile(folder: Path, keys: dict[str, bytes]) -> Path:
    """A profile whose LevelDB of push keys has these entries, in its log."""
    store = folder / STORE
    store.mkdir(parents=True)
    batch = struct.pack("<QI", 1, len(keys))
    for name, value in keys.items():
        key = name.encode()
        batch += b"\x01" + varint(len(key)) + key + varint(len(value)) + value
    (store / "000003.log").write_bytes(struct.pack("<IHB", 0, len(batch), 1) + batch)
    return folder
