"""The floor under any recorder: `python -m tests.bench.bare ENDPOINT FRAMES TARGET…` reads, counts, and parses nothing.

It attaches to pages with Network.enable, over a socket with the recorder's own options. One JSON line on standard error
says that it is attached, a second that it has received all frames; then it waits to be interrupted.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence

import websockets
from websockets.asyncio.client import ClientConnection

FRAME = b'{"method":"Network.webSocketFrameReceived"'


async def main(endpoint: str, frames: int, targets: Sequence[str]) -> None:
    """Read until interrupted."""
    async with websockets.connect(
        endpoint, max_size=None, compression=None, ping_interval=None, origin=None, proxy=None, max_queue=256,
    ) as socket:  # fmt: skip
        for target in targets:
            await _attach(socket, target)
        print(json.dumps({"event": "attached"}), file=sys.stderr, flush=True)
        recv, got = socket.recv, 0
        while True:
            # The one look at a message, so that a lost frame would be known: nanoseconds.
            if (await recv(decode=False)).startswith(FRAME):
                got += 1
                if got == frames:
                    print(json.dumps({"event": "whole", "frames": got}), file=sys.stderr, flush=True)


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
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
