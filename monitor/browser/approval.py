"""A browser may ask a person whether we may attach; that is waited for, and said plainly where nobody answered."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from monitor.browser.connection import Connection
from monitor.browser.discover import Endpoint
from monitor.browser.shared import Status
from monitor.errors import ApprovalError, AttachError

PATIENCE_S = 10.0  # with a browser that asks nobody
ASKED = "Chrome asks whether to allow remote debugging: click Allow in its window."
REFUSED = (
    "Chrome did not let us in ({error}) Click Allow in its window when it asks, and keep"
    " chrome://inspect/#remote-debugging switched on."
)


def patience(endpoint: Endpoint, approval_s: float) -> float:
    """Seconds that the opening of a connection may take."""
    return approval_s if endpoint.approval else PATIENCE_S


@contextlib.asynccontextmanager
async def approved(
    opening: contextlib.AbstractAsyncContextManager[Connection], endpoint: Endpoint, status: Status, approval_s: float
) -> AsyncIterator[Connection]:
    """The connection, once the person let us in. Raises ApprovalError where that was not in time, else AttachError."""
    if endpoint.approval:
        status({"event": "waiting-for-approval", "endpoint": endpoint.socket, "what": ASKED, "timeout_s": approval_s})
    async with contextlib.AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(opening)
        except AttachError as error:
            if endpoint.approval:
                raise ApprovalError(REFUSED.format(error=error)) from None
            raise
        yield connection
