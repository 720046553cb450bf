"""Devices, their subscriptions and the pushes that wait for them: the state of the push service, without clock or I/O.

A push stays until its device acknowledged it or its time is over, through any number of connections.
"""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Subscription:
    """One origin's service worker on one device.

    app, subtype: as Chromium names them; a subtype is `wp:ORIGIN/#GUID-V2`.
    sender: the application server's public key, base64url.
    """

    token: str
    device: int
    app: str
    subtype: str
    sender: str

    @property
    def origin(self) -> str:
        """The origin that subscribed."""
        return self.subtype.removeprefix("wp:").partition("/#")[0]


@dataclass(frozen=True)
class Push:
    """One accepted push. raw: the body as it was posted. encoding: None leaves the header out.

    sent, expires: seconds since the epoch. topic: a newer push of the same topic replaces one that waits.
    """

    id: str
    to: Subscription
    raw: bytes
    encoding: str | None
    ttl: int
    sent: float
    topic: str | None = None

    @property
    def expires(self) -> float:
        """When it is not to be delivered any more; with a ttl of 0 it is delivered at once or never."""
        return self.sent + self.ttl


@dataclass
class Device:
    """One browser profile. waiting: its pushes that were not acknowledged, by id, oldest first."""

    id: int
    secret: int
    waiting: dict[str, Push] = field(default_factory=dict)


class Mailbox:
    """All devices. `subscriptions` holds the live ones by token; `gone` the tokens that were."""

    def __init__(self) -> None:
        self.devices: dict[int, Device] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.gone: set[str] = set()
        self._count = itertools.count(1)

    def check_in(self, device: int = 0) -> Device:
        """The device of an id, or a new one."""
        found = self.devices.get(device)
        if found is None:
            found = Device(device or secrets.randbits(62) + 1, secrets.randbits(62) + 1)
            self.devices[found.id] = found
        return found

    def login(self, device: str, secret: str) -> Device | None:
        """The device that these decimal words prove; None where they don't."""
        found = self.devices.get(int(device)) if device.isdecimal() else None
        return found if found is not None and secret == str(found.secret) else None

    def subscribe(self, device: Device, app: str, subtype: str, sender: str) -> Subscription:
        """A fresh token for an origin's worker; one that it had before is gone."""
        self.unsubscribe(device, subtype)
        made = Subscription(secrets.token_urlsafe(24), device.id, app, subtype, sender)
        self.subscriptions[made.token] = made
        return made

    def unsubscribe(self, device: Device, subtype: str) -> list[Subscription]:
        """End what a device holds under a subtype; what ended."""
        found = [s for s in self.subscriptions.values() if (s.device, s.subtype) == (device.id, subtype)]
        for one in found:
            self.end(one.token)
        return found

    def end(self, token: str) -> None:
        """End one subscription, and what waits for it."""
        one = self.subscriptions.pop(token)
        self.gone.add(token)
        waiting = self.devices[one.device].waiting
        for push in [p for p in waiting.values() if p.to == one]:
            del waiting[push.id]

    def put(
        self, to: Subscription, raw: bytes, *, encoding: str | None, ttl: int, now: float, topic: str | None = None
    ) -> Push:
        """Keep a push for its device, under an id as Google's are."""
        push = Push(f"0:{int(now * 1e6)}%{next(self._count):08x}", to, raw, encoding, ttl, now, topic)
        waiting = self.devices[to.device].waiting
        if topic is not None:
            for old in [p for p in waiting.values() if (p.to, p.topic) == (to, topic)]:
                del waiting[old.id]
        waiting[push.id] = push
        return push

    def expire(self, device: Device, now: float) -> list[Push]:
        """Forget the pushes of a device whose time is over; which."""
        over = [p for p in device.waiting.values() if p.expires < now]
        for push in over:
            del device.waiting[push.id]
        return over
