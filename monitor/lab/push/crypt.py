"""The application server's side of web push: bodies by RFC 8291, and who sends by RFC 8292 (VAPID)."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ENCODING = "aes128gcm"
LONGEST_S = 24 * 3600
"""How long a VAPID token may be good for."""


def to_text(data: bytes) -> str:
    """base64url without padding, as web push writes keys."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """The bytes of base64url or base64, padded or not. Raises ValueError."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    return base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))


@dataclass(frozen=True)
class Keys:
    """What a subscription gives its application server: the worker's public key (65 bytes) and secret (16)."""

    p256dh: bytes
    auth: bytes

    @classmethod
    def of(cls, p256dh: str, auth: str) -> Keys:
        """From their text. Raises ValueError where they are no such keys."""
        keys = cls(from_text(p256dh), from_text(auth))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), keys.p256dh)
        if len(keys.auth) != 16:
            raise ValueError(f"the secret has {len(keys.auth)} bytes")
        return keys

    @classmethod
    def stranger(cls) -> Keys:
        """Keys that nobody holds."""
        return cls(_point(ec.generate_private_key(ec.SECP256R1()).public_key()), secrets.token_bytes(16))


def encrypt(payload: bytes, keys: Keys) -> bytes:
    """A payload as the body of a push: 103 bytes longer."""
    once = ec.generate_private_key(ec.SECP256R1())
    body: bytes = http_ece.encrypt(payload, private_key=once, dh=keys.p256dh, auth_secret=keys.auth, version=ENCODING)
    return body


class Sender:
    """An application server with a key of its own; `key` is its public one as text."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.key = to_text(_point(self._private.public_key()))

    def authorization(self, audience: str, now: float, lives_s: float = 3600) -> str:
        """The header that says who sends to the push service at `audience`, an origin."""
        claims = {"aud": audience, "exp": int(now + lives_s), "sub": "mailto:lab@syncmon.test"}
        return f"vapid t={jwt.encode(claims, self._private, algorithm='ES256')}, k={self.key}"


def check_vapid(header: str, audience: str, now: float) -> str:
    """The public key that signed an Authorization header for `audience`. Raises ValueError that says what is wrong."""
    scheme, _, rest = header.partition(" ")
    words = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme.lower() != "vapid" or not {"t", "k"} <= words.keys():
        raise ValueError("no `vapid t=…, k=…`")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_text(words["k"]))
    try:
        claims: dict[str, Any] = jwt.decode(
            words["t"], public, ["ES256"], audience=audience, options={"verify_exp": False, "require": ["aud", "exp"]}
        )
    except jwt.PyJWTError as error:
        raise ValueError(f"the token is not good: {error}") from error
    if not now < float(claims["exp"]) <= now + LONGEST_S + 60:
        raise ValueError("the token is over, or good for too long")
    return words["k"].rstrip("=")


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
