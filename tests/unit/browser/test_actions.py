"""Actions are recorded, well or not; those that need no browser do without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from monitor.browser.actions import Actions
from monitor.browser.attachment import Attachment
from monitor.browser.deep import KEEPS
from monitor.browser.discover import Where
from monitor.browser.outbox import Outbox
from monitor.browser.shared import Shared
from monitor.model import Action, Event, Mark


class Sink:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def extend(self, events: Sequence[Event]) -> None:
        self.events.extend(events)

    def commit(self) -> None:
        pass


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ({"do": "reload", "tab": "B"}, "There is no tab B."),
        ({"do": "focus"}, "This action needs a tab."),
        ({"do": "open", "url": "https://a.example/"}, "No browser is attached."),
        ({"do": "dance"}, "There is no action 'dance'."),
        ({}, "There is no action ''."),
        ({"do": "close", "tab": 5}, "This action needs a tab."),
        ({"do": "stop"}, None),
    ],
)
async def test_what_became_of_an_action(action: dict[str, Any], error: str | None) -> None:
    sink = Sink()
    news: list[Mapping[str, Any]] = []
    outbox = Outbox(sink, 1 << 20)
    shared = Shared(outbox, news.append, (), "syncmon-test")
    await Actions([Attachment(Where(), shared, 1.0, 1.0)], shared, patience=0.01).do(action)
    await outbox.commit()
    (event,) = sink.events
    assert isinstance(event, Action)
    assert (event.ok, event.error) == (error is None, error)
    assert news[0]["ok"] is event.ok


async def test_deep_says_what_it_does_to_workers() -> None:
    sink = Sink()
    news: list[Mapping[str, Any]] = []
    outbox = Outbox(sink, 1 << 20)
    shared = Shared(outbox, news.append, (), "syncmon-test")
    actions = Actions([Attachment(Where(), shared, 1.0, 1.0)], shared, patience=0.01)
    await actions.do({"do": "deep", "origin": "https://A.example/page"})
    await actions.do({"do": "deep", "origin": "a.example"})
    await outbox.commit()
    good, bad = sink.events
    assert isinstance(good, Action)
    assert isinstance(bad, Action)
    assert (good.ok, good.args) == (True, {"origin": "https://a.example", "note": KEEPS})
    assert (bad.ok, "no origin" in (bad.error or "")) == (False, True)
    assert shared.deep == {"https://a.example"}
    assert news[0] == {"event": "deep", "origin": "https://a.example", "workers": 0, "what": KEEPS}


async def test_a_mark_is_its_own_event() -> None:
    sink = Sink()
    outbox = Outbox(sink, 1 << 20)
    shared = Shared(outbox, lambda news: None, (), "syncmon-test")
    await Actions([Attachment(Where(), shared, 1.0, 1.0)], shared).do({"do": "mark", "text": "here"})
    await outbox.commit()
    assert [e.text for e in sink.events if isinstance(e, Mark)] == ["here"]
