"""Where an item stands in one tab's page, seen from another tab that does not show it: is its place in sight there?

Nobody says what a tab's user looks at: a page of a list, a window on it, a folder, a search. What another tab shows
around the item tells of it. Of the texts there, each is *shown* by the tab in question, or *out* of what it shows
though it is no news, or still on its way, which tells nothing, or so *young* that it may yet be either. The rules:

- Nothing of the item's kind (rows of one list) is out: the two tabs look at the same, and the item is due.
- What stands next to the item is out: so is its place.
- All that is known in the smallest part of the page around the item is folded away: so is its place.
- What is shown is one stretch, and what is out lies at its ends: a part of the list. Its place is due within the
  stretch, and at an end beyond which nothing is out, if the stretch is long enough to be more than chance.
- Else the tab may look at the list in a way in which the item has no place: it cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from typing import Literal

from monitor.sync.items import Replica
from monitor.sync.page import Page
from monitor.sync.replicas import Subject
from monitor.sync.rewording import different

Sight = Literal["shown", "out", "young", ""]
Place = Literal["due", "outside", "unknown", "young"]
SPAN = 60  # texts on either side of an element that are looked at
_CELLS = ("/td", "/th")
ROW = 6  # texts in one row of a list
NEAR = 2  # texts on either side of one by which its surroundings are known
STRETCH = 3  # shown rows together that are more than chance
BEYOND = 2  # and rows that are out


@dataclass(slots=True)
class Rows:
    """The texts of one page from the top.

    ids: of their items, empty where a text may be another's as well. firm: whether it says the same all the time.
    shapes: where each stands but for its numbers. cells: its number beside others. columns: shapes whose numbers are
    those of columns, as there are more rows than that.
    """

    ids: list[str] = field(default_factory=list)
    firm: list[bool] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    letters: list[str] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)

    def kinds(self, columns: Container[str]) -> list[str]:
        """Of each text, what is equal for those in one list or column, where these shapes are columns."""
        pairs = zip(self.shapes, self.cells, strict=True)
        return [f"{shape}:{cell}" if shape in columns else shape for shape, cell in pairs]

    def find(self, item_id: str, slot: int, letters: str) -> int | None:
        """Where an item stands that an element says; the last place of what it says, if that element is gone."""
        if item_id in self.place:
            return self.place[item_id]
        if slot in self.slots:
            return self.slots.index(slot)
        return next((n for n in reversed(range(len(self.letters))) if self.letters[n] == letters), None)


def rows_of(
    subject: Subject, replica: Replica, page: Page, named: Callable[[str, str], str], steady: Callable[[str], bool],
    around: int | None,
) -> Rows:  # fmt: skip
    """What a tab's page shows around an element, or at both ends of a long page.

    named: the item that a tab means with a text. steady: whether it has said the same all the time.
    """
    rows, frame = Rows(), page.main or ""
    parents: dict[str, tuple[set[str], set[str]]] = {}
    for slot in _part(page.order.get((frame, "text"), []), around):
        entry = page.entries.get((frame, "text", slot))
        if entry is None or not entry.letters or entry.block.editable:
            continue
        item_id = named(replica.tab, entry.key) if page.counts.get(entry.key) == 1 else ""
        item = subject.items.get(item_id)
        if item is None or item_id not in replica.shown or item.removed is not None or entry.letters.isdigit():
            item_id = ""
        if item_id in rows.place:  # two ages of a kind
            rows.ids[rows.place[item_id]] = item_id = ""
        elif item_id:
            rows.place[item_id] = len(rows.ids)
        rows.ids.append(item_id)
        rows.firm.append(bool(item_id) and steady(item_id))
        rows.shapes.append(entry.shape)
        rows.letters.append(entry.letters)
        rows.slots.append(slot)
        rows.paths.append(entry.block.path)
        parent, _, last = entry.block.path.rpartition("/")
        rows.cells.append(last.partition(":")[2])
        seen = parents.setdefault(entry.shape, (set(), set()))
        seen[0].add(parent)
        seen[1].add(rows.cells[-1])
    rows.columns = {
        shape
        for shape, (some, cells) in parents.items()
        if len(cells) > 1 and (len(some) >= len(cells) or shape.endswith(_CELLS))
    }
    rows.place = {item_id: place for item_id, place in rows.place.items() if rows.ids[place]}
    return rows


def _part(order: list[int], around: int | None) -> list[int]:
    """The elements around one, or at both ends of a long page; it may be gone."""
    if len(order) <= 2 * SPAN:
        return order
    try:
        at = order.index(around) if around is not None else -1
    except ValueError:
        at = -1
    return order[max(0, at - SPAN) : at + SPAN] if at >= 0 else [*order[:SPAN], *order[-SPAN:]]


def said_otherwise(rows: Rows, mine: Rows, sights: list[Sight], texts: Callable[[str], str]) -> list[Sight]:
    """The same without what this tab shows in words of its own: one row like it stands below the same row.

    texts: what an item says.
    """
    own, found = _gaps(mine, rows.place), list(sights)
    for place, some in _gaps(rows, mine.place).items():
        for number in (n for n in some if sights[n] == "out"):
            if sum(_alike(texts(rows.ids[number]), texts(mine.ids[n])) for n in own.get(place, ())) == 1:
                found[number] = ""
    return found


def _alike(one: str, other: str) -> bool:
    """Whether two texts say the same in part: `You: hello` and `Ann: hello`."""
    words, others = one.split(), other.split()
    same = len(words) - len(different(one, other)[0])
    return 0 < min(len(words), len(others)) <= 2 * same


def _gaps(rows: Rows, shared: Container[str]) -> dict[tuple[str, str], list[int]]:
    """The rows of each kind that only one tab shows, by the shared one above them."""
    found: dict[tuple[str, str], list[int]] = {}
    above = ""
    for number, item_id in enumerate(rows.ids):
        if item_id and item_id in shared:
            above = item_id
        elif item_id:
            found.setdefault((above, rows.shapes[number]), []).append(number)
    return found


def alike(rows: Rows, at: int, sights: list[Sight]) -> tuple[list[int], list[int]]:
    """The rows of a text's kind that the other tab shows, and those that are out there.

    Of numbers, and others that are said in many rows, nothing is known: then what stands nearest to it counts.
    """
    kinds = rows.kinds(rows.columns)
    known = {kind for kind, sight in zip(kinds, sights, strict=True) if sight}
    near = sorted((n for n, kind in enumerate(kinds) if kind in known and rows.firm[n]), key=lambda n: abs(n - at))
    mine = kinds[near[0]] if near and kinds[at] not in known and at not in rows.place.values() else kinds[at]
    some = [n for n, kind in enumerate(kinds) if kind == mine and n != at]
    return [n for n in some if sights[n] == "shown"], [n for n in some if sights[n] == "out"]


def says_there(rows: Rows, at: int, mine: Rows) -> bool:
    """Whether a tab says the same as another does in the same place: a number beside the same text."""
    for number in range(at - 1, max(-1, at - ROW), -1):
        if rows.firm[number] and rows.ids[number] in mine.place:
            there = mine.place[rows.ids[number]] + at - number
            return there < len(mine.letters) and mine.letters[there] == rows.letters[at]
    return False


def place(rows: Rows, at: int, sights: list[Sight], own: Container[str]) -> Place:
    """Whether a text's place is in sight of the tab that `sights` is about. own: kinds of which it has other texts."""
    kinds = rows.kinds(rows.columns)
    if any(sight == "young" and kinds[n] == kinds[at] for n, sight in enumerate(sights)):
        return "young"
    shown, out = alike(rows, at, sights)
    if _apart(rows, at, sights):
        return "outside"
    if not out:
        return "due" if shown or kinds[at] not in own else "unknown"
    if not shown or not one_stretch(shown, out) or len(shown) < STRETCH or len(out) < BEYOND:
        return "unknown"
    above, below = any(n < shown[0] for n in out), any(n > shown[-1] for n in out)
    inside = (at > shown[0] or not above) and (at < shown[-1] or not below)
    return "due" if inside else "unknown"


