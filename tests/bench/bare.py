"""The floor under any recorder: `python -m tests.bench.bare ENDPOINT FRAMES TARGET…` reads, counts, and parses nothing.

With `--bodies` before the rest it asks for the body of each answer when that is complete, with `--streams` when it is
asked for, and so parses a little.
With `--ticks` it waits for FRAMES ticks that a page sends, and says how many seconds after its stamp each was read.
It attaches to pages with Network.enable, over a socket with the recorder's own options. One JSON line on standard error
says that it is attached, a second that it has received all frames; then it waits to be interrupted.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection

FRAME = b'{"method":"Network.webSocketFrameReceived"'
ASKED_AT = {
    "--bodies": (b'{"method":"Network.loadingFinished"', "Network.getResponseBody"),
    "--streams": (b'{"method":"Network.requestWillBeSent",', "Network.streamResourceContent"),
}
SENT, TICK = b'{"method":"Network.webSocketFrameSent"', b'{\\"tick\\"'


async def main(endpoint: str, frames: int, targets: Sequence[str], also: str) -> None:
    """Read until interrupted. also: --bodies, --streams, --ticks or nothing."""
    async with websockets.connect(
        endpoint, max_size=None, compression=None, ping_interval=None, origin=None, proxy=None, max_queue=256,
    ) as socket:  # fmt: skip
        for target in targets:
            await _attach(socket, target)
        print(json.dumps({"event": "attached"}), file=sys.stderr, flush=True)
        if also == "--ticks":
            await _ticks(socket, frames)
        recv, got = socket.recv, 0
        begin, command = ASKED_AT.get(also, (b"", ""))
        while True:
            # The one look at a message, so that a lost frame would be known: nanoseconds.
            message = await recv(decode=False)
            if command and message.startswith(begin):
                await _ask(socket, command, json.loads(message))
            if message.startswith(FRAME):
                got += 1
                if got == frames:
                    print(json.dumps({"event": "whole", "frames": got}), file=sys.stderr, flush=True)


async def _ticks(socket: ClientConnection, ticks: int) -> None:
    """Read until every tick of the page has come."""
    found: list[float] = []
    while len(found) < ticks:
        message = await socket.recv(decode=False)
        if message.startswith(SENT) and TICK in message:
            tick = json.loads(json.loads(message)["params"]["response"]["payloadData"])
            found.append(time.time() - tick["at"] / 1000)
    print(json.dumps({"event": "seen", "seconds": found}), file=sys.stderr, flush=True)


async def _ask(socket: ClientConnection, command: str, told: dict[str, Any]) -> None:
    """The body of the answer that this message is of; nobody waits for it."""
    params = {"requestId": told["params"]["requestId"]}
    asked = {"id": 3, "method": command, "params": params, "sessionId": told["sessionId"]}
    await socket.send(json.dumps(asked))


async def _attach(socket: ClientConnection, target: str) -> None:
    session = await _call(socket, 1, "Target.attachToTarget", {"targetId": target, "flatten": True})
    await _call(socket, 2, "Network.enable", {}, sessionId=session["sessionId"])


async def _call(
    socket: ClientConnection, number: int, method: str, params: dict[str, object], **more: str
) -> dict[str, str]:
    await socket.send(json.dumps({"id": number, "method": method, "params": params, **more}))
    while (reply := json.loads(await socket.recv())).get("id") != number:
        pass
    result: dict[str, str] = reply["result"]
    return result


if __name__ == "__main__":
    options = [argument for argument in sys.argv[1:] if argument in (*ASKED_AT, "--ticks")]
    arguments = sys.argv[1 + len(options) :]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(arguments[0], int(arguments[1]), arguments[2:], *(options or [""])))
