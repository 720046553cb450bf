"""What secrets look like where no name tells them: addresses, schemes, keys, tokens, and pairs in half a document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick, MatchKind

from monitor.capture.rows import plain
from monitor.export.secret_names import LOOSE, PARTS, WHOLE

_PUSH_HOSTS = (
    r"(?:fcm\.googleapis\.com/(?:fcm/send|wp|preprod/wp)|android\.googleapis\.com/gcm/send|jmt17\.google\.com/\w+"
    r"|updates\.push\.services\.mozilla\.com/wpush|[\w-]{1,60}\.notify\.windows\.com|web\.push\.apple\.com)"
)
_KEY_HINTS = ("sk-", "pk-", "rk-", "sk_", "pk_", "rk_", "gh", "xox", "akia", "aiza")
_KEYS = (
    r"(?:sk|pk|rk)[-_](?:live|test|ant|proj)?[\w-]{16,}|gh[pousr]_\w{20,}|xox[a-z]-[\w-]{10,}|AKIA[0-9A-Z]{16}"
    r"|AIza[\w-]{30,}|github_pat_\w{20,}"
)
_COUNTED = re.compile(r"(?<=[\w-])(?:" + _KEYS + r")", re.ASCII)
# Texts one of which a match holds, in lower case, and the pattern. In each, the last group is the secret and the first
# is kept. All take linear time: what repeats is bounded.
_PATTERNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("fcm.googleapis", "android.googleapis", "jmt17", "push.services", "notify.windows", "push.apple"),
        r"((?i:" + _PUSH_HOSTS + r"/?))([^\s\"'<>\\]+)",
    ),
    (("/ws/user/",), r"((?i:wss?://[^\s\"'<>\\]{0,200}?/ws/user/))([^\s\"'<>\\/?#`{}]+)"),
    (("://",), r"(://[^\s\"'<>\\/?#@:]{0,100}:)([^\s\"'<>\\/?#@]{1,200})(?=@)"),
    (("eyj",), r"()(eyJ[A-Za-z0-9_-]{8,400}\.eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,3})"),
    (("eyj",), r"(?:(?<![\w-])|(?<=\\[nrt]))()(eyJ[\w-]{4,}(?:\.[\w-]*){1,4})"),
    (
        ("bearer", "basic", "aidlogin", "webpush", "vapid t="),
        r"\b((?i:bearer|basic|aidlogin|webpush)[ ]+|(?i:vapid t=))"
        r"((?=[\w.~+/:=-]{0,80}(?:\d|=|[a-z][A-Z]))[\w.~+/:=-]{8,})",
    ),
    (("bearer.authorization",), r"((?i:bearer\.authorization\.)[\w.]{0,20}?io\.)([\w-]+)"),
    (
        ("private key-",),
        r"()(-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$))",
    ),
    (_KEY_HINTS, r"(?:(?<![\w-])|(?<=\\[nrt]))()(" + _KEYS + ")"),
    (("apa91",), r"()((?:[\w-]{11,40}:)?APA91[\w-]{20,})"),
    (("code=",), r"([?&#](?i:code)=)([\w.~%/+-]{16,})"),  # with which a sign-in sends its browser back
    (("=",), r"((?i:" + LOOSE + r")=)([^&\s\"'<>;,\\]+)"),
    (
        ("authorization", "cookie"),
        r"(?m:^)((?i:authorization|proxy-authorization|cookie|set-cookie)[ \t]*:[ \t]*)([^\r\n]+)",
    ),
    (
        ("name=",),
        r"(\bname=\\?\"[^\"\r\n]{0,60}(?i:" + LOOSE + r")\\?\"[^\r\n]*(?:\r?\n[^\r\n]+){0,5}\r?\n\r?\n)([^\r\n]+)",
    ),
    # "key":"value" in half a document, and at any depth of quoting: \"key\":\"value\"
    (
        ('":', "':", '" :', "' :"),
        r"((?i:" + LOOSE + r")(?P<quote>\\*[\"'])\s*:\s*(?P=quote))((?:(?!(?P=quote))(?:\\.|(?s:.)))+)",
    ),
)
_NAMED = {*PARTS, *WHOLE, *(f"{one}{mark}{two}" for mark in "-_" for one, two in
          (("api", "key"), ("access", "key"), ("private", "key"), ("session", "id")))}  # fmt: skip
_SHAPES = tuple((hints, re.compile(pattern), LOOSE in pattern) for hints, pattern in _PATTERNS)
_HINTS = [*(hint for hints, _ in _PATTERNS for hint in hints), *_NAMED]
_FINDER = AhoCorasick(_HINTS, matchkind=MatchKind.Standard)
_ALL_NAMED = frozenset(_NAMED)


def likely(text: str) -> list[re.Pattern[str]]:
    """The shapes that may be in a text: fixed texts are looked for in one pass, much faster than patterns."""
    found = _FINDER.find_matches_as_indexes(plain(text.lower()), overlapping=True)
    if not found:
        return []
    hints = {_HINTS[which] for which, _, _ in found}
    named = not hints.isdisjoint(_ALL_NAMED)
    return [shape for wanted, shape, by_name in _SHAPES if (named or not by_name) and not hints.isdisjoint(wanted)]


def counted(text: str) -> Iterator[str]:
    """The keys in bytes, read as Latin-1, that stand behind a byte which says their length, and may be a letter."""
    for found in _COUNTED.finditer(text):
        if ord(text[found.start() - 1]) == len(found[0]):
            yield found[0]
