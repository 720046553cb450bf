"""A HAR of ours, loaded by the importer of Chrome's own DevTools: it finds the same requests, bodies and messages."""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from monitor import export
from monitor.browser.launch import Launched
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from tests.unit.export.test_har import EVENTS, SECRET, START

LOAD = """(async text => {
  const HAR = await import('devtools://devtools/bundled/models/har/har.js');
  const log = new HAR.HARFormat.HARRoot(JSON.parse(text)).log;
  const requests = HAR.Importer.Importer.requestsFromHARLog(log);
  return Promise.all(requests.map(async request => ({
    method: request.requestMethod, url: request.url(), type: request.resourceType().name(), status: request.statusCode,
    started: request.startTime, finished: request.endTime,
    form: await request.requestFormData(), cookies: request.includedRequestCookies().map(one => one.cookie.name()),
    content: await request.requestContentData().then(data => data.isTextContent ? data.text : data.base64),
    frames: request.frames().map(frame => [frame.type, frame.text, frame.opCode, frame.time]),
    events: request.eventSourceMessages().map(one => [one.eventName, one.data, one.time]),
  })));
})"""


async def test_devtools_reads_it(chromium: Launched, tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    for event in EVENTS:
        writer.append(event)
        writer.commit()
    writer.close()
    out = io.StringIO()
    with Capture(writer.path) as capture:
        export.find("har").export(capture, None, out, False)
    found = await imported(chromium.endpoint, out.getvalue())
    entries = json.loads(out.getvalue())["log"]["entries"]
    assert [(one["method"], one["url"]) for one in found] == [
        (entry["request"]["method"], entry["request"]["url"]) for entry in entries
    ]
    late, page, socket, ask, source, _, failed = found
    assert page["cookies"] == ["sid", "b"]
    assert (page["content"], page["status"], page["type"]) == ("<p>é", 200, "document")
    assert abs(page["finished"] - page["started"] - 0.7) < 1e-6
    assert [frame[:3] for frame in socket["frames"]] == [
        ["send", json.dumps({"auth_token": SECRET}), 1], ["receive", "/wAB", 2], ["error", "Invalid frame", -1]
    ]  # fmt: skip
    assert socket["frames"][0][3] == START + 2.3
    assert late["frames"][0][:2] == ["receive", "hi"]
    assert ask["form"] == f"q=1&password={SECRET}"
    assert ask["content"] == f'data: {{"token":"{SECRET}"}}\n\n'
    assert [event[:2] for event in source["events"]] == [["note", "hello"], ["message", "bye"]]
    assert not failed["status"]


async def imported(endpoint: str, har: str) -> list[dict[str, Any]]:
    """What DevTools' importer makes of a HAR, in a page of DevTools' own."""
    async with connect(endpoint, max_size=None) as socket:
        numbers = itertools.count(1)

        async def call(method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
            number = next(numbers)
            asked = {"id": number, "method": method, "params": params}
            await socket.send(json.dumps(asked | ({"sessionId": session} if session else {})))
            while (reply := json.loads(await socket.recv())).get("id") != number:
                pass
            assert "result" in reply, reply
            result: dict[str, Any] = reply["result"]
            return result

        target = (await call("Target.createTarget", url="devtools://devtools/bundled/devtools_app.html"))["targetId"]
        session = (await call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        script = f"{LOAD}({json.dumps(har)})"
        answer = await call("Runtime.evaluate", session, expression=script, awaitPromise=True, returnByValue=True)
        await call("Target.closeTarget", targetId=target)
        assert "exceptionDetails" not in answer, answer
        found: list[dict[str, Any]] = answer["result"]["value"]
        return found
