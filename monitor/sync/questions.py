"""Which payloads that leave a tab only ask, and change nothing: a request to read, a GraphQL query."""

from __future__ import annotations

import json

from monitor.decode.graphql import queries
from monitor.sync.evidence import Packet
from monitor.sync.network import Connection

_READS = ("GET", "HEAD")
_SIZE = 1 << 16


def asks(packet: Packet, connection: Connection | None) -> bool:
    """Whether what a payload was sent with, or what it says, only asks."""
    return (connection is not None and connection.method in _READS) or only_queries(packet)


def only_queries(packet: Packet) -> bool:
    """Whether a payload is a GraphQL query, or several; a form that is sent by GET is none, and may write."""
    text = packet.payload
    if not isinstance(text, str) or len(text) > _SIZE or '"query"' not in text:
        return False
    try:
        return queries(json.loads(text))
    except (ValueError, RecursionError):
        return False
