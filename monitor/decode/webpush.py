"""Push messages in JSON: Firebase's envelope, and any other.

Firebase's `data` holds only strings; those that are JSON are unpacked in the value. The type is the method of the
payload that the application put there (`payload.method`), else the category, else the most telling key of `data`, else
`notification` or `data`, whichever there is. Protocol `fcm` where the envelope is Firebase's, else `webpush`.
"""

from __future__ import annotations

from typing import Any

from monitor.decode import generic
from monitor.decode.parse import UNSET, nested
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

_CATEGORIES = ("notification_feature_category", "category")


class WebPush(Stateless):
    """The payload of a push, or what a service worker posted of it to its pages."""

    name = "webpush"

    def score(self, facts: Facts, item: Item) -> int:
        """By channel, or by Firebase's envelope."""
        if type(item.value) is not dict or item.name is not None:
            return 0
        if facts.channel == "push":
            return 90
        return 80 if _firebase(item.value) and facts.channel in ("worker", "broadcast") else 0

    def read(self, item: Item) -> Decoded | None:
        """Unpack one envelope."""
        if type(item.value) is not dict:
            return None
        value = dict(item.value)
        protocol = "fcm" if _firebase(value) else self.name
        data = value.get("data")
        if type(data) is dict:
            value["data"] = {key: _unpacked(one) for key, one in data.items()}
        message = Message(protocol=protocol, type=_type(value), value=value)
        return Decoded(layers=item.layers + (protocol,), messages=(message,))


def _firebase(value: dict[str, Any]) -> bool:
    return "fcmMessageId" in value or "isFirebaseMessaging" in value or ("from" in value and "fcmOptions" in value)


def _unpacked(value: Any) -> Any:
    inner = nested(value.strip()) if isinstance(value, str) else UNSET
    return value if inner is UNSET else inner


def _type(value: dict[str, Any]) -> str | None:
    data = value.get("data")
    if type(data) is dict:
        found = generic.type_of(data.get("payload"))
        found = found or next((data[key] for key in _CATEGORIES if type(data.get(key)) is str), None)
        found = found or generic.type_of(data)
        if found:
            return found
    return generic.type_of(value) or next((key for key in ("notification", "data") if key in value), None)


PROTOCOL = WebPush()
