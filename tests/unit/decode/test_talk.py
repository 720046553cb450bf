from __future__ import annotations

import zlib

import pytest

from monitor.decode import registry
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
    chosen = lambda facts, item, tally: protocol if protocol.score(facts, item) >= 50 else None  # noqa: E731
    monkeypatch.setattr(module, "choose", chosen)
    monkeypatch.setattr(module, "rivals", lambda *_: ())
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


class Half(Protocol, Session):
    """Reads one key, and is as sure as any other of its kind of any object that has it, or is empty."""

    def __init__(self, name: str, key: str) -> None:
        self.name = name
        self.key = key

    def score(self, facts: Facts, item: Item) -> int:
        return 70 if isinstance(item.value, dict) and (self.key in item.value or not item.value) else 0

    def open(self, facts: Facts) -> Session:
        return self

    def read(self, item: Item) -> Decoded | None:
        return Decoded(messages=(Message(protocol=self.name),)) if self.score(Facts(), item) else None


def test_protocols_that_fit_equally_are_named_until_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Half("left", "l"), Half("right", "r")
    monkeypatch.setattr(registry, "protocols", lambda: both)
    talk = Talk(Facts())
    told = [(m.protocol, m.also) for text in ('{"l":1,"r":1}', "{}", '{"r":1}', "{}") for m in _read(talk, text)]
    assert told == [("left", ("right",)), ("left", ("right",)), ("right", ()), ("right", ())]
    talk = Talk(Facts())
    told = [(m.protocol, m.also) for text in ('{"l":1,"r":1}', '{"l":1}', "{}") for m in _read(talk, text)]
    assert told == [("left", ("right",)), ("left", ()), ("left", ())]


def _read(talk: Talk, text: str) -> tuple[Message, ...]:
    return talk.read(peel(text)).messages


def test_server_sent_events_within_a_frame_are_messages() -> None:
    decoded = Talk(Facts(channel="socket"), batches=True).read(peel('event: note\ndata: {"a":1}\n\ndata: two\n\n'))
    assert decoded.layers == ("sse", "json")
    assert [(m.type, m.value) for m in decoded.messages] == [("note", {"a": 1}), (None, "two")]


def test_bytes_that_only_a_trial_unpacks_reach_the_protocol(picky: Picky) -> None:
    engine = zlib.compressobj(wbits=-15)
    data = engine.compress(b'{"some": "words in it"}') + engine.flush()
    assert Talk(Facts()).read(peel(data)).layers == ("picky",)


def test_bytes_that_nothing_claims_are_raw_with_hints() -> None:
    talk = Talk(Facts(channel="socket"), batches=True)
    frames = [b"\xff\xfe" + bytes([number]) * number for number in range(1, 6)]
    last = [talk.read(peel(frame)) for frame in frames][-1]
    assert last.layers == ("raw",)
    assert last.messages[0].notes == ("hint: all of the last 5 frames begin with ff fe",)


def test_sniffing_ends_and_empty_values_do_not_count(picky: Picky) -> None:
    talk = Talk(Facts())
    for _ in range(SNIFFS * 2):
        talk.read(peel("[]"))
        talk.read(peel("[1]"))
    assert picky.asked <= SNIFFS * 2
    assert talk.read(peel("{}")).layers == ("json",)
    assert talk.end() == []
