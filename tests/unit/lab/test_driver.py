from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from monitor.lab.driver import Driver, DriverFailed

Answer = Callable[[str, dict[str, Any]], dict[str, Any]]


@asynccontextmanager
async def browser(answer: Answer) -> AsyncIterator[str]:
    """The address of something that answers commands as a browser would, with an event before each reply."""

    async def speak(connection: ServerConnection) -> None:
        async for text in connection:
            asked = json.loads(text)
            await connection.send(json.dumps({"method": "Target.targetInfoChanged", "params": {}}))
            await connection.send(json.dumps({"id": asked["id"], **answer(asked["method"], asked["params"])}))

    async with serve(speak, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def page(value: Any) -> Answer:
    """A page in which every expression has one value."""

    def answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
        if method == "Target.attachToTarget":
            return {"result": {"sessionId": "s-" + params["targetId"]}}
        return {"result": {"result": {"value": value}}}

    return answer


async def test_a_value_comes_from_a_page() -> None:
    async with browser(page("text")) as endpoint, Driver(endpoint) as driver:
        assert await driver.shown("t") == "text"


async def test_a_site_on_tls_may_show_notifications_before_its_page_loads() -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
        asked.append((method, params))
        return page(True)(method, params)

    async with browser(answer) as endpoint, Driver(endpoint) as driver:
        await driver.go("t", "https://claude.ai/chat/x")
        await driver.stop_workers("t")
        tls = [method for method, _ in asked]
        await driver.go("t", "http://127.0.0.1:1/")
    assert asked[0] == (
        "Browser.grantPermissions",
        {"origin": "https://claude.ai", "permissions": ["notifications"]},
    )
    assert tls[-3:] == ["ServiceWorker.enable", "ServiceWorker.stopAllWorkers", "ServiceWorker.disable"]
    assert "Browser.grantPermissions" not in [method for method, _ in asked[len(tls) :]]


async def test_what_is_not_shown_in_time_fails() -> None:
    async with browser(page(False)) as endpoint, Driver(endpoint) as driver:
        with pytest.raises(DriverFailed, match="not within"):
            await driver.wait_shown("t", "never", 0.1)


async def test_a_refusal_names_the_command() -> None:
    async with browser(lambda *_: {"error": {"message": "no target"}}) as endpoint, Driver(endpoint) as driver:
        with pytest.raises(DriverFailed, match=r"Target\.attachToTarget: no target"):
            await driver.shown("t")


async def test_an_exception_in_the_page_fails() -> None:
    def answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
        if method == "Target.attachToTarget":
            return {"result": {"sessionId": "s"}}
        return {"result": {"result": {}, "exceptionDetails": {"exception": {"description": "TypeError: x"}}}}

    async with browser(answer) as endpoint, Driver(endpoint) as driver:
        with pytest.raises(DriverFailed, match="TypeError: x"):
            await driver.evaluate("t", "x()")
