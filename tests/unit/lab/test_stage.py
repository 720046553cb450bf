from __future__ import annotations

import json

import pytest
from aiohttp.test_utils import make_mocked_request

from monitor.lab.conversations import Conversation, Message
from monitor.lab.stage import Caller, Site, fill

from .helpers import ask_chatgpt, running


@pytest.mark.parametrize(
    ("header", "caller"),
    [("p t load", Caller("p", "t", "load")), ("p", Caller("p")), ("", Caller()), ("a b c d", Caller("a", "b", "c"))],
)
def test_a_caller_is_read_from_its_header_as_far_as_it_goes(header: str, caller: Caller) -> None:
    assert Caller.of(make_mocked_request("GET", "/", headers={"x-lab": header})) == caller


def test_a_configuration_cannot_end_the_script_it_stands_in() -> None:
    nasty = {"conversation": "</script><script>alert(1)</script>"}
    text = fill("chatgpt.html", nasty)
    assert text.count("</script>") == 1
    assert json.loads(text.split("const lab = ", 1)[1].split(";\n", 1)[0]) == nasty


async def test_couriers_are_told_of_every_whole_answer() -> None:
    told: list[tuple[Site, str, str]] = []

    async def courier(site: Site, conversation: Conversation, reply: Message) -> None:
        told.append((site, conversation.id, reply.id))

    async with running() as (lab, client):
        lab.stage.couriers.append(courier)
        await (await ask_chatgpt(client, lab)).text()
    assert told == [("chatgpt", lab.conversation("chatgpt"), lab.log.of("complete")[0].messages[0])]
