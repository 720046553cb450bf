from __future__ import annotations

from aiohttp.test_utils import TestClient, TestServer

from monitor.lab.log import LabLog
from monitor.lab.push.page import HOST, page_app


async def test_the_page_and_its_worker_are_served_with_the_key() -> None:
    log = LabLog()
    async with TestClient(TestServer(page_app(log, "VAPID"))) as client:
        text = await (await client.get("/")).text()
        worker = await client.get("/push-worker.js")
        assert worker.content_type == "text/javascript"
        assert 'addEventListener("push"' in await worker.text()
    [entry] = log.of("page")
    assert entry.site == f"https://{HOST}"
    assert f'{{"page": "{entry.page}", "vapid": "VAPID"}}' in text
