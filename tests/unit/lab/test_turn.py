from __future__ import annotations

import asyncio

from monitor.lab.turn import Turn


async def test_those_who_follow_get_every_event_once_from_any_offset() -> None:
    turn = Turn("c", "t")

    async def gather(offset: int) -> list[str]:
        return [event async for event in turn.follow(offset)]

    await turn.emit("a")
    async with asyncio.TaskGroup() as group:
        early, late = group.create_task(gather(0)), group.create_task(gather(2))
        for event in "bcd":
            await asyncio.sleep(0)
            await turn.emit(event)
        await turn.finish()
    assert early.result() == ["a", "b", "c", "d"]
    assert late.result() == ["c", "d"]
    await turn.ended()
    assert await gather(9) == []
