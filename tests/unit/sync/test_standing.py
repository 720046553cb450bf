"""How texts stand to each other."""

from __future__ import annotations

import pytest

from monitor.sync.standing import Standing, agree, apart, between, earlier, in_turn, place, turned


@pytest.mark.parametrize("length", [1, 2, 30, 31, 32, 100])
def test_a_place_is_found_from_either_end(length: int) -> None:
    order = list(range(length))
    assert [place(order, one) for one in order] == order
    with pytest.raises(ValueError, match="not in"):
        place(order, length)


def test_what_turned_and_what_is_between() -> None:
    before, after = tuple("abcde"), tuple("adbce")
    assert turned(before, after) == set("bcd")
    assert turned(before, tuple("ace")) == frozenset()
    assert between(before, frozenset("bd")) == tuple("bcd")
    assert between(before, frozenset()) == ()


def test_two_agree_about_what_both_have() -> None:
    assert agree(tuple("axb"), tuple("ab"))
    assert not agree(tuple("ba"), tuple("ab"))
    assert not agree(tuple("ax"), tuple("ab"))  # about one thing there is nothing to agree


def test_what_came_stands_in_the_order_of_its_coming() -> None:
    here = Standing(0.0, tuple("abxy"), came={"x": (1.0, "below"), "y": (2.0, "below")})
    there = Standing(0.0, tuple("abyx"), came={"x": (2.0, "below"), "y": (1.0, "below")})
    newest_first = Standing(0.0, tuple("yxab"), came={"x": (1.0, "above"), "y": (2.0, "above")})
    both = {"x", "y"}
    assert apart(here.places(both), there.places(both), "x", "y")
    assert not apart(here.places(both), here.places(both), "x", "y")
    assert not apart(here.places(both), Standing(0.0, tuple("xab")).places(both), "x", "y")
    assert all(in_turn(one, ("x", "y")) for one in (here, there, newest_first))
    assert not in_turn(Standing(0.0, tuple("abyx"), came=here.came), ("x", "y"))
    at_once = Standing(0.0, tuple("abxy"), came={"x": (1.0, "below"), "y": (1.0, "below")})
    assert (in_turn(at_once, ("x", "y")), in_turn(at_once, ("y", "x"))) == (True, False)
    assert earlier(here, "x", "y") == tuple("ab")


def test_what_went_is_forgotten() -> None:
    one = Standing(0.0, tuple("a"), shapes={"a": "p", "b": "p"}, came={"b": (1.0, "below")})
    one.forget({"a"})
    assert (one.shapes, one.came) == ({"a": "p"}, {})


def test_at_which_end_of_those_like_it_a_text_came() -> None:
    shapes = dict.fromkeys("abxy", "li") | {"h": "h1", "f": "footer"}
    ends = [
        Standing(0.0, tuple(items), shapes=shapes).end("x", set(fresh))
        for items, fresh in (("habxf", "x"), ("hxabf", "x"), ("haxbf", "x"), ("habyx", "xy"), ("hyx", "xy"))
    ]
    assert ends == ["below", "above", "", "below", ""]
