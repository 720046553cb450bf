"""What browsers of one recording share, and two recordings do not."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.browser.outbox import Outbox
from monitor.browser.shared import Shared
from monitor.model import Event


class Sink:
    def extend(self, events: Sequence[Event]) -> None: ...

    def commit(self) -> None: ...


def test_names_and_numbers_are_a_recordings_own() -> None:
    one, other = (Shared(Outbox(Sink(), 1 << 20), lambda news: None, (), "syncmon-test") for _ in range(2))
    assert [one.labels.take("T1"), one.labels.take("T2"), other.labels.take("T3")] == ["A", "B", "A"]
    assert [next(one.names.sockets), next(one.names.sockets), next(other.names.sockets)] == [1, 2, 1]
    assert [next(one.numbers), next(one.numbers), next(other.numbers)] == [0, 1, 0]
    one.deep.add("https://a.example")
    assert not other.deep
