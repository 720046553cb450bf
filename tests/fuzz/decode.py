"""`python -m tests.fuzz.decode [--inputs N] [--seed S] [--minutes M]`: hostile payloads through the decoder.

Each story of the corpus is played on a connection of its own, half of its payloads mutated, some lost, doubled or
swapped with those of another story, so that what a stream holds between its events is attacked too. What must hold for
every input: the decoder does not raise, no decoder below it failed (`Decoded.error` names only what was refused), the
value can be written as JSON, and it takes less than SLOW_S of processor time. A whole run adds a line to results.md.
"""

from __future__ import annotations

import argparse
import base64
import platform
import resource
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import msgspec
from msgspec.structs import replace

from monitor import model
from monitor.decode import Decoder, leaves
from monitor.model import Event
from tests.fuzz.corpus import stories
from tests.fuzz.mutate import mutate

RESULTS = Path(__file__).with_name("results.md")
SLOW_S = 1.0
STORIES_A_DECODER = 500
MAX_FAILURES = 10
EXPECTED = ("the body is too large to be read whole",)
"""What `Decoded.error` may say of a payload that was refused on purpose."""


class Fuzzer:
    """Plays stories. slow_s: processor time from which an input is a failure, None where time shall not be judged."""

    def __init__(self, seed: int, slow_s: float | None = SLOW_S) -> None:
        self.random = Random(seed)
        self.slow_s = slow_s
        self.inputs = 0
        self.slowest = 0.0
        self.slow = ""
        self.protocols: dict[str, int] = {}
        self.failures: dict[str, str] = {}
        self._stories = stories()
        self._decoder = Decoder()
        self._played = 0

    def play(self) -> None:
        """One story, on a connection of its own."""
        if self._played % STORIES_A_DECODER == 0:
            self._decoder = Decoder()
        self._played += 1
        random = self.random
        story = random.choice(self._stories)
        for event in story:
            chance = random.random()
            if chance < 0.04:
                continue
            if chance < 0.08:
                event = random.choice(random.choice(self._stories))
            self._feed(self._hurt(event) if chance < 0.6 else event)
            if chance > 0.98:
                self._feed(event)
            elif chance > 0.975:
                self._feed(model.Gap(time=1.0, reason="x"))

    def _hurt(self, event: Event) -> Event:
        content = model.payload(event)
        if content is None:
            return event
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        other = model.payload(self.random.choice(self.random.choice(self._stories))) or b""
        other = other.encode("utf-8", "surrogatepass") if isinstance(other, str) else other
        changed = mutate(data, other, self.random)
        if isinstance(content, str) and self.random.random() < 0.9:
            return replace(event, text=changed.decode("utf-8", "replace"))
        return replace(event, text=None, data=changed) if isinstance(event, model.Frame) else event

    def _feed(self, event: Event) -> None:
        named = replace(event, connection=f"c{self._played}") if hasattr(event, "connection") else event
        self.inputs += model.payload(event) is not None
        began = time.process_time()
        try:
            decoded = self._decoder.feed(named)
            took = time.process_time() - began
            if decoded is not None:
                self._check(decoded, named)
            if self.inputs % 32 == 0 and (content := model.payload(event)) is not None:
                leaves(content)
        except Exception as error:
            self._failed(f"{type(error).__name__}: {error}", named)
            return
        if took > self.slowest:
            self.slowest, self.slow = took, _shown(named)
        if self.slow_s is not None and took > self.slow_s:
            self._failed(f"slow: {took:.1f} s", named)

    def _check(self, decoded: model.Decoded, event: Event) -> None:
        if decoded.error and decoded.error not in EXPECTED:
            self._failed(decoded.error, event)
        for message in decoded.messages:
            self.protocols[message.protocol] = self.protocols.get(message.protocol, 0) + 1
            if self.inputs % 4 == 0:
                msgspec.json.encode(message.value)
        assert decoded.layers or decoded.messages

    def _failed(self, reason: str, event: Event) -> None:
        key = reason[:60]
        if key not in self.failures:
            self.failures[key] = f"{reason}\n  story {self._played}, {_shown(event)}"
            print(self.failures[key], file=sys.stderr, flush=True)


def _shown(event: Event) -> str:
    content = model.payload(event) or b""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return f"{event.kind} of {len(data)} bytes: {base64.b64encode(data[:3000]).decode()}"


def main(arguments: Sequence[str]) -> int:
    """Run, print, and write down a whole run."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.decode", description=__doc__)
    parser.add_argument("--inputs", type=int, default=5_000_000, metavar="N", help="payloads to decode (5 million)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed gives the same inputs (1)")
    parser.add_argument("--minutes", type=float, metavar="M", help="stop after this long, whatever is left")
    parser.add_argument("--write", action="store_true", help="add the figures to results.md")
    options = parser.parse_args(arguments)
    fuzzer, began, told = Fuzzer(options.seed), time.monotonic(), 0
    until = began + options.minutes * 60 if options.minutes else float("inf")
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: asked.append(got))
    while (
        not asked
        and fuzzer.inputs < options.inputs
        and time.monotonic() < until
        and len(fuzzer.failures) < MAX_FAILURES
    ):
        fuzzer.play()
        if fuzzer.inputs - told >= 250_000:
            told = fuzzer.inputs
            print(f"{told:,} inputs, {len(fuzzer.failures)} failures", file=sys.stderr, flush=True)
    row = _row(fuzzer, options.seed, time.monotonic() - began)
    print(row)
    print(f"slowest: {fuzzer.slow}", file=sys.stderr)
    if options.write:
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    return 1 if fuzzer.failures else 0


def _row(fuzzer: Fuzzer, seed: int, seconds: float) -> str:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    known = len(set(fuzzer.protocols) - {"raw", "text", "json", "sse"})
    cells = (
        time.strftime("%Y-%m-%d"), platform.python_version(), f"{seed}", f"{fuzzer.inputs:,}", f"{known}",
        f"{len(fuzzer.failures)}", f"{fuzzer.slowest * 1000:.0f}", f"{memory:.0f}", f"{fuzzer.inputs / seconds:,.0f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
