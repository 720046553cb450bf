"""The lab's push backend on loopback: what Chromium's push client, Firebase's SDK and an application server speak with.

`PushService` is its face; the rest are its parts. It keeps everything in memory.
"""

from .mailbox import Push, Subscription
from .service import PushService, PushSpoil, WorkerOrders

__all__ = ["Push", "PushService", "PushSpoil", "Subscription", "WorkerOrders"]
