"""Which names of headers, keys and parameters announce a secret."""

from __future__ import annotations

from functools import lru_cache

# Anywhere in a name that is lower-cased and stripped of all but letters and digits.
PARTS = (
    "token", "secret", "password", "passwd", "passphrase", "apikey", "accesskey", "privatekey", "authkey", "sessionkey",
    "encryptionkey", "authorization", "credential", "cookie", "sessionid", "sessid", "jwt", "csrf", "xsrf", "bearer",
    "p256dh", "signature", "secretkey", "samlresponse", "samlrequest", "codeverifier", "assertion", "registrationid",
)  # fmt: skip
WHOLE = frozenset(
    {"auth", "verify", "sid", "pwd", "pass", "passcode", "otp", "sig", "fid", "session", "authenticationinfo"}
)
_HARMLESS = frozenset({"tokentype", "tokenizer", "signatures"})
# A quantity, such as max_tokens, is no secret; a short number under these names is one.
NUMERIC = ("password", "passwd", "passcode", "otp", "pin", "secret")

# The same as a pattern of the end of a name, for texts that no parser reads; bounded, so that it takes linear time.
LOOSE = (
    r"(?:(?:" + "|".join(PARTS) + r"|api[_-]key|access[_-]key|private[_-]key|session[_-]id)[\w.\-\[\]$%]{0,40}"
    r"|(?<![\w.])(?:" + "|".join(sorted(WHOLE)) + r"))"
)


@lru_cache(maxsize=10_000)
def is_secret(name: str) -> bool:
    """Whether what stands under this name is to be hidden."""
    folded = "".join(letter for letter in name.lower() if letter.isalnum())
    if folded in _HARMLESS:
        return False
    return folded in WHOLE or folded.endswith("auth") or any(part in folded for part in PARTS)


def is_secret_number(name: str) -> bool:
    """Whether even a number under this name is to be hidden."""
    folded = name.lower()
    return any(part in folded for part in NUMERIC) and "count" not in folded


def hides_all_below(name: str) -> bool:
    """Whether a list or object under this name is hidden with everything in it: `tokens`, but not `session`."""
    return is_secret(name) and "".join(letter for letter in name.lower() if letter.isalnum()) not in WHOLE
