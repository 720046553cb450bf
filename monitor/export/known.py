"""The secrets that were found so far, recognised wherever they stand: plain, escaped, percent-encoded, hex or base64.

A name or a shape gives a secret away in one place; here it is found in all others, inside binary formats too. What is
too short or too plain to be told from ordinary words is not learned: a text of letters only, a number, a date.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, MatchKind

from monitor.capture.rows import plain

SHORTEST, LONGEST = 8, 8192
MOST = 20_000
PLAIN = 20
"""Characters from which a text without digits is learned too."""
_FEWEST = 10  # characters of an encoded form that stands between others
_MERGE = 256


class Known:
    """Secrets and how they look in other clothes. stand_in: the pseudonym of a secret."""

    def __init__(self, stand_in: Callable[[str], str]) -> None:
        self._stand_in = stand_in
        self._secrets: dict[str, None] = {}
        self._old = _Finder([])
        self._new = _Finder([])
        self._merged = 0
        self._fresh = False

    def __len__(self) -> int:
        return len(self._secrets)

    def learn(self, secret: str) -> None:
        """Remember a secret, if it is telling enough."""
        if secret in self._secrets or len(self._secrets) >= MOST or not is_telling(secret):
            return
        self._secrets[secret] = None
        self._fresh = True
        if "PRIVATE KEY-" in secret:
            for line in secret.replace("\\n", "\n").split("\n"):
                self.learn(line.strip())

    def hide(self, text: str) -> str:
        """A text without the secrets in it."""
        for finder in self._finders():
            text = finder.hide(text, self._stand_in)
        return text

    def hide_bytes(self, data: bytes) -> bytes:
        """Bytes of the same length without the secrets in them, so that what is measured in them stays true."""
        for finder in self._finders():
            data = finder.hide_bytes(data, self._stand_in)
        return data

    def _finders(self) -> tuple[_Finder, ...]:
        """What finds the many old ones, and what finds those learned since: seldom is all of it made anew."""
        if self._fresh:
            self._fresh = False
            secrets = list(self._secrets)
            if len(secrets) - self._merged > max(_MERGE, self._merged // 4):
                self._old, self._merged = _Finder(secrets), len(secrets)
            self._new = _Finder(secrets[self._merged :])
        return tuple(finder for finder in (self._old, self._new) if finder.forms)


class _Finder:
    """Finds many texts at once, in one pass."""

    def __init__(self, secrets: list[str]) -> None:
        self.forms: dict[str, str] = {}
        for secret in secrets:
            for form in forms(secret):
                self.forms.setdefault(form, secret)
        self._whose = list(self.forms.values())
        self._texts = AhoCorasick(list(self.forms), matchkind=MatchKind.LeftmostLongest) if self.forms else None
        self._bytes: BytesAhoCorasick | None = None
        self._owners: list[str] = []

    def hide(self, text: str, stand_in: Callable[[str], str]) -> str:
        found = self._texts.find_matches_as_indexes(plain(text)) if self._texts else []
        if not found:
            return text
        out, at = [], 0
        for which, start, end in found:
            out += [text[at:start], stand_in(self._whose[which])]
            at = end
        return "".join([*out, text[at:]])

    def hide_bytes(self, data: bytes, stand_in: Callable[[str], str]) -> bytes:
        if self._bytes is None:
            needles: dict[bytes, str] = {}
            for form, secret in self.forms.items():
                for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                    needles.setdefault(form.encode(encoding), secret)
            self._owners = list(needles.values())
            self._bytes = BytesAhoCorasick(list(needles), matchkind=MatchKind.LeftmostLongest)
        found = self._bytes.find_matches_as_indexes(data)
        if not found:
            return data
        out = bytearray(data)
        for which, start, end in found:
            mask = stand_in(self._owners[which]).encode("ascii")
            out[start:end] = mask[: end - start].ljust(end - start, b"*")
        return bytes(out)


def is_telling(secret: str) -> bool:
    """Whether a secret can be told from ordinary words: long, or of letters and digits mixed."""
    if not SHORTEST <= len(secret) <= LONGEST or "[redacted:" in secret:
        return False
    if any("\ud800" <= letter <= "\udfff" for letter in secret):
        return False
    letters = sum(letter.isalpha() for letter in secret)
    digits = sum(letter.isdigit() for letter in secret)
    return len(set(secret)) > 4 and letters > 0 and (digits > 0 or len(secret) >= PLAIN or _odd(secret))


def _odd(secret: str) -> bool:
    """Whether a text without digits looks made up: capitals within, or signs that words do not have."""
    inner = secret[1:]
    return (inner != inner.lower() and inner != inner.upper()) or any(letter in "!#$%&*+=?@^~|" for letter in secret)


def forms(secret: str) -> Iterator[str]:
    """How a secret may be written."""
    yield secret
    raw = secret.encode("utf-8")
    once = secret
    for _ in range(3):  # JSON within JSON within JSON
        once = json.dumps(once)[1:-1]
        yield once
        yield once.replace("/", "\\/")
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield html.escape(secret)
    for coded in (quote(secret, safe=""), quote(secret), quote_plus(secret), quote(secret, safe="!*'();:@&=+$,/?#[]~")):
        yield coded
        yield quote(coded, safe="")
        yield coded.lower() if "%" in coded else coded
    yield raw.hex()
    yield raw.hex().upper()
    yield from _base64(raw)


def _base64(raw: bytes) -> Iterator[str]:
    """Those characters of base64 that the secret alone decides, wherever in a text of three bytes it begins."""
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + raw).decode("ascii")
        middle = coded[(8 * shift + 5) // 6 : 8 * (shift + len(raw)) // 6]
        if len(middle) >= _FEWEST:
            yield middle
            yield middle.translate(_URL_SAFE)


_URL_SAFE = str.maketrans("+/", "-_")
