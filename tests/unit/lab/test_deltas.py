from __future__ import annotations

import json

from monitor.lab import deltas
from monitor.lab.conversations import start

from .helpers import decode, events


def test_an_answer_decodes_to_the_message_that_the_conversation_carries() -> None:
    made = start(seeded=True)
    reply = made.thread()[-1]
    found = [value for _, value in events("".join(deltas.answer(made.id, reply))) if "v" in value]
    message = decode(found)["message"]
    complete = message.pop("metadata")
    assert complete["is_complete"] is True
    assert message == {k: v for k, v in deltas.message_json(reply).items() if k != "metadata"}


def test_fields_that_carry_over_are_left_out() -> None:
    assert deltas.delta("x") == 'event: delta\ndata: {"v":"x"}\n\n'
    assert json.loads(deltas.delta("x", "/a", "append", 0).split("data: ")[1]) == {
        "p": "/a",
        "o": "append",
        "v": "x",
        "c": 0,
    }


def test_a_handoff_names_one_topic_for_both_ways_and_ends_the_response() -> None:
    [(_, offer), (_, done)] = events("".join(deltas.handoff("c1", "t1")))
    assert {o["topic_id"] for o in offer["options"]} == {"conversation-turn-t1"}
    assert [o["type"] for o in offer["options"]] == ["resume_sse_endpoint", "subscribe_ws_topic"]
    assert done == "[DONE]"


def test_every_node_of_a_tree_names_its_parent_and_its_children() -> None:
    body = deltas.conversation_json(start(seeded=True))
    for key, node in body["mapping"].items():
        assert node["id"] == key
        for child in node["children"]:
            assert body["mapping"][child]["parent"] == key
    assert deltas.conversation_json(start())["current_node"] in deltas.conversation_json(start())["mapping"]
