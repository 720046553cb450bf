"""The keys of a browser's push subscriptions, from its profile: what decrypts the pushes of its NetLog (RFC 8291).

They lie in `GCM Store/Encryption`, a LevelDB, whose files are read as they are: without a lock, and nothing is written.
The libraries for it are those of the extra `wire`.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from monitor.decode.mcs import DataMessage
from monitor.decode.protobuf import fields
from monitor.errors import UsageError

STORE = Path("GCM Store") / "Encryption"
INSTALL = "To decrypt pushes, what reads a profile's keys is needed: pip install 'syncmon[wire]'"
_APP, _SECRET, _PRIVATE = 1, 3, 5


class Keys(msgspec.Struct, frozen=True):
    """The keys of one subscription: its auth secret, and its private key in DER (PKCS#8)."""

    secret: bytes
    private: bytes


def read_keys(profile: Path) -> dict[str, Keys]:
    """The keys by subscription, such as `wp:https://example.org/#…`; UsageError where there is no profile.

    profile: the user data folder, or that of one profile in it.
    """
    try:
        from chromium_reader.leveldb import KeyState, RawLevelDb
    except ImportError as error:
        raise UsageError(INSTALL) from error
    stores = [store for store in (profile / STORE, *sorted(profile.glob(f"*/{STORE}"))) if store.is_dir()]
    if not stores:
        raise UsageError(f"{profile} is no profile with push keys: there is no {STORE} in it.")
    found: dict[str, Keys] = {}
    for store in stores:
        try:
            with contextlib.closing(RawLevelDb(store)) as database:
                records = sorted(database.iterate_records_raw(), key=lambda record: record.seq)
        except (OSError, ValueError, EOFError, IndexError, KeyError) as error:
            raise UsageError(f"{store} cannot be read: {error}.") from error
        for record in records:
            if record.state is not KeyState.DELETED:
                found |= _keys(record.value)
    return found


def _keys(value: bytes) -> dict[str, Keys]:
    parts = {field.number: field.value for field in fields(value) or () if isinstance(field.value, bytes)}
    if not {_APP, _SECRET, _PRIVATE} <= parts.keys():
        return {}
    return {parts[_APP].decode("utf-8", "replace"): Keys(parts[_SECRET], parts[_PRIVATE])}


def opener(profile: Path) -> Callable[[DataMessage], bytes]:
    """What decrypts pushes with the keys of a profile; it raises ValueError, which says why it cannot."""
    keys = read_keys(profile)
    try:
        import http_ece
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.serialization import load_der_private_key
    except ImportError as error:
        raise UsageError(INSTALL) from error

    def decrypt(message: DataMessage) -> bytes:
        known = keys.get(message.app_data.get("subtype", ""))
        if known is None:
            raise ValueError("the profile has no keys of this subscription")
        try:
            private = load_der_private_key(known.private, None)
            plain: bytes = http_ece.decrypt(
                message.raw_data, private_key=private, auth_secret=known.secret, **_parameters(message)
            )
        except (http_ece.ECEException, InvalidTag, ValueError, TypeError, IndexError) as error:
            raise ValueError(f"it could not be decrypted: {str(error) or type(error).__name__}") from error
        return plain

    return decrypt


def _parameters(message: DataMessage) -> dict[str, Any]:
    """What the encryption needs beside keys: today's has all of it in its body, the older one in two headers."""
    if message.app_data.get("content-encoding", "") != "aesgcm":
        return {"version": "aes128gcm"}
    salt = _parameter(message.app_data.get("encryption", ""), "salt")
    return {"version": "aesgcm", "salt": salt, "dh": _parameter(message.app_data.get("crypto-key", ""), "dh")}


def _parameter(header: str, name: str) -> bytes:
    for part in header.replace(",", ";").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return base64.urlsafe_b64decode(value.strip('"') + "==")
    raise ValueError(f"its headers have no {name}")
