from __future__ import annotations

import secrets

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from monitor.lab.push.crypt import Keys, Sender, check_vapid, encrypt, from_text, to_text

AUDIENCE = "https://push.test"


def worker() -> tuple[ec.EllipticCurvePrivateKey, Keys]:
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return private, Keys(point, secrets.token_bytes(16))


def test_only_the_worker_reads_a_body() -> None:
    private, keys = worker()
    body = encrypt("hallo ü".encode(), keys)
    assert len(body) == len("hallo ü".encode()) + 103
    read = http_ece.decrypt(body, private_key=private, auth_secret=keys.auth, version="aes128gcm")
    assert read.decode() == "hallo ü"
    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(body, private_key=worker()[0], auth_secret=keys.auth, version="aes128gcm")


@pytest.mark.parametrize("data", [b"", b"a", b"\xfb\xff\xfe", b"abcd"])
def test_keys_are_read_in_either_alphabet_padded_or_not(data: bytes) -> None:
    text = to_text(data)
    assert from_text(text) == from_text(text + "=" * (-len(text) % 4)) == data
    assert from_text(text.replace("-", "+").replace("_", "/")) == data


def test_keys_that_are_none_are_refused() -> None:
    _, keys = worker()
    assert Keys.of(to_text(keys.p256dh), to_text(keys.auth)) == keys
    for p256dh, auth in ((keys.p256dh, b"short"), (b"\x04" * 65, keys.auth), (b"", keys.auth)):
        with pytest.raises(ValueError, match=r"."):
            Keys.of(to_text(p256dh), to_text(auth))


def test_a_sender_is_known_by_its_header() -> None:
    sender = Sender()
    assert check_vapid(sender.authorization(AUDIENCE, 1e9), AUDIENCE, 1e9) == sender.key


def test_a_header_that_proves_nothing_is_refused() -> None:
    sender, other = Sender(), Sender()
    good = sender.authorization(AUDIENCE, 1e9)
    stolen = good.replace(sender.key, other.key)
    long = sender.authorization(AUDIENCE, 1e9, lives_s=2 * 24 * 3600)
    for header, now, audience in (
        ("", 1e9, AUDIENCE),
        ("Bearer x", 1e9, AUDIENCE),
        ("vapid t=x, k=x", 1e9, AUDIENCE),
        (stolen, 1e9, AUDIENCE),
        (good, 1e9 + 3601, AUDIENCE),
        (long, 1e9, AUDIENCE),
        (good, 1e9, "https://other.test"),
    ):
        with pytest.raises(ValueError, match=r"."):
            check_vapid(header, audience, now)


def test_a_token_without_an_end_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    point = to_text(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    token = jwt.encode({"aud": AUDIENCE}, key, algorithm="ES256")
    with pytest.raises(ValueError, match="not good"):
        check_vapid(f"vapid t={token}, k={point}", AUDIENCE, 1e9)
