"""How a subject's tabs sync, in one word, from how its writes fared in the other tabs; and how often that failed.

A site that syncs live and loses a message now and then is no mixture: it syncs live, with losses. So the way that at
least nine of ten waits went is the verdict, and those that never ended, or only with a reload, are counted beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from monitor.sync.snapshot import SeenView, Verdict

NO_SYNC_S = 5.0  # a tab that went without for this long, in view, is not being synced
MOSTLY = 0.9  # of the waits
_LIVE = {"socket", "sse", "fetch-stream", "storage", "broadcast", "worker"}
_LOST: tuple[Verdict, ...] = ("no-sync", "refresh-to-sync")


def way_of(seen: SeenView, waited_s: float) -> Verdict | None:
    """The way in which one tab got (or did not get) one write; None where it is too early to say.

    Of a page that asked again, and that nothing was seen to prompt, nobody knows why it did.
    """
    if seen.censored:
        return "no-sync" if waited_s - seen.hidden_s >= NO_SYNC_S else None
    if seen.via == "push" or seen.prompted_by == "push":
        return "push-sync"
    if seen.via == "poll":
        return "poll-sync"
    if "reload" in (seen.via, seen.prompted_by):
        return "refresh-to-sync"
    return "live-sync" if seen.via in _LIVE or seen.prompted_by in _LIVE else "unknown"


def verdict(ways: Iterable[Verdict | None]) -> tuple[Verdict, int]:
    """The verdict of a subject, and the losses beside it. Never healed but by reload, or not yet: refresh-to-sync.

    Several ways, none of which is that of nearly all waits: mixed, which says itself that some were lost.
    """
    found = Counter(way for way in ways if way is not None)
    known: Counter[Verdict] = Counter({way: count for way, count in found.items() if way != "unknown"})
    if not known:
        return "unknown", 0
    lost = sum(known[way] for way in _LOST)
    if known["refresh-to-sync"]:
        known["refresh-to-sync"] = lost
        del known["no-sync"]
    [(way, count), *others] = known.most_common()
    if not others:
        return way, 0
    if count >= MOSTLY * known.total():
        return way, 0 if way in _LOST else lost
    return "mixed", 0
