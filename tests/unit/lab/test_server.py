from __future__ import annotations

import asyncio
import time
from email.utils import parsedate_to_datetime

import pytest
from aiohttp import ClientSession, TCPConnector

from monitor.lab.server import HOSTS, Lab

from .helpers import CHATGPT, CLAUDE, question, running


async def test_hosts_are_apart_and_the_log_is_under_each() -> None:
    async with running() as (lab, client):
        path = f"/chat/{lab.conversation('claude')}"
        assert (await client.get(path, headers=CLAUDE)).status == 200
        assert (await client.get(path, headers=CHATGPT)).status == 404
        for host in HOSTS:
            assert (await (await client.get("/lab/log", headers={"Host": host})).json())[0]["what"] == "page"


async def test_the_switch_turns_over_http_and_refuses_what_it_does_not_know() -> None:
    async with running() as (lab, client):
        answer = await client.post("/lab/switch", json={"site": "claude", "sync": "poll"})
        assert await answer.json() == {"chatgpt": "none", "claude": "poll"}
        for body in (
            {"site": "claude", "sync": "magic"},
            {"site": "chatgpt", "sync": "push"},
            {"site": "other", "sync": "poll"},
            {"sync": "poll"},
        ):
            assert (await client.post("/lab/switch", json=body)).status == 400
        assert [e.note for e in lab.log.of("switch")] == ["poll"]


@pytest.mark.parametrize(("path", "host"), [("/", CHATGPT), ("/chat/x", CLAUDE)])
async def test_a_page_says_that_it_is_the_lab_outside_of_its_messages(path: str, host: dict[str, str]) -> None:
    async with running() as (_, client):
        text = await (await client.get(path, headers=host)).text()
    assert f"syncmon lab, not {host['Host']}" in text.split("<main>")[0]
    assert "__LAB__" not in text


async def test_a_lab_listens_on_loopback_with_tls_and_says_how_to_reach_it() -> None:
    async with Lab({"claude": "socket"}) as lab:
        async with ClientSession(connector=TCPConnector(ssl=False)) as session:
            url = f"https://127.0.0.1:{lab.port}/c/{lab.conversation('chatgpt')}"
            async with session.get(url, headers=CHATGPT) as answer:
                assert answer.status == 200
        assert f"MAP ws.chatgpt.com:443 127.0.0.1:{lab.port}" in lab.chromium_args[0]
        assert f"--gcm-checkin-url=https://127.0.0.1:{lab.port}/checkin" in lab.chromium_args
        assert f"--gcm-mcs-endpoint=https://127.0.0.1:{lab.push.mcs.port}" in lab.chromium_args
        assert lab.urls["chatgpt"] == f"https://chatgpt.com/c/{lab.conversation('chatgpt')}"
        assert lab.urls["claude"] == f"https://claude.ai/chat/{lab.conversation('claude')}"
        assert lab.new_conversation("claude") != lab.conversation("claude")


async def test_clocks_that_are_off_show_in_what_the_servers_say_and_not_in_the_log() -> None:
    before = time.time()
    async with running(clock_s=-900.0) as (lab, client):
        path = f"/backend-api/conversation/{lab.conversation('chatgpt')}"
        answer = await client.get(path, headers=CHATGPT)
        told = await answer.json()
        late = time.time() - 900
        assert before - 901 < parsedate_to_datetime(answer.headers["Date"]).timestamp() <= late
        stamps = [
            told["create_time"],
            *(one["message"]["create_time"] for one in told["mapping"].values() if one["message"]),
        ]
        assert len(stamps) == 3
        assert all(before - 900 <= stamp <= late for stamp in stamps)
        assert all(entry.time >= before for entry in lab.log)


async def test_nothing_is_left_running_when_a_page_goes_in_the_middle_of_its_answer() -> None:
    async with Lab(answer_s=600) as lab:
        async with ClientSession(connector=TCPConnector(ssl=False)) as session:
            url = f"https://127.0.0.1:{lab.port}/backend-api/f/conversation"
            async with session.post(url, json=question(lab), headers=CHATGPT) as answer:
                await answer.content.readany()
        async with asyncio.timeout(5):
            await lab.log.seen("cut", site="chatgpt")
    assert asyncio.all_tasks() == {asyncio.current_task()}
