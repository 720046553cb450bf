"""What is remembered of the texts of a page: which item each is, and which of them nothing has explained yet."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from monitor.sync.gained import is_numbered

_TENTATIVE = 2_000
_FORMS = 64


@dataclass(slots=True)
class Tentative:
    """A text nothing has explained yet.

    until: when to give up. path: where on the page it stands. searched: the growth of the text last looked for.
    sought: the last payload looked through for who wrote it. turned: it came as the page turned to other texts.
    alone: it took the place of another text, and nothing else came or went with that.
    """

    until: float
    path: str = ""
    searched: float = -1.0
    sought: int = 0
    turned: bool = False
    alone: bool = False


@dataclass(slots=True)
class Texts:
    """The items of one generic subject, by what they say.

    forms: a text's key, of now or earlier → item id; behind a tab's label where that tab alone says it so.
    rests: item id → the item that it was added to. instead: item id → the item whose place it took.
    reworded: items that said another text before. turns: how often what is known of a text became another.
    """

    forms: dict[str, str] = field(default_factory=dict)
    of_item: dict[str, deque[str]] = field(default_factory=dict)
    tentative: dict[str, Tentative] = field(default_factory=dict)
    rests: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    reworded: set[str] = field(default_factory=set)
    made: int = 0
    turns: int = 0

    def item(self, tab: str, key: str) -> str:
        """The item that a tab means with a text; empty where none is known."""
        return self.forms.get(f"{tab}:{key}") or self.forms.get(key, "")

    def steady(self, item_id: str) -> bool:
        """Whether an item has said the same all the time: what counts or grows may be taken for another."""
        return item_id not in self.reworded

    def again(self, item_id: str) -> bool:
        """Whether an item has stood beside another that said the same."""
        return any(is_numbered(form) for form in self.of_item.get(item_id, ()))

    def remember(self, item_id: str, key: str) -> None:
        """An item has this text."""
        forms = self.of_item.setdefault(item_id, deque())
        if self.forms.get(key, item_id) != item_id:
            self.turns += 1
        if forms and forms[-1] != key and item_id not in self.reworded:
            self.reworded.add(item_id)
            self.turns += 1
        self.forms[key] = item_id
        forms.append(key)
        if len(forms) > _FORMS and self.forms.get(old := forms.popleft()) == item_id and old not in forms:
            del self.forms[old]

    def suspect(self, item_id: str, until: float, path: str) -> None:
        """An item that a payload must explain before it counts."""
        self.tentative[item_id] = Tentative(until, path)
        while len(self.tentative) > _TENTATIVE:
            del self.tentative[next(iter(self.tentative))]

    def forget(self, item_id: str) -> None:
        """An item is gone for good."""
        self.turns += 1
        self.reworded.discard(item_id)
        for form in self.of_item.pop(item_id, ()):
            if self.forms.get(form) == item_id:
                del self.forms[form]
        self.tentative.pop(item_id, None)
        self.rests.pop(item_id, None)
        self.instead.pop(item_id, None)
