"""A device with one subscription, and a client's side of MCS."""

from __future__ import annotations

from typing import Any

from firebase_messaging.proto import mcs_pb2 as mcs

from monitor.lab.push.mailbox import Device, Mailbox, Push, Subscription
from monitor.lab.push.stanzas import VERSION, Reader, Stanza, pack

NOW = 1_795_327_850.0


def one_subscription(sender: str = "KEY") -> tuple[Mailbox, Device, Subscription]:
    """A mailbox with one device that subscribed for one worker."""
    mailbox = Mailbox()
    device = mailbox.check_in()
    return mailbox, device, mailbox.subscribe(device, "app", "wp:https://a.test/#G-V2", sender)


def put(mailbox: Mailbox, to: Subscription, raw: bytes = b"raw", **more: Any) -> Push:
    """A push that waits."""
    return mailbox.put(to, raw, **{"encoding": "aes128gcm", "ttl": 60, "now": NOW, **more})


def login(device: Device, *received: str, secret: str | None = None) -> bytes:
    """The bytes with which a browser begins."""
    asked = mcs.LoginRequest(
        id="chrome", domain="mcs.android.com", user=str(device.id), resource=str(device.id),
        auth_token=secret or str(device.secret), received_persistent_id=received,
    )  # fmt: skip
    return bytes([VERSION]) + pack(asked)


def ack(last: int) -> bytes:
    """A stream acknowledgement."""
    stanza = mcs.IqStanza(type=mcs.IqStanza.SET, id="", last_stream_id_received=last)
    stanza.extension.id, stanza.extension.data = 13, b""
    return pack(stanza)


def read(wire: bytes, *, first: bool = True) -> list[Stanza]:
    """The stanzas in a server's bytes; only the first ones begin with a version."""
    return Reader().feed(wire if first else bytes([VERSION]) + wire)
