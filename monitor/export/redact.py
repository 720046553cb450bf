"""Hides secrets, wherever they are: in headers, addresses, JSON at any depth, forms, frames, pushes and decoded values.

Each secret becomes `[redacted:…]` with a keyed digest of itself: equal secrets of one capture stay equal, and nobody
without the capture's own key can try guesses against it. JSON is read and written anew where something in it had to be
hidden, also inside strings; what is no JSON is searched for the shapes of secrets. Percent-encoding, base64,
compression and MessagePack are opened and closed again (`packed`); what was a secret once is hidden everywhere
(`known`). Rather too much is hidden than too little. What this cannot know: a secret that has a harmless name and no
known shape everywhere. What people write, names and e-mail addresses among it, is content and stays.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from monitor.export import opaque, packed
from monitor.export.cuts import Cuts
from monitor.export.known import Known
from monitor.export.secret_names import hides_all_below, is_secret, is_secret_number
from monitor.export.shapes import counted, likely
from monitor.model import Decoded, Event, Storage

_DEEPEST = 64
_MOST_LAYERS = 8
_SHORTEST_KEY = 16
_MARK = "[redacted:"

_SCHEME = re.compile(r"(bearer|basic|digest|aidlogin|fis|token|webpush|key)\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_STARTS = re.compile(r"[\[{]")


class Redactor:
    """Hides the secrets of one capture. key: what its pseudonyms are made with (the capture's `meta["key"]`)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.known = Known(self._stand_in)
        self.cuts = Cuts(self.known, self._stand_in)
        self.harmless: set[int] = set()  # numbers of events that were found to hide nothing by themselves
        self.opaque: dict[int, tuple[str, ...]] = {}  # secrets that only the decoded form of an event's bytes shows
        self._within = 0  # how many documents deep we are: known secrets are looked for in the outermost

    def begin(self) -> None:
        """A capture is read from its first event: what was found of events by their numbers was of another one."""
        self.cuts.clear()
        self.harmless.clear()
        self.opaque.clear()

    def pseudonym(self, secret: str) -> str:
        """The stand-in for a secret, which is remembered; a stand-in is left as it is."""
        if secret.startswith(_MARK) or not secret:
            return secret
        self.known.learn(secret)
        return self._stand_in(secret)

    def _stand_in(self, secret: str) -> str:
        digest = hmac.new(self._key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
        return f"{_MARK}{digest[:12]}]"

    # ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def value(self, value: Any, depth: int = 0) -> Any:
        """A JSON-like tree without its secrets."""
        if depth > _DEEPEST:
            return self.pseudonym(repr(value)) if isinstance(value, dict | list | tuple) else self._leaf(value, depth)
        if isinstance(value, dict):
            push = "endpoint" in value and ("keys" in value or "expirationTime" in value)
            return {self._key_of(key): self._entry(key, inner, depth, push) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return self._sequence(value, depth)
        return self._leaf(value, depth)

    def _key_of(self, key: Any) -> Any:
        """A key may be a secret itself, where things are filed by token."""
        if not isinstance(key, str) or len(key) < _SHORTEST_KEY:
            return key
        return self.known.hide(self.shapes(key))

    def _sequence(self, values: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        """A list; `["token", "x"]`, which is how some write headers, counts as an entry."""
        if len(values) == 2 and isinstance(values[0], str) and len(values[0]) < 64 and is_secret(values[0]):
            return [values[0], self._entry(values[0], values[1], depth, False)]
        named = {"name", "value"}
        return [
            {**inner, "value": self._entry(str(inner["name"]), inner["value"], depth, False)}
            if isinstance(inner, dict) and inner.keys() >= named and is_secret(str(inner["name"]))
            else self.value(inner, depth + 1)
            for inner in values
        ]

    def _entry(self, key: Any, value: Any, depth: int, push: bool) -> Any:
        name = key if isinstance(key, str) else ""
        if is_secret(name) or (push and name == "endpoint"):
            return self._hidden(name, value, depth)
        return self.value(value, depth + 1)

    def _hidden(self, name: str, value: Any, depth: int) -> Any:
        """What stands under a secret name: texts are hidden, and those below; numbers only if they may be secrets."""
        if isinstance(value, str):
            return self.secret(name, value)
        if isinstance(value, bytes):
            return self.pseudonym(value.hex())
        if isinstance(value, dict | list | tuple) and not hides_all_below(name):
            return self.value(value, depth + 1)
        if isinstance(value, dict) and depth < _DEEPEST:
            return {key: self._hidden(name, inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list | tuple) and depth < _DEEPEST:
            return [self._hidden(name, inner, depth + 1) for inner in value]
        if isinstance(value, bool) or value is None or (isinstance(value, int | float) and not is_secret_number(name)):
            return value
        return self.pseudonym(str(value))

    def _leaf(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.text(value, depth)
        return self.data(value, depth) if isinstance(value, bytes) else value

    def secret(self, name: str, value: str) -> str:
        """The value of a secret name; of a cookie or an Authorization only the secret part is hidden."""
        folded = name.lower()
        if "cookie" in folded and "=" in value:
            return self._cookies(value, only_first=folded.startswith("set"))
        scheme = _SCHEME.fullmatch(value)
        return f"{scheme[1]} {self.pseudonym(scheme[2])}" if scheme else self.pseudonym(value)

    def _cookies(self, value: str, only_first: bool) -> str:
        lines = value.split("\n")  # Chrome joins several Set-Cookie headers so
        return "\n".join(self._cookie_line(line, only_first) for line in lines)

    def _cookie_line(self, line: str, only_first: bool) -> str:
        parts = line.split(";")
        for index, part in enumerate(parts if not only_first else parts[:1]):
            name, sign, content = part.partition("=")
            parts[index] = f"{name}={self.pseudonym(content.strip())}" if sign else self.pseudonym(part.strip())
        return ";".join(parts)

    # ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, text: str, depth: int = 0) -> str:
        """A text without its secrets: as JSON where it is that, line by line where lines hold JSON, and by shape."""
        if len(text) < 6:
            return text
        clean = self._text(text, depth)
        return clean if self._within else self.known.hide(clean)

    def _text(self, text: str, depth: int) -> str:
        found = self._document(text, depth)
        if found is not None:
            return found
        if depth < _DEEPEST and _STARTS.search(text):
            text = "\n".join(self._line(line, depth) for line in text.split("\n"))
        text = self.shapes(text)
        if depth >= _MOST_LAYERS or len(text) < packed.SHORTEST:
            return text
        text = packed.percent(text, lambda inner: self.text(inner, depth + 1))
        return packed.sixty_four(text, lambda inner: self.data(inner, depth + 1))

    def _document(self, text: str, depth: int) -> str | None:
        """The text as one JSON document, or None where it is none; unchanged where it holds no secret."""
        if depth >= _DEEPEST or text.lstrip()[:1] not in ("{", "[", '"'):
            return None
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return None
        try:
            clean = self._inside(value, depth)
            return text if clean == value else json.dumps(clean, ensure_ascii=False, separators=(",", ":"))
        except RecursionError:
            return self.pseudonym(text)

    def _inside(self, value: Any, depth: int) -> Any:
        self._within += 1
        try:
            return self.value(value, depth + 1)
        finally:
            self._within -= 1

    def _line(self, line: str, depth: int) -> str:
        """A line such as `data: {…}` or `42["event",{…}]`: what precedes the JSON is kept."""
        start = _STARTS.search(line)
        if start is None:
            return line
        tail = line[start.start() :].rstrip("\r\x1e\0")
        clean = self._document(tail, depth)
        return line if clean is None else line[: start.start()] + clean + line[start.start() + len(tail) :]

    def shapes(self, text: str) -> str:
        """The text without what looks like a secret."""
        for shape in likely(text):
            text = shape.sub(self._shaped, text)
        return text

    def across(self, before: str, text: str) -> str:
        """A piece of a stream, of which `before` is what came last: hides the rest of a secret that began there."""
        edge, both = len(before), before + text
        cut = [
            (found.end(shape.groups), max(found.start(shape.groups), edge), found[shape.groups])
            for shape in likely(both)
            for found in shape.finditer(both)
            if found.start() < edge < found.end(shape.groups) and not found[shape.groups].startswith(_MARK)
        ]
        if not cut:
            return text
        end, start, secret = max(cut)
        self.known.learn(both[start:end])  # as decoded, the piece has that alone
        return text[: start - edge] + self.pseudonym(secret) + text[end - edge :]

    def _shaped(self, found: re.Match[str]) -> str:
        kept, secret = found[1], found[found.re.groups]
        if kept.lower().startswith(("authorization", "proxy-auth", "cookie", "set-cookie")) and ":" in kept:
            return kept + self.secret(kept.split(":")[0].strip(), secret)
        return kept + self.pseudonym(unquote_plus(secret) if kept.endswith("=") else secret)

    def data(self, data: bytes, depth: int = 0) -> bytes:
        """Bytes without the secrets in them: opened where they are compressed or packed, else as text, else masked."""
        try:
            return self.text(data.decode("utf-8"), depth).encode("utf-8")
        except UnicodeError:
            pass
        opened = None
        if depth < _MOST_LAYERS:
            opened = packed.unpacked(data, lambda inner: self.data(inner, depth + 1), self.value)
        if opened is None or opened == data:
            text = data.decode("latin-1")
            for secret in counted(text):
                self.known.learn(secret)
            opened = self.shapes(text).encode("latin-1", "replace")
        return self.known.hide_bytes(opened)

    # ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def event(self, event: Event) -> Event:
        """The event without its secrets; itself where it has none."""
        changes = {}
        for name in event.__struct_fields__:
            old = getattr(event, name)
            if isinstance(old, str | bytes | dict | tuple) and old:
                new = self._field(event, name, old)
                if new != old:
                    changes[name] = new
        if event.seq in self.opaque:
            data = getattr(event, "data", None) or b""
            changes["data"] = opaque.masked(changes.get("data"), data, self.opaque[event.seq])
        return msgspec.structs.replace(event, **changes) if changes else event

    def decode(self, event: Event, decoded: Decoded | None) -> None:
        """Learn what only the decoded form of a binary payload shows to be secret, as a password within a packet is."""
        data = getattr(event, "data", None)
        if decoded is None or not data or not event.seq or event.seq in self.opaque:
            return
        if not opaque.is_binary(data) and "protobuf" not in decoded.layers:
            return
        clean = self.decoded(decoded)
        secrets = tuple(opaque.hidden(*([one.value for one in each.messages] for each in (decoded, clean))))
        if secrets:
            self.opaque[event.seq] = secrets
            self.harmless.discard(event.seq)

    def shown(self, event: Event) -> Event:
        """The event without its secrets, for the second time: those that were found harmless need no second look."""
        return self.known_in(event) if event.seq in self.harmless else self.event(event)

    def known_in(self, event: Event) -> Event:
        """An event that hides nothing by itself, without what other events gave away."""
        changes = {}
        for name in ("text", "data", "url", "old"):
            old = getattr(event, name, None)
            if old:
                new = self.known.hide_bytes(old) if isinstance(old, bytes) else self.known.hide(old)
                if new != old:
                    changes[name] = new
        return msgspec.structs.replace(event, **changes) if changes else event

    def _field(self, event: Event, name: str, old: Any) -> Any:
        if isinstance(event, Storage) and name in ("text", "old") and event.key and is_secret(event.key):
            return self.secret(event.key, old)
        if isinstance(old, tuple):
            return tuple(self._block(inner) for inner in old)
        return self.value(old) if isinstance(old, dict) else self._leaf(old, 0)

    def _block(self, block: Any) -> Any:
        if not isinstance(block, msgspec.Struct):
            return self.text(block) if isinstance(block, str) else block
        clean = self.text(text := getattr(block, "text", ""))
        return block if clean == text else msgspec.structs.replace(block, text=clean)

    def decoded(self, decoded: Decoded) -> Decoded:
        """What a payload turned out to be, without its secrets."""
        messages = tuple(
            msgspec.structs.replace(one, value=self.value(one.value), notes=tuple(map(self.text, one.notes)))
            for one in decoded.messages
        )
        error = self.text(decoded.error) if decoded.error else decoded.error
        return msgspec.structs.replace(decoded, messages=messages, error=error)
