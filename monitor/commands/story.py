"""What happened, in sentences: who wrote, who fell behind, what healed it. For lines where there is no screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.tui.words import clock, wait

if TYPE_CHECKING:
    from monitor.sync.channel_views import PushView
    from monitor.sync.snapshot import SeenView, Snapshot, SubjectView, WriteView

SETTLED_S = 3.0  # what a push did is told when it had this long to do it
QUIET_S = 1.0  # a wait shorter than this is not told as staleness
VERBS = {"made": "wrote", "changed": "changed", "removed": "removed"}
_EXCERPT = 48


class Storyteller:
    """Tells what is new in each snapshot since the one before."""

    def __init__(self) -> None:
        self._told: set[tuple[object, ...]] = set()

    def tell(self, found: Snapshot) -> Iterator[str]:
        """The sentences that this snapshot adds."""
        return (text for _, text in self.told(found))

    def told(self, found: Snapshot) -> Iterator[tuple[float, str]]:
        """The same, each with the time of what it tells of; of pushes, which are judged late, with the time of that."""
        for subject in found.subjects:
            for write in subject.writes:
                yield from self._of_write(subject, write)
            for stale in subject.stale_now:
                if stale.for_s >= QUIET_S and self._new("stale", stale.tab, subject.subject, stale.missing[0]):
                    how = "received them, does not show them" if stale.received else "received nothing of them"
                    items = f"{len(stale.missing)} item" + "s" * (len(stale.missing) > 1)
                    for_s = wait(stale.for_s)
                    yield found.now, f"{clock(found.now)} {stale.tab}  ⚠ is stale for {for_s}: it lacks {items} ({how})"
            for one in (*subject.past_disorders, *subject.disorders):
                if one.for_s - one.hidden_s >= QUIET_S and self._new(one.what, one.tab, subject.subject, *one.items):
                    at = found.now if one.ended is None else one.ended
                    yield at, f"{clock(at)} {one.tab}  ⚠ {one.why}"
        for push in found.pushes:
            if found.now - push.at >= SETTLED_S and self._new("push", push.seq):
                yield found.now, f"{clock(found.now)} ◆  {pushed(push)}, {wait(found.now - push.at)} ago"

    def _of_write(self, subject: SubjectView, write: WriteView) -> Iterator[tuple[float, str]]:
        key = (subject.subject, write.tab, write.seq)
        if self._new("write", *key):
            carried = f"  {write.request}" if write.request else ""
            yield (
                write.at,
                f"{clock(write.at)} {write.tab}  ▲ {VERBS[write.what]} “{shorten(write.excerpt, _EXCERPT)}”{carried}",
            )
        for seen in write.seen:
            if seen.after_s is not None and self._new("seen", *key, seen.tab):
                at = write.at + seen.after_s
                yield at, f"{clock(at)} {seen.tab}  ✓ shows it after {wait(seen.after_s)}, by {by(seen)}"

    def _new(self, *what: object) -> bool:
        if what in self._told:
            return False
        self._told.add(what)
        return True


def pushed(push: PushView) -> str:
    """What became of a push: `push OpenChat to https://claude.ai · completed after 21 ms · reached A · healed none`."""
    last = max(push.stages.values(), default=0.0)
    after = f" after {wait(last)}" if len(push.stages) > 1 else ""
    parts = [f"push {push.type or 'message'} to {push.origin}", f"{push.why or push.status}{after}"]
    if push.notification:
        parts.append(f"notification “{shorten(push.notification, _EXCERPT)}”")
    if not push.tabs:
        return " · ".join([*parts, "no tab of it was open"])
    reached = " ".join(push.reached)
    parts.append(f"passed on to {reached}" if reached else "passed on to no tab")
    healed = " ".join(push.healed)
    return " · ".join([*parts, f"{healed} caught up by it" if healed else "no tab caught up by it"])


def by(seen: SeenView) -> str:
    """What brought a write to a tab, and what gave the word."""
    return (seen.via or "unknown") + (f" prompted by {seen.prompted_by}" if seen.prompted_by else "")


def shorten(text: str, width: int) -> str:
    """A text cut at its end."""
    return text if len(text) <= width else text[: width - 1] + "…"


def multi_tab_table(found: Snapshot, titles: dict[str, str]) -> Iterator[str]:
    """The multi-tab test's result, one row a subject: platform, test, result, wait time, healed by. In Markdown.

    titles: the platform's name by site.
    """
    head = ("Platform", "Test", "Result", "Wait time", "Healed by")
    rows = [row for subject in reversed(found.subjects) if (row := _row(subject, titles)) is not None]
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    for row in (head, tuple("-" * width for width in widths), *rows):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def _row(subject: SubjectView, titles: dict[str, str]) -> tuple[str, ...] | None:
    fates = [(write, seen) for write in subject.writes for seen in write.seen]
    if not fates:
        return None
    write, seen = max(fates, key=lambda fate: _waited(*fate))
    waited = _waited(write, seen)
    if waited >= QUIET_S:
        stale = f"Tab {seen.tab} shows stale state"
    else:
        stale = f"Tab {seen.tab} keeps up" if seen.after_s is not None else f"Tab {seen.tab} did not show it yet"
    healed = by(seen) if seen.after_s is not None else "nothing, so far"
    more = "" if seen.after_s is not None else "+"
    platform = titles.get(subject.site) or subject.site or subject.subject
    return platform, f"Send message in tab {write.tab}", stale, f"{waited:.1f} s{more}", healed


def _waited(write: WriteView, seen: SeenView) -> float:
    return seen.after_s if seen.after_s is not None else write.waiting_s
