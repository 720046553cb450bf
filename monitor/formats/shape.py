"""What the values of one place were: counts by JSON type, and of each type what a schema says; in a bounded space.

A `Shape` takes values one by one (`add`) or another shape (`merge`), in any order to the same end as far as its bounds
are kept. Where a bound is reached the shape becomes `opaque`: it then only says that something was there.
"""

from __future__ import annotations

import math
from typing import Any

from monitor.formats.looks import kind_of_key
from monitor.formats.scalars import LONGEST_VALUE, Numbers, Texts
from monitor.formats.values import plain

MAX_SHAPES = 3_000  # of one type of message
MAX_VISITS = 200_000  # values of one message that are looked at
MAX_DEPTH = 40
MAX_NAMES = 400  # of one object
MAX_VARIANTS = 24
MAX_PLACES = 8  # of a list whose places differ
_CROWD = 48  # names of an object from which they may be data
TAGS = ("type", "kind", "event", "op", "action", "t", "cmd", "__typename", "content_type")


class Budget:
    """How much one type of message may still cost: shapes for all time, visits for one message."""

    __slots__ = ("shapes", "visits")

    def __init__(self, shapes: int = MAX_SHAPES) -> None:
        self.shapes = shapes
        self.visits = MAX_VISITS

    def shape(self) -> bool:
        """Take one shape; whether there was one left."""
        self.shapes -= 1
        return self.shapes >= 0

    def visit(self) -> bool:
        """Take one visit; whether there was one left."""
        self.visits -= 1
        return self.visits >= 0


class Objects:
    """The objects of a place. names: their fields; maps: what stands under keys that are data, by the keys' format."""

    __slots__ = ("count", "maps", "names")

    def __init__(self) -> None:
        self.count = 0
        self.names: dict[str, Shape] = {}
        self.maps: dict[str, Shape] = {}

    def add(self, value: dict[Any, Any], budget: Budget, depth: int) -> None:
        """One more object."""
        self.count += 1
        for key, inner in value.items():
            name = key if type(key) is str else str(key)
            shape = self.names.get(name)
            if shape is None:
                shape = self._find(name)
            shape.add(inner, budget, depth + 1)

    def _find(self, name: str) -> Shape:
        """The shape for a name that is new; names in a crowd are data."""
        kind = kind_of_key(name)
        if kind is None and len(self.names) >= _CROWD and self.count > 1 and "*" not in self.maps:
            self._thin()
        if kind is None and ("*" in self.maps or len(self.names) >= MAX_NAMES):
            kind = "*"
        if kind is None:
            return self.names.setdefault(name, Shape())
        return self.maps.setdefault(kind, Shape(collected=True))

    def _thin(self) -> None:
        """Where most names are rare, the rare ones are data."""
        rare = [name for name, shape in self.names.items() if shape.count * 5 <= self.count]
        if len(rare) * 4 < len(self.names) * 3:
            return
        heap = self.maps.setdefault("*", Shape(collected=True))
        for name in rare:
            heap.merge(self.names.pop(name))

    def merge(self, other: Objects) -> None:
        """Those of another place too."""
        self.count += other.count
        for name, shape in other.names.items():
            found = self.names.get(name)
            (found if found is not None else self._find(name)).merge(shape)
        for kind, shape in other.maps.items():
            self.maps.setdefault(kind, Shape(collected=True)).merge(shape)


class Lists:
    """The lists of a place. items: all their items; places: items by place, None once a list was long."""

    __slots__ = ("count", "items", "longest", "places", "shortest")

    def __init__(self) -> None:
        self.count = 0
        self.shortest = MAX_VISITS
        self.longest = 0
        self.places: list[Shape] | None = []
        self.items = Shape(collected=True)

    def add(self, value: list[Any] | tuple[Any, ...], budget: Budget, depth: int) -> None:
        """One more list."""
        self.count += 1
        self.shortest, self.longest = min(self.shortest, len(value)), max(self.longest, len(value))
        if self.places is not None and len(value) > MAX_PLACES:
            self._forget_places()
        for index, inner in enumerate(value):
            if budget.visits <= 0:
                self.items.opaque += 1
                self._forget_places()
                return
            if self.places is None:
                self.items.add(inner, budget, depth + 1)
                continue
            if index == len(self.places):
                self.places.append(Shape(collected=True))
            self.places[index].add(inner, budget, depth + 1)

    def _forget_places(self) -> None:
        for shape in self.places or ():
            self.items.merge(shape)
        self.places = None

    def all_items(self) -> Shape:
        """The items of all places together."""
        if not self.places:
            return self.items
        whole = Shape(collected=True)
        whole.merge(self.items)
        for shape in self.places:
            whole.merge(shape)
        return whole

    def merge(self, other: Lists) -> None:
        """Those of another place too."""
        self.count += other.count
        self.shortest, self.longest = min(self.shortest, other.shortest), max(self.longest, other.longest)
        if self.places is None or other.places is None:
            self._forget_places()
            self.items.merge(other.all_items())
            return
        for index, shape in enumerate(other.places):
            if index == len(self.places):
                self.places.append(Shape(collected=True))
            self.places[index].merge(shape)


