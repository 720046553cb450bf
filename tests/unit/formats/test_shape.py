"""What is kept of values, and its bounds."""

from __future__ import annotations

from typing import Any

from monitor.formats.shape import MAX_NAMES, Budget, Shape


def shape(*values: Any, budget: Budget | None = None) -> Shape:
    made, limits = Shape(), budget or Budget()
    for value in values:
        made.add(value, limits)
    return made


def test_fields_are_counted_by_object() -> None:
    found = shape({"a": 1, "b": None}, {"a": 2})
    assert found.objects is not None
    assert {name: one.count for name, one in found.objects.names.items()} == {"a": 2, "b": 1}


def test_keys_that_are_data_share_one_place() -> None:
    ids = [f"8fa8db6f-8899-48b5-bf77-a95d4f55da{number:02x}" for number in range(50)]
    found = shape({id_: {"n": 1} for id_ in ids})
    assert found.objects is not None
    assert not found.objects.names
    assert found.objects.maps["uuid"].count == 50


def test_a_crowd_of_rare_names_is_data() -> None:
    found = shape(*({"title": "x", f"name{chr(97 + n % 26)}{chr(97 + n // 26)}": n} for n in range(200)))
    assert found.objects is not None
    assert set(found.objects.names) == {"title"}
    assert found.objects.maps["*"].count == 200


def test_an_endless_object_takes_bounded_room() -> None:
    found = shape(
        {
            f"k{'x' * (n % 7)}{chr(97 + n % 26)}{n * 7919 % 9973:b}".replace("1", "l").replace("0", "o"): n
            for n in range(5000)
        }
    )
    assert found.objects is not None
    assert len(found.objects.names) <= MAX_NAMES


def test_what_is_beyond_the_budget_is_opaque() -> None:
    found = shape({"a": {"b": 1}}, budget=Budget(shapes=2))
    assert found.objects is not None
    assert found.objects.names["a"].objects is not None
    assert found.objects.names["a"].objects.names["b"].opaque


def test_depth_is_bounded() -> None:
    deep: Any = 1
    for _ in range(120):
        deep = [deep]
    found: Shape | None = shape(deep)
    levels = 0
    while found is not None and not found.opaque:
        assert found.lists is not None
        found = found.lists.all_items()
        levels += 1
    assert levels < 60


def test_tagged_items_are_kept_apart() -> None:
    found = shape([{"type": "text", "text": "a"}, {"type": "image", "url": "b"}])
    assert found.lists is not None
    assert set(found.lists.all_items().variants) == {"text", "image"}


def test_too_many_tags_are_no_tags() -> None:
    found = shape(*([{"type": "abcdefghijklmnopqrstuvwxyz"[n] * 3, "x": 1}] for n in range(26)))
    assert found.lists is not None
    items = found.lists.all_items()
    assert not items.variants
    assert items.objects is not None
    assert items.objects.count == 26
