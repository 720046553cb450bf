from __future__ import annotations

import importlib
import pkgutil

import monitor.decode
from monitor.decode.protocol import Facts, Item
from monitor.decode.registry import choose, protocols


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
