"""Two sessions that tell of one page, whenever each begins, are told as one that tells of all of it would be."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from monitor.browser.requests import ONLY_THE_END
from monitor.browser.wire import Reply
from monitor.model import Event, Gap, TargetAttached
from tests.unit.browser.cdp import Browser, raw
from tests.unit.browser.test_scouts import FRAME, joined, scouted, with_scouts

EMPTY_TREE = Reply(raw({"frameTree": {"frame": {**FRAME, "url": "about:blank", "loaderId": ""}}}))
# What a page may do: a step and the number of the request or socket that it is about.
DOES = st.tuples(
    st.sampled_from(["ask", "head", "data", "end", "open", "in", "out", "store", "commit"]), st.integers(0, 2)
)


def tells(browser: Browser, session: str, step: str, number: int, count: int) -> None:
    """A session tells of a step; the clock stands still, as two sessions tell of it at one moment."""
    request, socket = f"7.{number}", f"8.{number}"
    steps: dict[str, Callable[[], object]] = {
        "ask": lambda: browser.requests(session, request),
        "head": lambda: browser.responds(session, request),
        "data": lambda: browser.data(session, request, str(count).encode(), streamed=False),
        "end": lambda: browser.finishes(session, request),
        "open": lambda: browser.says(session, "Network.webSocketCreated", requestId=socket, url="wss://a.example/"),
        "in": lambda: browser.frame(session, socket, str(count)),
        "out": lambda: browser.frame(session, socket, str(count), way="Sent"),
        "store": lambda: browser.says(
            session, "DOMStorage.domStorageItemAdded", key=f"k{count}", newValue="v",
            storageId={"securityOrigin": "https://a.example", "isLocalStorage": True},
        ),
        "commit": lambda: browser.says(
            session, "Page.frameNavigated", frame={**FRAME, "loaderId": f"L{count}"}, type="Navigation"
        ),
    }  # fmt: skip
    now = browser.now
    steps[step]()
    browser.now = now


def possible(steps: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Those that can follow those before: nothing is answered that was not asked, and no id is used twice."""
    asked: set[int] = set()
    over: set[int] = set()
    opened: set[int] = set()
    kept = []
    for step, number in steps:
        fits = {
            "ask": number not in asked, "head": number in asked - over, "data": number in asked - over,
            "end": number in asked - over, "open": number not in opened, "in": number in opened,
            "out": number in opened,
        }.get(step, True)  # fmt: skip
        if fits:
            kept.append((step, number))
            (asked if step == "ask" else over if step == "end" else opened if step == "open" else set()).add(number)
    return kept


def seen(browser: Browser) -> list[Event]:
    """What was told of the new tab, but for that it came, and that nobody asked for the documents of this test."""
    return [
        msgspec.structs.replace(event, time=0.0, mono=None, **({"since": None} if isinstance(event, Gap) else {}))
        for event in browser.events
        if event.target == "T-q" and not isinstance(event, TargetAttached)
        if not (isinstance(event, Gap) and event.reason == ONLY_THE_END)
    ]


@given(st.lists(DOES, max_size=30), st.data())
def test_two_tell_as_one_would(steps: list[tuple[str, int]], data: st.DataObject) -> None:
    steps = possible(steps)
    # The page's own session comes, then hears what happens, then has told that it is set up.
    comes = data.draw(st.integers(0, len(steps)), label="comes")
    hears = data.draw(st.integers(comes, len(steps)), label="hears")
    ready = data.draw(st.integers(hears, len(steps)), label="ready")
    first = data.draw(st.booleans(), label="the scout is first")
    two, one = with_scouts(), with_scouts()
    for browser in (two, one):
        scouted(browser)
    page = joined(one)
    tree = next(send for send in reversed(one.sends) if send.method == "Page.getFrameTree")
    one.took(one.translator.reply(tree, EMPTY_TREE, one.now))
    two.now = one.now
    for at, (step, number) in enumerate([*steps, ("", 0)]):
        if at == comes:
            joined(two)
            two.now = one.now
        if at == ready:
            asked = next(send for send in reversed(two.sends) if send.method == "Page.getFrameTree")
            two.took(two.translator.reply(asked, EMPTY_TREE, two.now))
        if step:
            tellers = ["s", page] if first else [page, "s"]
            for session in tellers:
                if session == "s" or at >= hears:
                    tells(two, session, step, number, at)
            tells(one, page, step, number, at)
        one.now = two.now = one.now + 0.001
        one.took(one.translator.tick(one.now))
        two.took(two.translator.tick(two.now))
    for browser in (one, two):
        browser.waits(3.0)
    assert seen(two) == seen(one)
