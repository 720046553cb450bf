"""The numbers in a text, in all the ways in which a payload may have them."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


def numbers(text: str) -> set[str]:
    """The numbers in a text, as it writes them and as a payload may: `€1,234.50` is 1234.5."""
    found = set(_NUMBERS.findall(text))
    return found | {_plain(number) for number in found}


def _plain(number: str) -> str:
    whole, point, rest = number.rpartition(".") if "." in number else number.rpartition(",")
    if point and (len(rest) != 3 or "." in number):
        rest = rest.rstrip("0")
        return re.sub(r"\D", "", whole) + (f".{rest}" if rest else "")
    return re.sub(r"\D", "", number)
