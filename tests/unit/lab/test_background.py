from __future__ import annotations

import asyncio

import pytest

from monitor.lab.background import Background


async def test_work_is_cancelled_at_the_end_and_the_callers_error_stays_itself() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(LookupError):  # noqa: PT012 - the context's end is what is tested
        async with Background() as background:
            background.spawn(work())
            await asyncio.sleep(0)
            raise LookupError
    assert ended.is_set()


async def test_work_that_fails_fails_the_caller() -> None:
    async def work() -> None:
        raise LookupError

    with pytest.raises(ExceptionGroup) as failed:  # noqa: PT012 - the context's end is what is tested
        async with Background() as background:
            background.spawn(work())
            await asyncio.Event().wait()
    assert failed.group_contains(LookupError)