class Shape:
    """What the values of one place were.

    collected: it is the place of items, which may be of several kinds told apart by a tag. opaque: values that were not
    looked at. variants: the tagged objects by the value of `tag`.
    """

    __slots__ = (
        "collected", "count", "falses", "lists", "nulls", "numbers", "objects", "opaque", "tag", "texts", "trues",
        "variants",
    )  # fmt: skip

    def __init__(self, *, collected: bool = False) -> None:
        self.collected = collected
        self.count = self.nulls = self.trues = self.falses = self.opaque = 0
        self.texts: Texts | None = None
        self.numbers: Numbers | None = None
        self.objects: Objects | None = None
        self.lists: Lists | None = None
        self.tag: str | None = None
        self.variants: dict[str, Objects] = {}

    def add(self, value: Any, budget: Budget, depth: int = 0) -> None:
        """One more value; a message's whole value is given `depth` 0."""
        if not self.count and not budget.shape():
            self.opaque += 1
            self.count += 1
            return
        self.count += 1
        if self.opaque or not budget.visit() or depth > MAX_DEPTH:
            self.opaque += 1
            return
        kind = type(value)
        if kind is str:
            self._text(value)
        elif kind is dict:
            self._object(value, budget, depth)
        elif kind is list or kind is tuple:
            if self.lists is None:
                self.lists = Lists()
            self.lists.add(value, budget, depth)
        elif value is None or (kind is float and not math.isfinite(value)):
            self.nulls += 1
        elif kind is bool:
            self.trues += value
            self.falses += not value
        elif kind is int or kind is float:
            if self.numbers is None:
                self.numbers = Numbers()
            self.numbers.add(value)
        else:
            self._text(plain(value))

    def _text(self, value: str) -> None:
        if self.texts is None:
            self.texts = Texts()
        self.texts.add(value)

    def _object(self, value: dict[Any, Any], budget: Budget, depth: int) -> None:
        if self.collected and (tag := self._tag_of(value)) is not None:
            variant = self.variants.get(tag)
            if variant is None and len(self.variants) < MAX_VARIANTS:
                variant = self.variants[tag] = Objects()
            if variant is not None:
                variant.add(value, budget, depth)
                return
            self._untag()
        if self.objects is None:
            self.objects = Objects()
        self.objects.add(value, budget, depth)

    def _tag_of(self, value: dict[Any, Any]) -> str | None:
        """The value of the key that tells what kind of object it is, if there is one."""
        if self.tag == "":
            return None
        names = (self.tag,) if self.tag else TAGS
        for name in names:
            found = value.get(name)
            if type(found) is str and len(found) <= LONGEST_VALUE and kind_of_key(found) is None:
                self.tag = name
                return found
        return None

    def _untag(self) -> None:
        """Too many tags are no tags."""
        self.tag = ""
        if self.objects is None:
            self.objects = Objects()
        for variant in self.variants.values():
            self.objects.merge(variant)
        self.variants = {}

    def merge(self, other: Shape) -> None:
        """The values of another place too."""
        self.count += other.count
        self.nulls += other.nulls
        self.trues += other.trues
        self.falses += other.falses
        self.opaque += other.opaque
        if other.texts is not None:
            self.texts = self.texts or Texts()
            self.texts.merge(other.texts)
        if other.numbers is not None:
            self.numbers = self.numbers or Numbers()
            self.numbers.merge(other.numbers)
        if other.lists is not None:
            self.lists = self.lists or Lists()
            self.lists.merge(other.lists)
        if other.objects is not None:
            self.objects = self.objects or Objects()
            self.objects.merge(other.objects)
        self._merge_variants(other)

    def _merge_variants(self, other: Shape) -> None:
        if not other.variants:
            return
        if self.collected and (not self.variants or self.tag == other.tag) and self.tag != "":
            self.tag = other.tag
            for name, variant in other.variants.items():
                self.variants.setdefault(name, Objects()).merge(variant)
            if len(self.variants) > MAX_VARIANTS:
                self._untag()
            return
        self._untag()
        assert self.objects is not None
        for variant in other.variants.values():
            self.objects.merge(variant)
