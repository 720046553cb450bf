"""Who shows a list with an old order: an entry that had news stands higher in one tab than in another.

Lists beside pages put what had news at their top. The rules:

- An entry has news when something is written in what it stands for, or when traffic dates its last change later.
- News counts for a list that was loaded before it.
- An entry that stands below another one here, and above it there, and had later news than that, is late here.
- That is so only where all that had no news stands in one order in both: else one of them is sorted another way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from monitor.sync.entries import Stated, View
from monitor.sync.items import Misplaced
from monitor.sync.replicas import Subject
from monitor.sync.writes import Write, Writes

_WRITES = 500  # among which what was written in an entry's subject is looked for


def order(
    subject: Subject, views: Mapping[str, View], stated: Mapping[str, Stated], written: Mapping[str, Write], time: float
) -> None:
    """Tell the subject which tabs show its list in an older order than another one.

    written: the newest write in what an entry stands for.
    """

    def news(entry: str) -> float:
        said, item, write = stated.get(entry), subject.items.get(entry), written.get(entry)
        dated = said.moved if said is not None and item is not None and said.moved > item.at else 0.0
        return max(dated, (write.at or 0.0) if write is not None else 0.0)

    for label, view in views.items():
        began, here = subject.replicas[label].began, list(view.shown)
        found = {other: late(here, list(views[other].shown), news, began) for other in views if other != label}
        by = max(found, key=lambda other: len(found[other]), default="")
        items = tuple(entry for entry in found.get(by, ()) if entry in subject.items)
        if not items:
            subject.misplaced.end(label, time)
            continue
        writes = [write for entry in items if (write := written.get(entry)) is not None]
        how = f"{writes[0].tab} wrote in {'it' if len(items) == 1 else 'them'} ({writes[0].request})" if writes else ""
        witness = tuple(write.seq for write in writes)
        subject.misplaced.put(Misplaced(label, "reordered", items, time, by=by, witness=witness, how=how))


def written_in(writes: Writes, site: str) -> dict[str, Write]:
    """The newest write in what each entry of a site's lists stands for."""
    newest = writes.all[-_WRITES:]
    done = [write for write in newest if write.at is not None and not write.failed and write.version is None]
    return {write.subject[1]: write for write in done if write.subject is not None and write.subject[0] == site}


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
