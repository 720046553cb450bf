"""How long a tab that does not show a write is watched: until it has asked once more what it asks on a period."""

from __future__ import annotations

from typing import NamedTuple

from monitor.sync.network import Network
from monitor.sync.polls import Polls

SLACK_S = 2.0  # an answer comes, and is drawn, within this
LEAST_S = 1.0  # what is asked more often has had its turn already


class Turn(NamedTuple):
    """A request that is to be asked again. at: when its answer is shown at the latest, seconds since the epoch."""

    endpoint: str
    period_s: float
    at: float


def next_turn(network: Network, tab: str, since: float) -> Turn | None:
    """The last of the requests of a tab that it has not asked again since a write, but by their period will.

    Two requests suggest a period already, and so do those of another tab: a wait that was not needed costs little.
    """
    turns = []
    for asker, endpoint, polls in network.asked:
        if asker != tab or not polls.starts or polls.starts[-1] >= since or polls.held:
            continue
        period = max((_suggested(one) for one in (polls, *network.asked.of(endpoint))), default=0.0)
        if period >= LEAST_S:
            turns.append(Turn(endpoint, period, polls.starts[-1] + period + SLACK_S))
    return max(turns, key=lambda turn: turn.at, default=None)


def _suggested(polls: Polls) -> float:
    """The period of requests, or what their only gap may be of one."""
    starts = polls.starts
    return polls.period or (starts[1] - starts[0] if len(starts) == 2 else 0.0)
