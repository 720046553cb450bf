"""Waits for the ticks of a page in a growing capture: `readable FILE TICKS`; one line tells how long each took."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from monitor.capture.reader import Capture

LOOK_S = 0.001
# By SQL, not by what reads events: a process that decodes the flood beside it takes time from all that is measured.
TICKS = """SELECT payload FROM events WHERE seq > ? AND seq <= ? AND kind = 'frame' AND dir = 'out'
  AND payload LIKE '{"tick"%' ORDER BY seq"""


def main(path: Path, ticks: int) -> None:
    """Look at the file until every tick is in it."""
    found: list[float] = []
    seq = 0
    with Capture(path) as capture:
        print(json.dumps({"event": "attached"}), file=sys.stderr, flush=True)
        while len(found) < ticks:
            time.sleep(LOOK_S)
            last = capture.last_seq()
            ticks_sent = capture.rows(TICKS, (seq, last))
            now, seq = time.time(), last
            found += [now - json.loads(payload)["at"] / 1000 for (payload,) in ticks_sent]
    print(json.dumps({"event": "seen", "seconds": found}), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
