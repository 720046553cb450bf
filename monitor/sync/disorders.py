"""What tabs show too much, or at another place than the others: now and formerly, as views with a sentence each.

Such a tab lacks nothing, and yet does not show what the others do: it counts as behind wherever one that lacks
something does. What a tab does while it is hidden nobody sees, so nobody is alarmed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.sync.arrangement import disorders
from monitor.sync.explain import meanwhile, names, seconds
from monitor.sync.items import Item, Misplaced
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import Disorder
from monitor.sync.state import State


def lasting(state: State, subject: Subject, labels: Iterable[str]) -> Iterator[Disorder]:
    """What the tabs of these labels show wrongly now."""
    return (_view(state, subject, one) for one in disorders(subject, labels, state.now))


def former(state: State, subject: Subject) -> Iterator[Disorder]:
    """What tabs showed wrongly for longer than a moment, and do no more, in the order in which it ended."""
    ordered = sorted(subject.misplaced.former, key=lambda one: (one.until or 0.0, one.since, one.tab, one.items))
    return (_view(state, subject, one) for one in ordered)


def _view(state: State, subject: Subject, one: Misplaced) -> Disorder:
    end, tab = state.now if one.until is None else one.until, state.tabs[one.tab]
    return Disorder(
        tab=one.tab, what=one.what, items=one.items, for_s=end - one.since, witness=one.witness,
        hidden=not tab.visible and one.until is None, hidden_s=tab.hidden_during(one.since, end),
        why=" ".join([_sentence(subject, one, end - one.since), *meanwhile(tab, one.since, end)]), ended=one.until,
        repeated=repeated(subject, one),
    )  # fmt: skip


def _sentence(subject: Subject, one: Misplaced, lasted: float) -> str:
    """`B has shown “Feed the cat” for 12.0 s after it was gone.`"""
    items = tuple(subject.items[item_id] for item_id in one.items if item_id in subject.items)
    what, shows = _names(subject, items), "has shown" if one.until is None else "showed"
    if repeated(subject, one):
        return f"{one.tab} {shows} {what} once too often for {seconds(lasted)}: it came to it again."
    if one.what == "extra":
        return (
            f"{one.tab} {shows} {what} for {seconds(lasted)} after {'it was' if len(items) == 1 else 'they were'} gone."
        )
    because = f": {one.how}" if one.how else ""
    return f"{one.tab} {shows} {what} at another place than {one.by} for {seconds(lasted)}{because}."


def repeated(subject: Subject, one: Misplaced) -> bool:
    """Whether all that a tab shows too much repeats what it shows beside it."""
    return bool(one.items) and all((item := subject.items.get(i)) is not None and item.repeats for i in one.items)


def _names(subject: Subject, items: tuple[Item, ...]) -> str:
    return names(subject, items) if items else "something"
