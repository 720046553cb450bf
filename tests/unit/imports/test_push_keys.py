from __future__ import annotations

import base64
import os
from pathlib import Path

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from monitor.decode.mcs import DataMessage
from monitor.errors import UsageError
from monitor.imports.push_keys import Keys, opener, read_keys
from tests.mcs import field, make_profile

APP = "wp:https://x.example/#1"


class Subscription:
    """What a browser makes when a page subscribes, and what a server then sends."""

    def __init__(self) -> None:
        self.secret = os.urandom(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.private = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.entry = field(1, APP) + field(3, self.secret) + field(4, "SENDER") + field(5, self.private)

    def message(self, text: bytes, version: str = "aes128gcm", subtype: str = APP) -> DataMessage:
        """A push for it."""
        salt, server = os.urandom(16), ec.generate_private_key(ec.SECP256R1())
        raw = http_ece.encrypt(
            text, salt=salt, private_key=server, dh=_point(self.key), auth_secret=self.secret, version=version
        )
        headers = {"encryption": f"salt={_b64(salt)}", "crypto-key": f"p256ecdsa=x;dh={_b64(_point(server))}"}
        more = headers if version == "aesgcm" else {}
        return DataMessage(app_data={"subtype": subtype, "content-encoding": version, **more}, raw_data=raw)


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture
def subscription() -> Subscription:
    return Subscription()


@pytest.fixture
def profile(tmp_path: Path, subscription: Subscription) -> Path:
    return make_profile(tmp_path / "profile", {APP + ",SENDER": subscription.entry, "odd": b"\xff\xff"})


def test_keys_are_found_in_the_folder_of_users_or_of_one(profile: Path, subscription: Subscription) -> None:
    assert read_keys(profile) == {APP: Keys(subscription.secret, subscription.private)}
    assert read_keys(profile / "Default") == read_keys(profile)


@pytest.mark.parametrize("version", ["aes128gcm", "aesgcm"])
def test_a_push_is_decrypted(profile: Path, subscription: Subscription, version: str) -> None:
    assert opener(profile)(subscription.message("héllo".encode(), version)) == "héllo".encode()


def test_what_cannot_be_decrypted_says_why(profile: Path, subscription: Subscription) -> None:
    decrypt = opener(profile)
    with pytest.raises(ValueError, match="no keys of this subscription"):
        decrypt(subscription.message(b"x", subtype="wp:https://other/#2"))
    with pytest.raises(ValueError, match="could not be decrypted"):
        decrypt(Subscription().message(b"x"))
    with pytest.raises(ValueError, match="could not be decrypted"):
        decrypt(DataMessage(app_data={"subtype": APP}, raw_data=b"short"))
    with pytest.raises(ValueError, match="no salt"):
        decrypt(DataMessage(app_data={"subtype": APP, "content-encoding": "aesgcm"}, raw_data=b"short"))


def test_a_folder_without_keys(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no profile with push keys"):
        read_keys(tmp_path)


def test_a_damaged_store_is_told_or_read_in_part(profile: Path) -> None:
    whole = read_keys(profile)
    log = next(profile.rglob("*.log"))
    content = log.read_bytes()
    for cut in range(len(content)):
        log.write_bytes(content[:cut])
        try:
            assert read_keys(profile).items() <= whole.items()
        except UsageError as error:
            assert "cannot be read" in str(error)  # noqa: PT017


@pytest.mark.parametrize("missing", ["chromium_reader.leveldb", "http_ece"])
def test_without_the_extra_it_says_what_to_install(
    profile: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    with pytest.raises(UsageError, match=r"pip install 'syncmon\[wire\]'"):
        opener(profile)
