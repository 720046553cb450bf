"""The secrets that were found so far, recognised wherever they stand: plain, escaped, percent-encoded, hex or base64.

A name or a shape gives a secret away in one place; here it is found in all others, inside binary formats too. What is
too short or too plain to be told from ordinary words is not learned: a text of letters only, a number, a date.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, MatchKind

from monitor.capture.rows import plain

SHORTEST, LONGEST = 8, 8192
MOST = 20_000
PLAIN = 20
"""Characters from which a text without digits is learned too."""
_FEWEST = 10  # characters of an encoded form that stands between others
# Where a secret was found, and which.
Span = tuple[int, int, str]
_STEP = 16  # how many times as many an older finder has as the next


class Known:
    """Secrets and how they look in other clothes. stand_in: the pseudonym of a secret."""

    def __init__(self, stand_in: Callable[[str], str]) -> None:
        self._stand_in = stand_in
        self._secrets: dict[str, None] = {}
        self._fresh: list[str] = []
        self._finders: list[_Finder] = []

    def __len__(self) -> int:
        return len(self._secrets)

    def learn(self, secret: str) -> None:
        """Remember a secret, if it is telling enough."""
        if secret in self._secrets or len(self._secrets) >= MOST or not is_telling(secret):
            return
        self._secrets[secret] = None
        self._fresh.append(secret)
        if "PRIVATE KEY-" in secret:
            for line in secret.replace("\\n", "\n").split("\n"):
                self.learn(line.strip())

    def hide(self, text: str) -> str:
        """A text without the secrets in it."""
        out, at = [], 0
        for start, end, secret in self.spans(text):
            out += [text[at:start], self._stand_in(secret)]
            at = end
        return "".join([*out, text[at:]]) if at else text

    def spans(self, text: str) -> Iterator[Span]:
        """Where in a text the secrets are, in order."""
        seen = plain(text)
        return _apart(finder.find(seen) for finder in self._ready())

    def hide_bytes(self, data: bytes) -> bytes:
        """Bytes of the same length without the secrets in them, so that what is measured in them stays true."""
        out = bytearray(data)
        for start, end, secret in _apart(finder.find_bytes(data) for finder in self._ready()):
            mask = self._stand_in(secret).encode("ascii")
            out[start:end] = mask[: end - start].ljust(end - start, b"*")
        return bytes(out)

    def _ready(self) -> list[_Finder]:
        """What finds all of them: those learned last apart from the many old ones, so that little is made anew."""
        if self._fresh:
            count, known = len(self._fresh), {form: one for one in reversed(self._fresh) for form in forms(one)}
            while self._finders and self._finders[-1].count < _STEP * count:
                older = self._finders.pop()
                count, known = count + older.count, known | older.forms
            self._finders.append(_Finder(known, count))
            self._fresh = []
        return self._finders


class _Finder:
    """Finds many texts at once, in one pass. forms: how they may be written, and what that is a form of."""

    def __init__(self, forms: dict[str, str], count: int) -> None:
        self.forms = forms
        self.count = count
        self._whose = list(forms.values())
        self._texts = AhoCorasick(list(forms), matchkind=MatchKind.LeftmostLongest)
        self._bytes: BytesAhoCorasick | None = None
        self._owners: list[str] = []

    def find(self, text: str) -> list[Span]:
        return [(start, end, self._whose[which]) for which, start, end in self._texts.find_matches_as_indexes(text)]

    def find_bytes(self, data: bytes) -> list[Span]:
        if self._bytes is None:
            needles: dict[bytes, str] = {}
            for form, secret in self.forms.items():
                for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                    needles.setdefault(form.encode(encoding), secret)
            self._owners = list(needles.values())
            self._bytes = BytesAhoCorasick(list(needles), matchkind=MatchKind.LeftmostLongest)
        return [(start, end, self._owners[which]) for which, start, end in self._bytes.find_matches_as_indexes(data)]


def _apart(found: Iterable[list[Span]]) -> Iterator[Span]:
    """What several finders found, in order; secrets that overlap go together, as the first of them."""
    start, end, secret = 0, 0, ""
    for at, until, one in sorted((span for spans in found for span in spans), key=lambda span: (span[0], -span[1])):
        if at < end:
            end = max(end, until)
            continue
        if end:
            yield start, end, secret
        start, end, secret = at, until, one
    if end:
        yield start, end, secret


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
