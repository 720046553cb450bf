"""Text that is no JSON: which word of a message tells its type, as in `MSG room 5`, `42|join|bob`, `<ack id='7'/>`.

A word counts as a name where few of them come again and again. What people write begins with words too, so plain
words that are parted by spaces must come far more often than those that look like commands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from monitor.formats.looks import kind_of_key

ENOUGH = 6
MAX_COMMANDS = 40
_LOOKED = 400  # characters of a message
_PLACES = 3
_SEPARATORS = (" ", "|", ",", ";", ":", "/", "\t", "&", "~", "^", "\x1f", "\0")
_BLANK = " \t\r\n"
_SPACE = re.compile(r"[ \t\r\n]+")
_OPENS = "[({<\"':"
_CLOSES = "])}>\"',;:/"
_NAME = re.compile(r"[A-Za-z_/!$#@.+-][\w./:+=#$@!-]{0,47}|\d{1,4}")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_.-]*")
_ORDINALS = ("first", "second", "third")


class Command(msgspec.Struct, frozen=True):
    """The word that tells the type: which one, and what parts the words."""

    separator: str
    place: int

    def type_of(self, value: Any) -> str | None:
        """The type of a message, None where it has none there."""
        if type(value) is not str:
            return None
        head = value[:_LOOKED].strip(_BLANK)
        parts = _SPACE.split(head) if self.separator == " " else head.split(self.separator)
        if len(parts) <= self.place:
            return None
        word = _SPACE.split(parts[self.place].strip(_BLANK), 1)[0].lstrip(_OPENS).rstrip(_CLOSES)
        known = _NAME.fullmatch(word) and (word.isdigit() or kind_of_key(word) in (None, "hex"))
        return word if known else None

    @property
    def words(self) -> str:
        """How it is told: `the first word`, `the second part, by "|"`."""
        if self.separator == " ":
            return f"the {_ORDINALS[self.place]} word"
        sign = self.separator if self.separator.isprintable() else f"\\x{ord(self.separator):02x}"
        return f'the {_ORDINALS[self.place]} part, by "{sign}"'


def infer_command(values: Sequence[Any]) -> Command | None:
    """The word that tells the type of these texts, None where none does."""
    texts = [value for value in values if type(value) is str]
    if len(texts) < ENOUGH or len(texts) < len(values):
        return None
    rules = [Command(separator, place) for place in range(_PLACES) for separator in _SEPARATORS]
    scored = [(score, -number) for number, rule in enumerate(rules) if (score := _score(rule, texts)) > 0]
    return rules[-max(scored)[1]] if scored else None


def _score(rule: Command, texts: Sequence[str]) -> float:
    """How well a rule tells the type of texts; 0 where it does not. The more of them it names, the better."""
    names = Counter(name for text in texts if (name := rule.type_of(text)) is not None)
    have, different = names.total(), len(names)
    if have < 0.8 * len(texts) or not 2 <= different <= MAX_COMMANDS:
        return 0.0
    most = have / 2 if _like_commands(rule, names, texts) else have / 5
    if different > most:
        return 0.0
    return have / len(texts) - 0.2 * rule.place - 0.5 * different / have


def _like_commands(rule: Command, names: Counter[str], texts: Sequence[str]) -> bool:
    """Whether the words look like names of a protocol, and not like what people write."""
    if all(_CAPITALS.fullmatch(name) for name in names) or all(name[0] in "/!" for name in names):
        return True
    if rule.separator != " ":
        return sum(rule.separator in text[:_LOOKED] for text in texts) >= 0.6 * len(texts)
    return all(text.lstrip()[:1] in "[({<:" for text in texts)
