"""What DevTools says that there is, and nothing of what it carries: each one is a gap with its reason; pure."""

from __future__ import annotations

from monitor.browser.output import Origin, Output
from monitor.browser.sessions import origin_of
from monitor.browser.wire import Params
from monitor.model import Gap

REASONS = {
    "Network.webTransportCreated": "a WebTransport session to {where} was opened: DevTools tells nothing of it",
    "Network.directTCPSocketCreated": "a TCP socket to {where} was opened: what it carries is not recorded",
    "Network.directUDPSocketCreated": "a UDP socket to {where} was opened: what it carries is not recorded",
    "Page.downloadWillBegin": "a file was downloaded from {where}: DevTools does not tell what is in it",
}


class Unseen(Params, frozen=True):
    """What the messages say of it."""

    timestamp: float = 0.0
    url: str = ""
    remote_addr: str = ""


def tell(out: Output, origin: Origin, method: str, params: Unseen, mono: float) -> None:
    """One message of those named in `REASONS`. Of an address the origin is told: the rest may be secret."""
    where = origin_of(params.url) if params.url else params.remote_addr or "an address that it does not tell"
    stamp = origin.stamp(out.clock, mono) if params.timestamp else origin.unstamped(out.clock, mono)
    out.emit(Gap(**stamp, reason=REASONS[method].format(where=where[:200]), count=1))