def _apart(rows: Rows, at: int, sights: list[Sight]) -> bool:
    """Whether what stands next to a text is out: on both sides, or twice at the end of a list shown in part."""
    above, below = (_near(rows, sights, places) for places in (range(at - 1, -1, -1), range(at + 1, len(sights))))
    if above and below:
        return sights[above[0]] == sights[below[0]] == "out"
    shown, out = alike(rows, at, sights)
    some = above or below if one_stretch(shown, out) and len(shown) >= STRETCH else []
    return len(some) >= NEAR and all(sights[n] == "out" for n in some)


def folded(rows: Rows, at: int, sights: list[Sight], knew: Callable[[str], bool]) -> bool:
    """Whether the tab has folded away what an item is within: the replies below another, the part below a heading.

    knew: whether the tab showed a text once, or found it there. What merely never came to it tells nothing, nor does
    what stands beside the item in its row, such as an age, which the tab showed of another.
    """
    if "shown" not in sights:
        return False
    path, kinds, shape = rows.paths[at], rows.kinds(rows.columns), rows.shapes[at]
    while "/" in path:
        path = path.rpartition("/")[0]
        within = [n for n, other in enumerate(rows.paths) if other.startswith(f"{path}/") and n != at]
        if any(sights[n] == "shown" for n in within):
            return False
        depth = path.count("/") + 1
        for n in (n for n in within if sights[n] == "out"):
            over = "/" + "/".join(rows.shapes[n].split("/")[depth:])  # what is like it, one list further out
            akin = kinds[n] == kinds[at] or (len(shape) > len(rows.shapes[n]) and shape.endswith(over))
            if akin and knew(rows.ids[n]):
                return True
    return False


def one_stretch(shown: Iterable[int], out: Iterable[int]) -> bool:
    """Whether what is shown is one stretch, and what is out lies at its ends."""
    shown = list(shown)
    return bool(shown) and not any(shown[0] < n < shown[-1] for n in out)


def _near(rows: Rows, sights: list[Sight], places: Iterable[int]) -> list[int]:
    """The next texts of which something is known."""
    found = []
    for number in places:
        if sights[number] in ("shown", "out") and rows.firm[number]:
            found.append(number)
            if len(found) == NEAR:
                break
    return found
