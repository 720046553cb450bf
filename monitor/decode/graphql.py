"""GraphQL over fetch: operations as they are sent, answers, and answers in parts (server-sent events, multipart).

The type of an operation is its name, or `query`, `mutation`, `subscription`; of a part of an answer `next`, `complete`,
`initial` and `incremental` (deferred parts), `heartbeat`; of a whole answer `data`, or `errors` where it has no data.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.parse import UNSET
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "graphql"
_URL = re.compile(r"^https?://[^?#]*/(?:graphql|gql)(?:/stream)?/?(?:[?#]|$)")
_OPERATION = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:(query|mutation|subscription)\b\s*(\w*)|(fragment)\b|(\{))")
_ANSWER = frozenset(("data", "errors", "extensions", "hasNext", "incremental", "pending", "completed", "label", "path",
                     "items"))  # fmt: skip
_ASKED = frozenset(("query", "variables", "operationName", "extensions", "id", "documentId", "doc_id"))


class GraphQl(Stateless):
    """By the operation's text, by events of its streams, or by address and the answer's keys."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A `query` that is no GraphQL is somebody else's, and `data` alone is everybody's."""
        value = item.value
        if facts.channel not in ("fetch", "fetch-stream", "sse"):
            return 0
        if item.name is not None:
            return 75 if item.name in ("next", "complete") and _event(item.name, value) else 0
        if operation(value) is not None:
            return 80
        parts = "multipart" in item.layers
        if parts and type(value) is dict and value.keys() == {"payload"} and is_answer(value["payload"]):
            return 75
        if not is_answer(value):
            return 0
        if _URL.search(facts.url):
            return 85
        return 75 if parts and ("hasNext" in value or "incremental" in value) else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one operation, or an answer or a part of one."""
        value = item.value
        if item.name is not None:
            kind = item.name if item.name in ("next", "complete") else None
        else:
            kind = operation(value) or _kind(value)
        if kind is None:
            return None
        plain = item.text or None if value is UNSET else value
        message = Message(protocol=NAME, type=kind, value=plain)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))


def operation(value: Any) -> str | None:
    """The name or kind of an operation that is sent; of a batch that of the first."""
    if type(value) is list and value:
        value = value[0]
    if type(value) is not dict or not value.keys() <= _ASKED:
        return None
    text, name = value.get("query"), value.get("operationName")
    if type(text) is str:
        found = _OPERATION.match(text)
        if not found or "{" not in text:
            return None
        kind = found[1] or "query"
        return name if type(name) is str and name else found[2] or kind
    extensions = value.get("extensions")
    if type(name) is str and type(extensions) is dict and "persistedQuery" in extensions:
        return name
    return None


def queries(value: Any) -> bool:
    """Whether what is sent are queries alone, which change nothing."""
    operations = value if type(value) is list else [value]
    if not operations or operation(operations) is None:
        return False
    texts = [one.get("query") if type(one) is dict else None for one in operations]
    found = [_OPERATION.match(text) if type(text) is str else None for text in texts]
    named = [one.get("operationName") if type(one) is dict else None for one in operations]
    several = any(type(text) is str and "mutation" in text and name for text, name in zip(texts, named, strict=True))
    return not several and all(one is not None and (one[1] == "query" or one[4]) for one in found)


def is_answer(value: Any) -> bool:
    """Whether a value has nothing but what an answer may have."""
    known = type(value) is dict and value and value.keys() <= _ANSWER
    return bool(known and (value.keys() & {"data", "errors", "incremental", "hasNext", "completed"}))


def _kind(value: Any) -> str | None:
    if type(value) is not dict:
        return None
    if not value:
        return "heartbeat"
    if value.keys() == {"payload"}:
        return "next" if type(value["payload"]) is dict else "complete"
    if not is_answer(value):
        return None
    if "incremental" in value or "path" in value:
        return "incremental"
    if "hasNext" in value:
        return "initial" if "data" in value else "complete"
    return "data" if value.get("data") is not None else "errors"


def _event(name: str, value: Any) -> bool:
    """Whether it is an event of GraphQL over server-sent events, with one operation a stream or with several."""
    if name == "complete":
        return type(value) is dict and value.keys() == {"id"}
    return is_answer(value) or (
        type(value) is dict and value.keys() == {"id", "payload"} and is_answer(value["payload"])
    )


PROTOCOL = GraphQl()
