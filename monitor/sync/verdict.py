"""How a subject's tabs sync, in one word, from how its writes fared in the other tabs."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.sync.snapshot import SeenView, Verdict

NO_SYNC_S = 5.0  # a tab that went without for this long, in view, is not being synced
_LIVE = {"socket", "sse", "fetch-stream", "storage", "broadcast", "worker", "refetch"}


def way_of(seen: SeenView, waited_s: float) -> Verdict | None:
    """The way in which one tab got (or did not get) one write; None where it is too early to say."""
    if seen.censored:
        return "no-sync" if waited_s - seen.hidden_s >= NO_SYNC_S else None
    if seen.via == "push" or seen.prompted_by == "push":
        return "push-sync"
    if seen.via == "poll":
        return "poll-sync"
    if "reload" in (seen.via, seen.prompted_by):
        return "refresh-to-sync"
    return "live-sync" if seen.via in _LIVE else "unknown"


def verdict(ways: Iterable[Verdict | None]) -> Verdict:
    """The verdict of a subject. Never healed but by reload, or not yet: refresh-to-sync. Several ways: mixed."""
    found = {way for way in ways if way is not None}
    if "refresh-to-sync" in found:
        found.discard("no-sync")
    if len(found) > 1:
        found.discard("unknown")
    if not found:
        return "unknown"
    return found.pop() if len(found) == 1 else "mixed"
