"""From a message's arrival in a tab to the page's showing what it brought, channel by channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from monitor.sites.address import place_of
from monitor.sync.channel_views import DisplayView
from monitor.sync.estimates import quantile
from monitor.sync.items import Receipt, Replica
from monitor.sync.replicas import Subject
from monitor.sync.state import State

AHEAD_S = 0.3  # what is shown this much before it came was shown by it: clocks of page and network differ a little
_ITEMS = 200
_EVENTS = 3


def displays(state: State) -> tuple[DisplayView, ...]:
    """How long what came was in a tab before it was shown: of what became known in the life of the tab's document."""
    found: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for subject in state.subjects.values():
        site = subject.site or place_of(subject.key)
        for channel, took, seq in _of(subject):
            found[site, channel].append((took, seq))
    return tuple(_view(site, channel, some) for (site, channel), some in sorted(found.items()))


def _of(subject: Subject) -> Iterator[tuple[str, float, int]]:
    """Channel, seconds and event of each item that a tab was sent and then showed."""
    items = list(islice(reversed(subject.items.values()), _ITEMS))
    for replica in subject.replicas.values():
        for item in items:
            if item.accepted and not item.hidden and item.at >= replica.began:
                yield from _shown(subject, replica, item.id)


def _shown(subject: Subject, replica: Replica, item_id: str) -> Iterable[tuple[str, float, int]]:
    receipt, sight = replica.received.get(item_id), subject.first_sight(replica.tab, item_id)
    wait = subject.waits.newest.get((replica.tab, item_id))
    receipt = receipt or (wait.receipt if wait is not None else None) or _brought(subject, replica.tab, item_id)
    if receipt is None or sight is None or receipt.at < replica.began or (wait is not None and wait.carried):
        return
    if sight.at >= receipt.at - AHEAD_S:
        yield receipt.channel, max(0.0, sight.at - receipt.at), receipt.seq


def _brought(subject: Subject, tab: str, item_id: str) -> Receipt | None:
    """What brought an item to the tab that showed it first."""
    return subject.brought.get(item_id) if subject.items[item_id].tab == tab else None


def _view(site: str, channel: str, some: list[tuple[float, int]]) -> DisplayView:
    rising = sorted(some)
    times = [took for took, _ in rising]
    events = (rising[(len(rising) - 1) // 2][1], rising[-1][1])
    return DisplayView(
        site=site, channel=channel, count=len(times), median_s=quantile(times, 0.5), p95_s=quantile(times, 0.95),
        events=tuple(dict.fromkeys(events))[:_EVENTS],
    )  # fmt: skip
