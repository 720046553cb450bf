"""Trees of which a page shows one branch: what it was sent of another one, it does not lack.

Whether a page shows one branch only is told by what it shows: a path, each item the one child of another. A list of
answers to one item is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.sync.items import Item, Replica, Wait
from monitor.sync.replicas import Subject

_LINKS = 2  # so many steps from parent to child make a path
_DEEP = 10_000


def elsewhere(subject: Subject, replica: Replica) -> Iterator[Wait]:
    """The open waits of a tab for items that it was sent, and that stand on another branch than the one it shows."""
    waits = [wait for wait in subject.open_waits(replica.tab) if wait.receipt is not None]
    path = _path(subject, replica) if waits else None
    if path is not None:
        yield from (wait for wait in waits if _beside(subject, replica, subject.items[wait.item], path))


def _path(subject: Subject, replica: Replica) -> set[str] | None:
    """The parents of what a tab shows, where that is a path; None where it is not."""
    shown = [item for item_id in replica.shown if (item := subject.items.get(item_id)) is not None and item.parent]
    parents = {item.parent for item in shown if item.parent}
    links = sum(parent in replica.shown for parent in parents)
    return parents if len(parents) == len(shown) and links >= _LINKS else None


def _beside(subject: Subject, replica: Replica, item: Item, path: set[str]) -> bool:
    """Whether an item, or what it follows, has the same parent as something that is shown."""
    above: Item | None = item
    for _ in range(_DEEP):
        if above is None or above.id in replica.shown or above.parent is None:
            return False
        if above.parent in path:
            return True
        above = subject.items.get(above.parent)
    return False
