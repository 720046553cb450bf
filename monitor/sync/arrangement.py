"""What stands where in a page's list, and what that says: items that are gone, out of order, or merely not mounted.

Only of pages whose items a profile names. The rules:

- A tab that lets go of an item while it still shows one before and one after it shows that the item is gone. At the
  ends of a list that says nothing: long lists keep only a part of themselves mounted. An answer that names all items
  and leaves one out that had come to rest shows it too. Who displays a gone item shows something *extra*.
- Two tabs that show the same items must show them in one order: that of the tab that was arranged last.
- Of a list that is mounted in part (its profile says so, or its head was seen to go while the rest stayed), a tab does
  not lack what lies above all that it shows.
- An item that grows is not stale on every token. Once it has grown no more for `REST_S`, a tab that shows less of it
  than another one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from monitor.sync.page import Entry
from monitor.sync.replicas import Item, Replica, Subject, Wait
from monitor.sync.snapshot import Disorder

REST_S = 2.0  # an item that did not grow for this long has come to rest


def arrange(
    subject: Subject, replica: Replica, entries: Iterable[Entry], time: float, seq: int, *, virtual: bool
) -> None:
    """A tab's page changed: remember how its items stand, and what their going says."""
    shown = {entry.block.id for entry in entries if entry.block.id}
    ids = (entry.block.id or "" for entry in entries)
    after = tuple(dict.fromkeys(i for i in ids if i in replica.shown and i in shown))
    before = replica.sequence
    kept, there = set(after), set(before)
    stays = [item_id for item_id in before if item_id in kept]
    subject.windowed = subject.windowed or virtual
    if stays and before[0] not in kept:
        subject.windowed = True
    for item_id in _holes(before, kept):
        if (item := subject.items.get(item_id)) is not None:
            remove(item, time, seq)
    if not replica.arranged or stays != [item_id for item_id in after if item_id in there]:
        replica.arranged = time
    replica.sequence = after
    unmount(subject, replica, time)


def unmount(subject: Subject, replica: Replica, time: float) -> None:
    """What lies above all that a tab shows of a list that is mounted in part, it does not lack."""
    if subject.windowed and replica.sequence:
        for wait in [wait for wait in subject.open_waits(replica.tab) if _above(subject, wait, replica.sequence)]:
            subject.unmounted(wait, time)


def remove(item: Item, time: float, seq: int) -> None:
    """An item is known to be gone."""
    if item.removed is None:
        item.removed, item.removed_seq = time, seq


def disorders(subject: Subject, labels: Iterable[str], now: float, grace: float) -> Iterator[Disorder]:
    """What the tabs of these labels show that they should not, or not there."""
    replicas = [replica for label in labels if (replica := subject.replicas.get(label)) is not None and replica.active]
    newest = max((replica for replica in replicas if replica.sequence), key=lambda r: r.arranged, default=None)
    for replica in replicas:
        gone = [subject.items[i] for i in replica.shown if i in subject.items and subject.items[i].removed is not None]
        extra = [item for item in gone if now - (item.removed or now) > grace and not item.hidden]
        if extra:
            first = min(extra, key=lambda item: item.removed or now)
            yield Disorder(tab=replica.tab, what="extra", items=tuple(item.id for item in extra),
                           for_s=now - (first.removed or now), witness=(first.removed_seq,))  # fmt: skip
        if newest is None or replica is newest or now - newest.arranged <= grace:
            continue
        moved = _moved(replica.sequence, newest.sequence)
        if moved:
            yield Disorder(tab=replica.tab, what="reordered", items=moved, for_s=now - newest.arranged)


def broken_off(subject: Subject, tab: str, now: float) -> Iterator[Wait]:
    """Items at rest, of which this tab shows less than another tab does: an answer that stopped growing here."""
    replica = subject.replicas[tab]
    for item_id, showing in replica.shown.items():
        item = subject.items.get(item_id)
        if item is None or item.grown <= item.at or now - item.grown <= REST_S or item.removed is not None:
            continue
        most = max(subject.active(), key=lambda other: _length(other, item_id))
        longest = most.shown.get(item_id)
        if longest is None or longest.version != showing.version or longest.length <= showing.length:
            continue
        begins = longest.letters.startswith(showing.letters) and now - longest.at > REST_S
        if (begins and showing.letters != longest.letters) or (begins and longest.length > showing.length):
            yield Wait(tab, item.id, item.version, item.grown)


def _length(replica: Replica, item_id: str) -> int:
    showing = replica.shown.get(item_id)
    return showing.length if showing is not None else -1


def _holes(before: tuple[str, ...], kept: set[str]) -> list[str]:
    """The items that went from between two that stay."""
    stays = [number for number, item_id in enumerate(before) if item_id in kept]
    return [i for n, i in enumerate(before) if i not in kept and stays and stays[0] < n < stays[-1]]


def _above(subject: Subject, wait: Wait, shown: tuple[str, ...]) -> bool:
    """Whether what a tab lacks lies above all that it shows: an ancestor of the first, or older than all."""
    item = subject.items[wait.item]
    above, at = subject.items.get(shown[0]), 0
    while above is not None and above.parent is not None and at < 10_000:
        if above.parent == item.id:
            return True
        above, at = subject.items.get(above.parent), at + 1
    return item.at < min(subject.items[i].at for i in shown if i in subject.items)


def _moved(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The fewest items that stand elsewhere in one list than in the other, of those that both have."""
    place = {item_id: number for number, item_id in enumerate(other)}
    shared = [item_id for item_id in one if item_id in place]
    if all(place[a] < place[b] for a, b in pairwise(shared)):
        return ()
    best: list[tuple[int, int]] = []  # length of the longest run in order that ends here, and where it came from
    for number, item_id in enumerate(shared):
        options = [(best[n][0], n) for n in range(number) if place[shared[n]] < place[item_id]]
        best.append((max(options)[0] + 1, max(options)[1]) if options else (1, -1))
    at, kept = max(range(len(best)), key=lambda n: best[n][0]), set()
    while at >= 0:
        kept.add(shared[at])
        at = best[at][1]
    return tuple(item_id for item_id in shared if item_id not in kept)
