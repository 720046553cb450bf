"""The fields of the filter language: what they are called, what they take, and the term that each makes."""

from __future__ import annotations

import difflib

import msgspec
from lark import Token

from monitor.capture import contents, terms
from monitor.capture.patterns import Literal, Pattern, Range, Regex, Wild, fold, number_range
from monitor.capture.terms import Term
from monitor.capture.times import Times
from monitor.errors import FilterError
from monitor.model import CHANNELS, KINDS

_COLUMNS = ("tab", "dir", "kind", "channel", "connection", "target")
_NUMBERS = ("size", "seq", "opcode")
_OWN = (*_COLUMNS, *_NUMBERS, "url", "after", "before", "since", "type", "layer", "protocol", "text")
_KNOWN = {"kind": tuple(KINDS), "channel": CHANNELS, "dir": ("in", "out")}


def _other_fields() -> dict[str, tuple[str, ...]]:
    kinds: dict[str, list[str]] = {}
    for kind, struct in KINDS.items():
        for field in msgspec.structs.fields(struct):
            kinds.setdefault(field.name, []).append(kind)
    return {name: tuple(found) for name, found in kinds.items() if name not in _OWN and name != "data"}


_FIELDS = _other_fields()

ABOUT = {
    "tab": "A, B, …", "dir": "in or out", "kind": "frame, request, …", "channel": "socket, sse, fetch, …",
    "url": "in the address", "type": "of the decoded message", "size": "bytes: >1k, 1k..2kB",
    "after": "10:00:15, a date, -30s", "before": "10:00:15, a date, -5m", "since": "mark, a mark's text, A-write",
    "connection": "w1, r7, …", "status": "200, >=400", "method": "GET, POST, …", "seq": "100..200",
    "opcode": "text or binary", "layer": "json, sse, …", "protocol": "celsius, socketio, …",
    "value": "anywhere in what was decoded; value.a.b: at a path", "text": "in the payload",
}  # fmt: skip
"""What the fields that are asked for most are, in a few words."""
VALUES: dict[str, tuple[str, ...]] = {
    **_KNOWN, "opcode": ("text", "binary"), "since": ("mark",), "after": ("-30s", "-5m", "-1h"),
    "size": (">1k", ">100k", "<100"), "status": (">=400", "200", "404"),
}  # fmt: skip
"""Values that make sense in any capture."""


def fields() -> tuple[str, ...]:
    """The names of all fields."""
    return (*_OWN, "value", *_FIELDS)


# ── from words to terms ───────────────────────────────────────────────────────────────────────────────────────────────


def _at(token: Token) -> int:
    return token.start_pos or 0


def text_term(token: Token) -> Term:
    """The term of a word without a field: a word, a text in quotes or a regular expression."""
    if token.type == "REGEX":
        return terms.Text(_regex(token))
    if token.type == "STRING":
        return _literal(_unquoted(token))
    if token in ("AND", "OR"):
        raise FilterError(f"{token} needs a word on both sides.", _at(token))
    if token.endswith(":") and token[:-1] in (*_OWN, *_FIELDS):
        raise FilterError(f"{token} needs a value right behind it, such as {token}{_example(token[:-1])}.", _at(token))
    return terms.Text(Wild(str(token))) if "*" in token else _literal(str(token))


def _literal(text: str) -> Term:
    return terms.Text(Literal(text), fold(text))


def _example(name: str) -> str:
    return {
        "tab": "A",
        "size": ">1k",
        "after": "10:00:15",
        "before": "10:00:15",
        "since": "mark",
        "seq": "100..200",
    }.get(name, "x")


def _regex(token: Token) -> Regex:
    body, _, flags = str(token)[1:].rpartition("/")
    return Regex(body, _at(token) + 1, ignore_case=flags == "i")


def _unquoted(token: Token) -> str:
    text = str(token)[1:-1]
    return text.replace('\\"', '"').replace("\\\\", "\\")


def field_term(name_token: Token, value: Token, times: Times) -> Term:
    """The term of `name:value`; FilterError where there is no such field, or it takes no such value."""
    name = str(name_token)[:-1]
    lower = name.lower()
    if name.startswith("value.") or name == "value":
        path = [step for step in name.split(".")[1:] if step]
        return contents.Path(path, _pattern(value), number_range(str(value)))
    if lower in _COLUMNS:
        return _column(lower, value)
    if lower in _NUMBERS:
        return terms.Number(lower, _numbers(lower, value))
    if lower in ("after", "before", "since"):
        said = _unquoted(value) if value.type == "STRING" else str(value)
        return times.term(lower, said, value.type == "STRING", _at(value))
    if lower == "url":
        return terms.Address(_pattern(value))
    if lower == "text":
        return text_term(value)
    if lower == "type":
        return contents.Type(_pattern(value))
    if lower in ("layer", "layers", "protocol"):
        return contents.Layer(_pattern(value))
    if lower in _FIELDS:
        return terms.Field(lower, _FIELDS[lower], _pattern(value), number_range(str(value)))
    raise _unknown(name, name_token)


def _pattern(value: Token) -> Pattern:
    if value.type == "REGEX":
        return _regex(value)
    text = _unquoted(value) if value.type == "STRING" else str(value)
    return Literal(text) if value.type == "STRING" and "*" in text else Wild(text)


def _column(name: str, value: Token) -> Term:
    if value.type == "REGEX":
        return terms.Alike(name, _regex(value))
    text = _unquoted(value) if value.type == "STRING" else str(value)
    if name in _KNOWN:
        text = text.lower()
        _check_known(name, text, value)
    elif name == "tab":
        text = text.upper()
    return terms.Alike(name, Wild(text)) if "*" in text else terms.Same(name, text)


def _check_known(name: str, text: str, value: Token) -> None:
    known = _KNOWN[name]
    if "*" not in text and text not in known:
        close = difflib.get_close_matches(text, known, n=1)
        hint = f" Did you mean {close[0]}?" if close else f" There are {', '.join(known)}."
        raise FilterError(f"There is no {name} {text}.{hint}", _at(value))


def _numbers(name: str, value: Token) -> Range:
    text = {"text": "1", "binary": "2"}.get(str(value), str(value)) if name == "opcode" else str(value)
    numbers = number_range(text)
    if numbers is None:
        raise FilterError(f"{name}: takes a number or a range, such as >1k, 5 or 1k..2k, not {value}.", _at(value))
    return numbers


def _unknown(name: str, token: Token) -> FilterError:
    close = difflib.get_close_matches(name.lower(), (*_OWN, "value", *_FIELDS), n=1)
    hint = f"Did you mean {close[0]}:?" if close else f'To search for the text, put it in quotes: "{name}:…".'
    return FilterError(f"There is no field {name}. {hint}", _at(token))
