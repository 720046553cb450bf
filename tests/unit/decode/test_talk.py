from __future__ import annotations

import pytest

from monitor.decode import talk as module
from monitor.decode.limits import SNIFFS
from monitor.decode.peel import peel
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.decode.talk import Talk
from monitor.model import Decoded, Message


class Picky(Protocol, Session):
    """Takes every connection, reads only objects, fails on numbers, and keeps what it was told."""

    name = "picky"

    def __init__(self) -> None:
        self.told: list[str] = []
        self.asked = 0

    def score(self, facts: Facts, item: Item) -> int:
        self.asked += 1
        return 60 if isinstance(item.value, dict) else 49

    def open(self, facts: Facts) -> Session:
        return self

    def read(self, item: Item) -> Decoded | None:
        if item.value == 1:
            raise RuntimeError("no numbers")
        return Decoded(layers=("picky",)) if isinstance(item.value, dict) else None

    def lost(self, reason: str) -> None:
        self.told.append(reason)

    def end(self) -> list[Message]:
        return [Message(protocol=self.name, type="end")]


@pytest.fixture
def picky(monkeypatch: pytest.MonkeyPatch) -> Picky:
    protocol = Picky()
    chosen = lambda facts, item: protocol if protocol.score(facts, item) >= 50 else None  # noqa: E731
    monkeypatch.setattr(module, "choose", chosen)
    return protocol


def test_a_protocol_is_found_late_and_kept(picky: Picky) -> None:
    talk = Talk(Facts())
    assert talk.read(peel("[1]")).layers == ("json",)
    assert talk.read(peel("{}")).layers == ("picky",)
    assert talk.read(peel("[1]")).layers == ("json",)
    assert picky.asked == 2
    assert [m.type for m in talk.end()] == ["end"]


def test_a_loss_reaches_the_session_that_is_found_later(picky: Picky) -> None:
    talk = Talk(Facts())
    talk.lost("early")
    talk.read(peel("{}"))
    talk.lost("late")
    assert picky.told == ["early", "late"]


def test_a_session_that_fails_is_named_and_the_item_read_generically(picky: Picky) -> None:
    talk = Talk(Facts())
    talk.read(peel("{}"))
    decoded = talk.read(Item(text="1", value=1, layers=("json",)))
    assert decoded.error == "RuntimeError: no numbers"
    assert decoded.value == 1


def test_sniffing_ends_and_empty_values_do_not_count(picky: Picky) -> None:
    talk = Talk(Facts())
    for _ in range(SNIFFS * 2):
        talk.read(peel("[]"))
        talk.read(peel("[1]"))
    assert picky.asked <= SNIFFS * 2
    assert talk.read(peel("{}")).layers == ("json",)
    assert talk.end() == []
