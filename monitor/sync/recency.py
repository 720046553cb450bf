"""Who shows a list with an old order: an entry that had news stands higher in one tab than in another.

Lists beside pages put what had news at their top. The rules:

- An entry has news when something is written in what it stands for, or when traffic dates its last change later.
- News counts for a list that was loaded before it.
- An entry that stands below another one here, and above it there, and had later news than that, is late here.
- That is so only where all that had no news stands in one order in both: else one of them is sorted another way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def late(here: Sequence[str], there: Sequence[str], news: Callable[[str], float], since: float) -> list[str]:
    """The entries that stand lower here than they should. news: when an entry had news. since: loaded here."""
    place = {entry: number for number, entry in enumerate(there)}
    shared = [entry for entry in here if entry in place]
    when = {entry: told for entry in shared if (told := news(entry)) > since}
    quiet = [place[entry] for entry in shared if entry not in when]
    if quiet != sorted(quiet):
        return []
    found = []
    for number, entry in enumerate(shared):
        if entry in when and any(_passed(other, entry, place, when) for other in shared[:number]):
            found.append(entry)
    return found


def _passed(other: str, entry: str, place: dict[str, int], when: dict[str, float]) -> bool:
    """Whether an entry stands above another one there, by its later news."""
    return place[other] > place[entry] and when.get(other, 0.0) < when[entry]
