"""What stands where in a page's list, and what that says: items that are gone, out of order, or merely not mounted.

Only of pages whose items a profile names. The rules:

- A tab that lets go of an item while it still shows one before and one after it shows that the item is gone. At the
  ends of a list that says nothing: long lists keep only a part of themselves mounted. An answer that names all items
  and leaves one out that had come to rest shows it too. Who displays a gone item shows something *extra*.
- Two tabs that show the same items must show them in one order: that of the tab that was arranged last. A list that
  was loaded upside down is another view of the same, and not out of order: some like the newest at the top.
- Of a list that is mounted in part (its profile says so, or its head was seen to go while the rest stayed), a tab does
  not lack what lies above all that it shows.
- An item that grows is not stale on every token. Once it has grown no more for `REST_S`, a tab that shows less of it
  than another one is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise

from monitor.sync.items import GRACE_S, Item, Misplaced, Replica, Wait
from monitor.sync.page import Entry
from monitor.sync.replicas import Subject

_FEW = 2  # of so many items, one that moved looks like all of them upside down
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
        replica.arranged, replica.arranged_seq = time, seq
    replica.sequence = after
    unmount(subject, replica, time)
    if after != before:
        compare(subject, time)


def compare(subject: Subject, time: float) -> None:
    """A tab came, went or was arranged anew: whose items stand elsewhere than where they should?"""
    replicas = [replica for replica in subject.active() if replica.sequence]
    newest = max(replicas, key=lambda replica: replica.arranged, default=None)
    for replica in replicas:
        elsewhere = moved(replica.sequence, newest.sequence) if newest is not None and replica is not newest else ()
        if newest is None or not elsewhere or _upside_down(replica, newest):
            subject.misplaced.end(replica.tab, time)
        else:
            witness = (newest.arranged_seq,)
            found = Misplaced(replica.tab, "reordered", elsewhere, time, by=newest.tab, witness=witness)
            subject.misplaced.put(found)


def _upside_down(one: Replica, other: Replica) -> bool:
    """Whether two tabs show the same the other way round, and one of them has done so since it was loaded."""
    there, here = set(other.sequence), set(one.sequence)
    shared = [item_id for item_id in one.sequence if item_id in there]
    return len(shared) > _FEW and shared == [item_id for item_id in reversed(other.sequence) if item_id in here]


def unmount(subject: Subject, replica: Replica, time: float) -> None:
    """What lies above all that a tab shows of a list that is mounted in part, it does not lack."""
    if subject.windowed and replica.sequence:
        for wait in [wait for wait in subject.open_waits(replica.tab) if _above(subject, wait, replica.sequence)]:
            subject.waits.unmounted(wait, time)


def remove(item: Item, time: float, seq: int) -> None:
    """An item is known to be gone."""
    if item.removed is None:
        item.removed, item.removed_seq = time, seq


def disorders(subject: Subject, labels: Iterable[str], now: float) -> Iterator[Misplaced]:
    """What the tabs of these labels show that they should not, or not there, for longer than a moment."""
    for label in labels:
        replica = subject.replicas.get(label)
        if replica is None or not replica.active:
            continue
        gone = [subject.items[i] for i in replica.shown if i in subject.items and subject.items[i].removed is not None]
        extra = [item for item in gone if now - (item.removed or now) > GRACE_S and not item.hidden]
        for some in ([one for one in extra if not one.repeats], [one for one in extra if one.repeats]):
            if not some:
                continue
            first = min(some, key=lambda item: item.removed or now)
            items, since = tuple(item.id for item in some), first.removed or now
            yield Misplaced(label, "extra", items, since, witness=(first.removed_seq,))
        if (found := subject.misplaced.now.get(label)) is not None and now - found.since > GRACE_S:
            yield found


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


def moved(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The fewest items that stand elsewhere in one list than in the other, of those that both have."""
    place = {item_id: number for number, item_id in enumerate(other)}
    shared = [item_id for item_id in one if item_id in place]
    if all(place[a] < place[b] for a, b in pairwise(shared)):
        return ()
    ends: list[int] = []  # of the runs in order of each length, the one that ends earliest: where its last stands there
    last: list[int] = []  # which one that is
    before: list[int] = []  # what stands before each in its run
    for number, item_id in enumerate(shared):
        length = bisect_left(ends, place[item_id])
        ends[length : length + 1], last[length : length + 1] = [place[item_id]], [number]
        before.append(last[length - 1] if length else -1)
    at, kept = last[-1], set[str]()
    while at >= 0:
        kept.add(shared[at])
        at = before[at]
    return tuple(item_id for item_id in shared if item_id not in kept)
