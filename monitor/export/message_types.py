"""The message types of a capture, for the formats that describe an application instead of retelling what it did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import platformdirs

from monitor.capture.addresses import Addresses
from monitor.decode import Decoder
from monitor.export.masked import masked
from monitor.export.passages import bound, learned
from monitor.formats.collect import Formats
from monitor.sites.profile import load_profiles

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture
    from monitor.formats.model import FormatsReport, TypeFormat

_ODD = re.compile(r"[^A-Za-z0-9_.-]+")


def report(capture: Capture, query: Query | None, redact: bool) -> FormatsReport:
    """What is known of the messages that match, by the shipped site profiles and the user's."""
    query = bound(capture, query)
    profiles, _ = load_profiles(platformdirs.user_config_path("syncmon") / "sites")
    formats, decoder, addresses = Formats(profiles), Decoder(), Addresses()
    for event in capture.events():
        decoded, url = decoder.feed(event), addresses.feed(event)
        formats.feed(event, decoded, counted=query is None or query.matches(event, decoded, url))
    formats.settle()
    found = formats.report(None)
    return masked(found, learned(capture)) if redact else found


class Names:
    """Names that are unique, and of letters, digits, dots, dashes and underscores only."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, *words: str | None) -> str:
        """A name made of words."""
        base = ".".join(_ODD.sub("-", word).strip("-") for word in words if word) or "message"
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}-{number}"
        self._taken.add(name)
        return name


def title(one: TypeFormat) -> str:
    """A type in words: `celsius subscribe, in by socket, 6 seen`."""
    way = f", {one.dir} by {one.channel}" if one.dir else f", by {one.channel}"
    return f"{one.protocol} {one.type}{way}, {one.count} seen".strip()
