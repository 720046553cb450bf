"""Claim: small JSON frames are decoded at 50,000 a second on one core, beside mitmproxy's JSON view of the same frames.

mitmproxy is run by a Python of its own, named in SYNCMON_BENCH_MITMPROXY (the path of one that has it, 12 or later);
without one its line is left out, and a note says so. Its own start does not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from monitor import model
from monitor.decode import Decoder
from monitor.model import Event
from tests.bench.table import Line, Table, timed

FRAMES, QUICK = 50_000, 2_000
ASKED = 50_000
SOCKETS = 8
PATIENCE_S = 300
FLOOR = "msgspec.json.decode alone"
GENERIC = "Decoder.feed, JSON of no known protocol"
KNOWN = "Decoder.feed, Phoenix, Pusher, Socket.IO and JSON-RPC in turns"
PEER = "mitmproxy's JSON view"


def plain(count: int) -> list[str]:
    """Frames of an application: notes, cursors, acknowledgements, 40 to 130 characters each."""
    made: list[Callable[[int], Any]] = [
        lambda n: {"type": "cursor", "user": "A", "x": n % 800, "y": 3},
        lambda n: {"type": "note", "id": f"n{n}", "author": "A", "text": "What a person writes to another, one line"},
        lambda n: {"event": "msg", "data": {"id": n, "tags": ["a", "b"], "body": "hi"}},
        lambda n: {"id": n, "ok": True, "at": 1767520800000 + n},
    ]
    return [json.dumps(made[number % len(made)](number)) for number in range(count)]


def known(count: int) -> list[str]:
    """Frames of four protocols, a socket each."""
    made: list[Callable[[int], str]] = [
        lambda n: json.dumps(["1", str(n), "room:1", "note", {"id": n, "text": "hi"}]),
        lambda n: json.dumps({"event": "note", "channel": "room", "data": json.dumps({"id": n})}),
        lambda n: f'42["note",{json.dumps({"id": n, "text": "hi"})}]',
        lambda n: json.dumps({"jsonrpc": "2.0", "method": "note", "params": {"id": n}}),
    ]
    return [made[number % len(made)](number) for number in range(count)]


def measure(repeats: int, *, quick: bool) -> Table:
    """Decode the same frames in turns; mitmproxy's turns are its own."""
    texts, others = (one(QUICK if quick else FRAMES) for one in (plain, known))
    decode = msgspec.json.Decoder().decode
    cases: dict[str, Callable[[], object]] = {
        FLOOR: lambda: [decode(text) for text in texts],
        GENERIC: _feeding(texts, SOCKETS, "json"),
        KNOWN: _feeding(others, 4, "phoenix", "pusher", "socket.io", "jsonrpc"),
    }
    speed = {name: [len(texts) / one for one in took] for name, took in timed(cases, repeats).items()}
    peer, note = _peer(texts, repeats)
    lines = [Line(what=FLOOR, unit="frames/s", figures=speed[FLOOR])]
    lines += [Line(what=name, unit="frames/s", figures=speed[name], floor=speed[FLOOR]) for name in (GENERIC, KNOWN)]
    lines += [Line(what=PEER, unit="frames/s", figures=peer, floor=speed[FLOOR])] if peer else []
    least = min(min(speed[GENERIC]), min(speed[KNOWN]))
    met = f"At least {ASKED:,} frames a second are asked for; the slowest run here did {least:,.0f}."
    return Table(
        title="Decoding",
        how=(
            f"{len(texts):,} small JSON frames (40 to 130 characters) over {SOCKETS} sockets, in one process on one"
            " core. mitmproxy also makes the text that it shows, which the decoder does not."
        ),
        lines=tuple(lines),
        notes=(met, note),
    )


def _feeding(texts: Sequence[str], sockets: int, *protocols: str) -> Callable[[], None]:
    frames: list[Event] = [
        model.Frame(time=1.0, tab="A", connection=f"w{number % sockets}", dir="in", size=len(text), text=text)
        for number, text in enumerate(texts)
    ]

    def fed() -> None:
        decoder = Decoder()
        for frame in frames:
            decoded = decoder.feed(frame)
        assert decoded is not None
        assert decoded.messages[0].protocol in protocols, decoded

    return fed


def _peer(texts: Sequence[str], repeats: int) -> tuple[list[float], str]:
    """mitmproxy's frames a second, once a repeat, and what there is to say of it."""
    python = os.environ.get("SYNCMON_BENCH_MITMPROXY") or (sys.executable if find_spec("mitmproxy") else "")
    if not python:
        return [], f"{PEER}: skipped, SYNCMON_BENCH_MITMPROXY names no Python that has it."
    script = Path(__file__).with_name("mitm_views.py")
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write("".join(f"{text}\n" for text in texts))
        file.flush()
        command = [python, str(script), file.name]
        told: list[dict[str, Any]] = []
        for _ in range(repeats):
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, env={})
            if done.returncode:
                return [], f"{PEER}: skipped, it said: {done.stderr.strip()[-200:]}"
            told.append(json.loads(done.stdout))
    version, its = told[0]["version"], told[0]["python"]
    return [len(texts) / one["seconds"] for one in told], f"{PEER}: mitmproxy {version} on Python {its}."
