"""Broken connections, and how long each attempt waited: found as events come, and by reading all attempts again."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Frame, SocketClosed, SocketHandshake, SocketOpened
from monitor.sync.analysis import Analysis
from monitor.sync.backoff import fit
from tests.laws import share
from tests.story import START, Story

Attempt = tuple[str, float, float | None, float | None]
"""tab, when it began, when it was established, and when it ended (by itself, or with its document: see `reloads`)."""


@st.composite
def attempts(draw: st.DrawFn) -> tuple[list[Attempt], list[tuple[str, float]]]:
    """Two tabs' attempts, one after the other, some of which succeed for a while; and the tabs' reloads."""
    found: list[Attempt] = []
    reloads: list[tuple[str, float]] = []
    for tab in ("A", "B"):
        now = 1.0
        for _ in range(draw(st.integers(0, 8))):
            now += draw(st.floats(0.1, 20))
            up = now + 0.05 if draw(st.booleans()) else None
            ended = now + draw(st.floats(0.2, 30))
            if draw(st.integers(0, 5)) == 0:
                found.append((tab, now, up, None))
                reloads.append((tab, ended))
            else:
                found.append((tab, now, up, ended))
            now = ended
    return found, reloads


def told(made: list[Attempt], reloads: list[tuple[str, float]]) -> dict[str, list[tuple[float, list[float], Any]]]:
    """By tab, the outages that the analysis found: when, the waits, the end."""
    story = Story()
    story.open(0.0, "A", "B")
    pending: list[tuple[float, Any]] = []
    for number, (tab, begun, up, ended) in enumerate(made):
        common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "connection": f"w{number}"}
        pending.append((begun, SocketOpened(time=begun, url="wss://example.org/s", **common)))
        if up is not None:
            pending.append((up, SocketHandshake(time=up, status=101, **common)))
            pending.append((up + 0.05, Frame(time=up + 0.05, dir="in", text="hello", size=5, **common)))
        end = ended if ended is not None else min(at for who, at in reloads if who == tab and at > begun)
        pending.append((end, SocketClosed(time=end, derived=ended is None, **common)))
    pending += [(at, tab) for tab, at in reloads]
    analysis = Analysis()
    for at, event in sorted(pending, key=lambda pair: pair[0]):
        if isinstance(event, str):
            story.load(at, event, ("Room",))
        else:
            story.add(event)
    for event in story.events:
        analysis.feed(event)
    analysis.tick(START + 1000)
    views = analysis.snapshot().reconnects
    return {
        view.tab: [
            (one.at - START, list(one.waits), None if one.end is None else one.end - START) for one in view.outages
        ]
        for view in views
    }


def counted(made: list[Attempt], reloads: list[tuple[str, float]], tab: str) -> list[tuple[float, list[float], Any]]:
    """The same from all attempts of a tab: each end by itself that no outage was open for begins one."""
    found = []
    for begun, up, ended in [(b, u, e) for who, b, u, e in made if who == tab and e is not None]:
        assert ended is not None
        document = max((at for who, at in reloads if who == tab and at < begun), default=0.0)
        until = min((at for who, at in reloads if who == tab and at > begun), default=1e9)
        inside = [one for one in made if one[0] == tab and document < one[1] < until]
        before = [one for one in inside if one[1] < begun]
        if up is None and before and before[-1][3] is not None:
            continue  # one more attempt of the outage that lasted already
        waits, end = [], None
        last = ended
        for _, later, again, over in [one for one in inside if one[1] > begun]:
            waits.append(later - last)
            if again is not None:
                end = again
                break
            if over is None:
                break
            last = over
        found.append((ended, waits, end))
    return found


@given(attempts())
def test_ladders_are_what_all_attempts_say(story: tuple[list[Attempt], list[tuple[str, float]]]) -> None:
    made, reloads = story
    found = told(made, reloads)
    for tab in ("A", "B"):
        wanted, outages = counted(made, reloads, tab), found.get(tab, [])
        assert [at for at, _, _ in outages] == pytest.approx([at for at, _, _ in wanted], abs=1e-4)
        for (_, waits, end), (_, waited, ended) in zip(outages, wanted, strict=True):
            assert waits == pytest.approx(waited, abs=1e-4)
            assert end == (None if ended is None else pytest.approx(ended, abs=1e-4))


# ── the policies of libraries ─────────────────────────────────────────────────────────────────────────────────────────


def _socketio(k: int, random: Random, before: float) -> float:
    return min(5.0, 2.0**k * (1 + random.choice((-1, 1)) * random.random() * 0.5))


POLICIES: dict[str, tuple[Callable[[int, Random, float], float], set[str]]] = {
    "constant": (lambda k, random, before: 3.0, {"constant"}),
    "reconnecting-websocket": (lambda k, random, before: min(10.0, 1.7 * 1.3**k), {"exponential"}),
    "socket.io": (_socketio, {"exponential"}),
    "signalr": (lambda k, random, before: (0.0, 2.0, 10.0, 30.0)[min(k, 3)], {"steps"}),
    "phoenix": (lambda k, random, before: (0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)[min(k, 9)], {"steps"}),
    "ably": (lambda k, random, before: 15 * min((k + 3) / 3, 2) * random.uniform(0.8, 1), {"linear", "exponential"}),
    "full jitter": (lambda k, random, before: random.uniform(0, min(30.0, 2.0**k)), {"full jitter"}),
    "equal jitter": (lambda k, random, before: min(30.0, 2.0**k) * random.uniform(0.5, 1), {"exponential"}),
    "decorrelated jitter": (
        lambda k, random, before: min(30.0, random.uniform(1.0, 3 * (before or 1.0))), {"decorrelated jitter"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_is_named_as_it_is_or_as_not_decided(policy: str) -> None:
    wait, names = POLICIES[policy]
    named = 0
    for seed in range(share(24)):
        random = Random(seed)
        for lengths in ((4,), (10,), (7, 4, 9), (10, 10, 10)):
            if policy == "phoenix" and min(lengths) < 10:
                continue  # the list begins as a line
            ladders = []
            for length in lengths:
                ladder: list[float] = []
                for k in range(length):
                    drawn = wait(k, random, ladder[-1] if ladder else 0.0)
                    ladder.append(drawn + random.uniform(0, 0.012))  # a timer is a little late
                ladders.append(ladder)
            found = fit(ladders)
            told = found if found is not None and found.decided else None
            assert told is None or told.rule in names, (seed, lengths, told)
            named += told is not None and len(lengths) == 3
    assert named >= share(24) * (0.8 if policy != "ably" else 0.2)
