"""The records in a payload of JSON: the objects that stand for the rows of a list, what names them, and their order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Set
from typing import Any

from monitor.sites.text import letters
from monitor.sync.evidence import named

Record = dict[str, Any]
# Also orderNo and order_no, but not casino.
ID_KEY = re.compile(r"(?i:(id|key|uuid|guid|slug|ref|pk|sku)$)|^(no|nr)$|[a-z](No|Nr|Number|_no|_nr|_number)$")
_RECORDS = 2_000
_DEPTH = 8
_NAME = 4  # letters of a name that is told from other words
_SIZE = 1 << 20


def records_of(payload: str | bytes) -> list[Record]:
    """The objects in a payload of JSON, whatever stands before it: of each, its plain values, by their keys."""
    if not isinstance(payload, str) or len(payload) > _SIZE:
        return []
    starts = [at for at in (payload.find("{"), payload.find("[")) if at >= 0]
    try:
        value, _ = json.JSONDecoder().raw_decode(payload[min(starts) :]) if starts else (None, 0)
    except (ValueError, RecursionError):
        return []
    found: list[Record] = []
    _walk(value, found, 0)
    return found


def _walk(value: Any, found: list[Record], depth: int) -> None:
    if depth > _DEPTH or len(found) >= _RECORDS:
        return
    if isinstance(value, dict):
        found.append({key: one for key, one in value.items() if one is None or isinstance(one, (str, int, float))})
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(one, (dict, list)):
            _walk(one, found, depth + 1)


def called_beside(payload: str | bytes, text: str, figures: Set[str]) -> frozenset[str]:
    """What a payload calls the thing of which it says one of some numbers, where a text says both.

    `Team Otter` for `Team Otter 15 points`, by `{"name": "Team Otter", "score": 15}` among others.
    """
    about = (record.values() for record in records_of(payload) if any(str(one) in figures for one in record.values()))
    return frozenset(
        one for values in about for one in values if isinstance(one, str) and len(one) >= _NAME and one in text
    )


def naming(record: Mapping[str, Any]) -> set[str]:
    """The ids in an object."""
    return {str(value) for key, value in record.items() if _names(key, value)}


def _names(key: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    return bool(ID_KEY.search(key)) or (isinstance(value, str) and named(value))


def dropped(before: str | bytes, after: str | bytes, gone: str) -> bool:
    """Whether the record that says a text (its letters), as a whole or in one value, is in the next payload no more."""
    names = {name for name, texts in rows(before) if gone in texts}
    return bool(names) and names.isdisjoint(name for name, _ in rows(after))


def slid(before: str | bytes, after: str | bytes, gone: str, shown: set[str]) -> bool:
    """Whether a payload lists a stretch of something longer, and the next one a stretch further on.

    gone: the letters of what stood at one end of what is listed still. shown: the letters of what a page shows now, of
    which some came at the other end.
    """
    old, new = rows(before), rows(after)
    went = [n for n, (name, texts) in enumerate(old) if texts and name not in dict(new) and _any_in(texts, gone)]
    stayed = [n for n, (name, _) in enumerate(old) if name in dict(new)]
    here = [n for n, (name, _) in enumerate(new) if name in dict(old)]
    came = [n for n, (name, texts) in enumerate(new) if name not in dict(old) and not shown.isdisjoint(texts)]
    if not (went and stayed and came):
        return False
    on, back = went[-1] < stayed[0] and came[0] > here[-1], went[0] > stayed[-1] and came[-1] < here[0]
    return on or back


def rows(payload: str | bytes) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The records that have a name: it, and the letters of what else they say."""
    return [
        (frozenset(names), frozenset(part for value in record.values() if len(part := letters(str(value))) > 1))
        for record in records_of(payload)
        if (names := naming(record))
    ]


def _any_in(texts: frozenset[str], text: str) -> bool:
    return any(one in text for one in texts)
