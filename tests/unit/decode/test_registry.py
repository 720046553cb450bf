from __future__ import annotations

import importlib
import pkgutil

import pytest

import monitor.decode
from monitor.decode.peel import peel
from monitor.decode.protocol import Facts, Item
from monitor.decode.registry import choose, neutral, protocols


def test_every_module_with_a_protocol_is_found() -> None:
    modules = [
        importlib.import_module(f"monitor.decode.{m.name}") for m in pkgutil.iter_modules(monitor.decode.__path__)
    ]
    assert {p.name for p in protocols()} == {m.PROTOCOL.name for m in modules if hasattr(m, "PROTOCOL")}
    assert {"celsius", "chatgpt", "claude", "webpush"} <= {p.name for p in protocols()}


def test_names_are_unique() -> None:
    assert len({p.name for p in protocols()}) == len(protocols())


def test_nothing_is_chosen_for_what_no_one_knows() -> None:
    assert choose(Facts(channel="socket"), Item(text="hello")) is None


def test_the_surest_is_chosen() -> None:
    facts = Facts(channel="socket", url="wss://ws.chatgpt.com/ws/user/u")
    found = choose(facts, Item(text="[]", value=[]))
    assert found
    assert found.name == "celsius"


def test_hints_add_up_over_items_and_one_that_is_no_such_message_takes_them_away() -> None:
    facts, tally = Facts(channel="socket", url="wss://example.org/ws"), dict[str, int]()
    result, other = peel("[50, 7, {}]"), peel('{"hello": 1}')
    assert choose(facts, result, tally) is None
    assert choose(facts, other, tally) is None
    found = [choose(facts, item, tally) for item in (result, peel("{}"), result, peel("[]"), peel("ping"), result)]
    assert [one.name if one else None for one in found] == [None, None, None, None, None, "wamp"]


@pytest.mark.parametrize("text", ["", "0", "ping", "[]", "{}", "\n"])
def test_what_speaks_for_nothing(text: str) -> None:
    assert neutral(peel(text))


@pytest.mark.parametrize("text", ["hello", "[1]", '{"a":1}', '"text"'])
def test_what_speaks(text: str) -> None:
    assert not neutral(peel(text))
