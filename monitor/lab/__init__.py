"""The lab: the seed's two applications on loopback, with a truth of their own, for the demo and the tests.

It stands apart: it imports nothing else of syncmon, and needs the extra `lab`.
"""

from .driver import Driver, DriverFailed
from .log import Entry, LabLog
from .pages import NOTES_MODES, GenericLab, NotesMode
from .play import Step, play
from .profile import allow_notifications
from .push import PushService, Subscription, WorkerOrders
from .run import run_lab
from .server import Lab
from .stage import MODES, MODES_OF, SITES, Site, SyncMode

__all__ = [
    "MODES",
    "MODES_OF",
    "NOTES_MODES",
    "SITES",
    "Driver",
    "DriverFailed",
    "Entry",
    "GenericLab",
    "Lab",
    "LabLog",
    "NotesMode",
    "PushService",
    "Site",
    "Step",
    "Subscription",
    "SyncMode",
    "WorkerOrders",
    "allow_notifications",
    "play",
    "run_lab",
]
