"""Waits for the ticks of a page in a growing capture: `readable FILE TICKS`; one line tells how long each took."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from monitor.capture.reader import Capture
from monitor.model import Frame

LOOK_S = 0.001
MANY = 100_000


def main(path: Path, ticks: int) -> None:
    """Look at the file until every tick is in it."""
    found: list[float] = []
    seq = 0
    with Capture(path) as capture:
        print(json.dumps({"event": "attached"}), file=sys.stderr, flush=True)
        while len(found) < ticks:
            time.sleep(LOOK_S)
            events = capture.read_after(seq, MANY)
            now = time.time()
            for event in events:
                seq = event.seq
                if isinstance(event, Frame) and event.dir == "out" and '"tick"' in (event.text or ""):
                    found.append(now - json.loads(event.text or "")["at"] / 1000)
    print(json.dumps({"event": "seen", "seconds": found}), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
