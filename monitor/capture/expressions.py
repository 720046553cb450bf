"""A user's regular expression in SQL: which rows may match, without making an event of each.

A row that it says nothing of cannot match; of the others, `Query.matches` decides, and says so where one took too long.
"""

from __future__ import annotations

import json
from functools import lru_cache
from weakref import WeakSet

from monitor.capture.patterns import Regex
from monitor.capture.rows import words_in
from monitor.errors import FilterError

_SLOW: WeakSet[Regex] = WeakSet()
CALL = "syncmon_expression(?, ?, events.payload, events.data)"


def expression(source: str, ignore_case: int, content: str | bytes | None, data: str | None) -> int:
    """Whether a payload, or a word of a `data` column, may hold a match; 1 also where that cannot be told in time."""
    pattern = _compiled(source, bool(ignore_case))
    if pattern in _SLOW:
        return 1
    try:
        if content is not None and pattern.within(
            content if isinstance(content, str) else content.decode("utf-8", "replace")
        ):
            return 1
        return 0 if data is None else _in_words(pattern, data)
    except FilterError:
        _SLOW.add(pattern)  # once is enough: no row after it is tried
        return 1


@lru_cache(maxsize=4096)
def _in_words(pattern: Regex, data: str) -> int:
    """The same for the other fields; many events have the very same."""
    return int(any(map(pattern.within, words_in(json.loads(data)))))


@lru_cache(maxsize=16)
def _compiled(source: str, ignore_case: bool) -> Regex:
    return Regex(source, ignore_case=ignore_case)
