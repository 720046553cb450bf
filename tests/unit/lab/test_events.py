"""The EventSources of the mode `sse`: what one page writes, the others are sent; a stream can be ended."""

from __future__ import annotations

import asyncio
import json

from tests.unit.lab.helpers import CHATGPT, CLAUDE, running


async def test_what_is_sent_reaches_the_pages_of_its_site_alone() -> None:
    async with running() as (lab, client):
        streams = [
            await client.get("/backend-api/lab/events?p=p1&t=t1", headers=CHATGPT),
            await client.get("/api/lab/events?p=p2&t=t2", headers=CLAUDE),
        ]
        assert [stream.headers["content-type"] for stream in streams] == ["text/event-stream"] * 2
        await lab.stage.events.send("claude", {"k": "news"}, "news")
        lab.stage.events.drop("chatgpt")
        lab.stage.events.drop("claude")
        texts = [(await stream.read()).decode() for stream in streams]
        assert [text.count("data: ") for text in texts] == [0, 1]
        assert json.loads(texts[1].rpartition("data: ")[2]) == {"k": "news"}
    [entry] = lab.log.of("event")
    assert (entry.site, entry.page, entry.tab, entry.type) == ("claude", "p2", "t2", "news")
    assert len(lab.log.of("cut")) == 2


async def test_a_page_that_is_gone_is_no_error() -> None:
    async with running() as (lab, client):
        stream = await client.get("/api/lab/events", headers=CLAUDE)
        stream.close()
        async with asyncio.timeout(5):
            while not lab.log.of("cut"):
                await lab.stage.events.send("claude", {"k": "news"}, "news")
                await asyncio.sleep(0.01)
