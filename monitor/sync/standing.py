"""How the texts of a page stand to each other, before and after, here and there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")

_NEAR = 30


@dataclass(slots=True)
class Standing:
    """How the texts of one tab's document stand. before: how they stood until some of them went, lately.

    here: the same as a set. turns: of the page and of the meaning of its texts, when they were looked at.
    """

    began: float
    items: tuple[str, ...] = ()
    here: set[str] = field(default_factory=set, init=False)
    turns: tuple[int, int] = (-1, -1)
    shapes: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    went: float = 0.0
    came: dict[str, tuple[float, str]] = field(default_factory=dict)  # when, and at which end of those like it

    def __post_init__(self) -> None:
        self.stand(self.items)

    def stand(self, items: tuple[str, ...]) -> None:
        """The texts stand so from now on."""
        self.items, self.here = items, set(items)

    def places(self, some: set[str]) -> dict[str, int]:
        """Where some texts stand; those near an end, where texts come, are found at once."""
        wanted, last = len(some & self.here), len(self.items) - 1
        found: dict[str, int] = {}
        for number in range(last // 2 + 1):
            if len(found) == wanted:
                break
            for at in (number, last - number):
                if self.items[at] in some:
                    found[self.items[at]] = at
        return found

    def end(self, item_id: str, fresh: set[str]) -> str:
        """At which end of the texts like it, that were there before, one stands that came: `above`, `below` or none."""
        at, shape = place(self.items, item_id), self.shapes.get(item_id)
        known = [self._knows(part, shape, fresh) for part in (range(at - 1, -1, -1), range(at + 1, len(self.items)))]
        return {(True, False): "below", (False, True): "above"}.get((known[0], known[1]), "")

    def _knows(self, part: range, shape: str | None, fresh: set[str]) -> bool:
        return any(self.shapes.get(self.items[n]) == shape and self.items[n] not in fresh for n in part)

    def forget(self, but: set[str]) -> None:
        """Let go of what is known of texts that went."""
        self.shapes = {item_id: shape for item_id, shape in self.shapes.items() if item_id in but}
        self.came = {item_id: came for item_id, came in self.came.items() if item_id in but}


def place(order: Sequence[T], one: T) -> int:
    """Where one stands; near the end, where most come, it is found at once. Raises ValueError where it does not."""
    last = len(order) - 1
    for at in range(last, max(last - _NEAR, -1), -1):
        if order[at] == one:
            return at
    return order.index(one)


def turned(before: tuple[str, ...], after: tuple[str, ...]) -> frozenset[str]:
    """The texts that stand on another side of some other text than before."""
    stood = {item_id: number for number, item_id in enumerate(before)}
    shared = [item_id for item_id in after if item_id in stood]
    places = [stood[item_id] for item_id in shared]
    highest, found = -1, set[str]()
    for item_id, at in zip(shared, places, strict=True):
        if at < highest:
            found.add(item_id)
        highest = max(highest, at)
    lowest = len(before)
    for item_id, at in zip(reversed(shared), reversed(places), strict=True):
        if at > lowest:
            found.add(item_id)
        lowest = min(lowest, at)
    return frozenset(found)


def between(items: tuple[str, ...], some: frozenset[str]) -> tuple[str, ...]:
    """The texts from the first to the last of some."""
    places = [number for number, item_id in enumerate(items) if item_id in some]
    return items[places[0] : places[-1] + 1] if places else ()


def agree(items: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether the texts that both have, two or more, stand in one order."""
    known = {item_id: number for number, item_id in enumerate(others)}
    shared = [known[item_id] for item_id in items if item_id in known]
    return len(shared) > 1 and all(a < b for a, b in pairwise(shared))


def apart(here: Mapping[str, int], there: Mapping[str, int], x: str, y: str) -> bool:
    """Whether two texts that both have stand in two orders."""
    return all(i in where for where in (here, there) for i in (x, y)) and (here[x] < here[y]) != (there[x] < there[y])


def earlier(one: Standing, x: str, y: str) -> tuple[str, ...]:
    """What was there when the first of two texts came."""
    first = min(one.came[x][0], one.came[y][0])
    return tuple(item_id for item_id in one.items if item_id not in one.came or one.came[item_id][0] < first)


def in_turn(one: Standing, right: tuple[str, str]) -> bool:
    """Whether two texts that came to one end of a tab's list stand in the order of their coming.

    right: how they should stand. A page that is read when both have come tells no order: it must stand so.
    """
    x, y = right
    (first, end), (second, _) = one.came[x], one.came[y]
    ahead = one.items.index(x) < one.items.index(y)
    return ahead if first == second else ahead == ((first < second) == (end == "below"))
