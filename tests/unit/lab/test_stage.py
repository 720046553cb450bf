from __future__ import annotations

import json

from monitor.lab.conversations import Conversation, Message
from monitor.lab.stage import Site, fill

from .helpers import ask_chatgpt, running


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
