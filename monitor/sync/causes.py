"""What healed a tab: the event that brought an item to it, and the one that gave the word.

Content first: of the payloads that reached the tab while it waited, those that hold the item's text. A document that
began after the item was known heals by `reload`, and so does all it asks for while it loads; what it asks for later,
with no other word, it asks because it was loaded. Where no payload holds the
text (it was compressed, encrypted or drawn), the last one before the item was shown is named, and the cause says that
it rests on timing alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from monitor.model import Channel
from monitor.sites.address import endpoint_of
from monitor.sync.evidence import SMALL, Needle, Packet, find
from monitor.sync.network import Connection, Network
from monitor.sync.polls import Polls
from monitor.sync.prompts import prompt_of
from monitor.sync.snapshot import Via
from monitor.sync.tabs import RELOAD_S

NEAR_S = 1.0  # a page shows what it received within this
AT_ONCE_S = 0.25  # a page that shows what it received without waiting for anything else does so within this
LATE_S = 0.3  # a payload stamped this much after it was shown still counts: clocks of page and network differ a little
_EARLY_S = 0.02  # clocks differ by so much
_MANY = 4  # so many requests show a period if they have one


@dataclass(slots=True, frozen=True)
class Rival:
    """A payload that brought an item too. after: seconds after the cause did; negative where it was first."""

    channel: Channel
    seq: int
    after: float


@dataclass(slots=True, frozen=True)
class Cause:
    """What brought an item to a tab. polls: the requests to the endpoint that did, if a fetch did.

    prompted_by: `focus` where the page asked as its user turned to it.
    prompt_seq: the event that gave the word. also: what brought the item too, by another channel.
    waited: when a request was answered that the page had made before there was anything to be told.
    """

    channel: Channel | Literal["reload", "unknown"]
    seq: int | None
    confidence: Literal["content", "timing", "none"]
    prompted_by: Channel | Literal["reload", "focus"] | None = None
    polls: Polls | None = None
    prompt_seq: int | None = None
    also: tuple[Rival, ...] = ()
    waited: float | None = None

    @property
    def via(self) -> Via:
        """The cause in the words of the design; a fetch is a poll once it is seen to repeat, or to wait for news."""
        if self.channel == "fetch":
            repeats = self.polls is not None and (self.polls.period is not None or self.polls.relays or self._again)
            return "poll" if repeats and self.prompted_by is None else "refetch"
        return self.channel

    @property
    def _again(self) -> bool:
        """Whether the page asked the same again as soon as the request that had waited was answered."""
        answered = self.waited
        if answered is None or self.polls is None:
            return False
        return any(-_EARLY_S <= start - answered <= NEAR_S for start in self.polls.starts)


@dataclass(slots=True, frozen=True)
class Word:
    """A message that named a subject without its content. tab: whom it reached; None for a push."""

    tab: str | None
    at: float
    seq: int
    channel: Channel
    type: str


@dataclass(slots=True, frozen=True)
class Arrival:
    """An item shown in a tab that had lacked it. began: when the document it is shown in did."""

    tab: str
    since: float
    until: float
    until_seq: int
    began: float
    began_seq: int


def cause_of(arrival: Arrival, needle: Needle, network: Network) -> Cause:
    """The cause of one arrival, from the traffic of its tab (and of the workers no tab owns)."""
    reloaded = arrival.began > arrival.since
    start = arrival.began if reloaded else arrival.since - NEAR_S
    packet = _bringer(arrival, needle, network, start)
    if reloaded and (packet is None or _of_the_load(packet, arrival.began, network)):
        confidence: Literal["content", "timing"] = "content" if packet else "timing"
        return Cause("reload", arrival.began_seq, confidence)
    if packet is not None:
        holders = _holders(arrival, needle, network)
        packet = _at_hand(packet, holders, arrival, network)
        also = _rivals(packet, holders, network)
        cause = replace(_from_packet(packet, arrival, network, "content"), also=also)
        if reloaded and cause.via == "refetch" and cause.prompted_by is None:
            cause = replace(cause, prompted_by="reload", prompt_seq=arrival.began_seq)
        return cause
    packet = _counting(arrival, needle, network)
    if packet is not None:
        about_it = len(packet.haystack.exact) <= SMALL
        return _from_packet(packet, arrival, network, "content" if about_it else "timing")
    packet = _nearest(arrival, network)
    if packet is not None:
        return _from_packet(packet, arrival, network, "timing")
    return Cause("unknown", None, "none")


def cause_by(packet: Packet, arrival: Arrival, network: Network) -> Cause:
    """The cause of an arrival that this payload brought."""
    return _from_packet(packet, arrival, network, "content")


def _bringer(arrival: Arrival, needle: Needle, network: Network, start: float) -> Packet | None:
    """The payload that holds the item: the first of those just before it was shown, else the last one before that."""
    end = arrival.until + LATE_S
    for owner in (arrival.tab, None):
        packets = [p for p in network.logs[owner].between(start, end) if p.dir != "out"]
        if owner is None:
            packets = [p for p in packets if network.concerns(p, arrival.tab)]
        near = find(needle, [p for p in packets if p.time >= arrival.until - NEAR_S])
        if near is not None:
            just = [p for p in packets if p.time >= arrival.until - AT_ONCE_S]
            whole = near.haystack.holds_whole(needle)  # else it may have told the like of it, just before
            return near if whole else find(needle, just) or near
        earlier = find(needle, reversed([p for p in packets if p.time < arrival.until - NEAR_S]))
        if earlier is not None:
            return earlier
        pieces = find(needle, packets)  # that began long before
        if pieces is not None:
            return pieces
    return None


def _counting(arrival: Arrival, needle: Needle, network: Network) -> Packet | None:
    """The payload just before that says a number which is all that is new: one about little, else the last."""
    window = network.logs[arrival.tab].between(arrival.until - NEAR_S, arrival.until + LATE_S / 3)
    came = [p for p in window if p.dir != "out" and not needle.numbers.isdisjoint(p.haystack.exact)]
    few = [p for p in came if len(p.haystack.exact) <= SMALL]
    return next(reversed(few or came), None)


def _holders(arrival: Arrival, needle: Needle, network: Network) -> list[Packet]:
    """For each channel, the first payload that brought the item whole, within a moment of its being shown."""
    found: dict[str, Packet] = {}
    for owner in (arrival.tab, None):
        for packet in network.logs[owner].between(arrival.until - NEAR_S, arrival.until + NEAR_S):
            brings = packet.dir != "out" and (owner is not None or network.concerns(packet, arrival.tab))
            channel = network.channel_of(packet)
            if brings and channel not in found and packet.haystack.holds_whole(needle):
                found[channel] = packet
    return sorted(found.values(), key=lambda p: (p.time, p.seq))


def _at_hand(first: Packet, holders: list[Packet], arrival: Arrival, network: Network) -> Packet:
    """What the page showed at once: a payload that it had for long by then is not, where another had just come."""
    if first.time > arrival.until - AT_ONCE_S or first.time < arrival.until - NEAR_S:
        return first
    just = [p for p in holders if arrival.until - AT_ONCE_S <= p.time <= arrival.until + 0.02]
    other = [p for p in just if network.channel_of(p) != network.channel_of(first)]
    return other[0] if other else first


def _rivals(packet: Packet, holders: list[Packet], network: Network) -> tuple[Rival, ...]:
    """The channels that brought the item too."""
    mine = network.channel_of(packet)
    others = [(network.channel_of(other), other) for other in holders]
    return tuple(Rival(way, other.seq, other.time - packet.time) for way, other in others if way != mine)


def _of_the_load(packet: Packet, began: float, network: Network) -> bool:
    """Whether a payload belongs to the loading of a document: asked for, or simply there, soon after it began."""
    connection = network.connections.get(packet.connection)
    if packet.channel in ("fetch", "fetch-stream") and connection is not None and not connection.streams:
        return connection.opened <= began + RELOAD_S
    return packet.time <= began + RELOAD_S


def _nearest(arrival: Arrival, network: Network) -> Packet | None:
    """The last payload before an item was shown that could have held it: not a heartbeat, and not one we can read."""
    window = network.logs[arrival.tab].between(arrival.until - NEAR_S, arrival.until + LATE_S / 3)
    shapes = [packet.shape for packet in network.logs[arrival.tab]] if window else []
    came = [p for p in window if p.dir != "out"]
    rare = [p for p in came if shapes.count(p.shape) <= 3]
    opaque = [p for p in came if p.haystack.opaque]
    best = [p for p in rare if p.haystack.opaque] or rare or opaque
    return best[-1] if best else None


def _from_packet(packet: Packet, arrival: Arrival, network: Network, confidence: Literal["content", "timing"]) -> Cause:
    channel = network.channel_of(packet)
    if channel != "fetch":
        return Cause(channel, packet.seq, confidence)
    connection = network.connections.get(packet.connection)
    if connection is None:
        return Cause("fetch", packet.seq, confidence)
    polls = _polls(connection, network)
    prompt = prompt_of(connection, arrival.tab, network)
    if prompt is None:
        turned = network.turned.at(arrival.tab, connection.opened)
        if turned is not None and not connection.late and (polls is None or polls.period is None):
            return Cause("fetch", packet.seq, confidence, "focus", polls, turned)
        waited = connection.answered if connection.late or connection.opened < arrival.since - NEAR_S else None
        return Cause("fetch", packet.seq, confidence, None, polls, waited=waited)
    return Cause("fetch", packet.seq, confidence, network.channel_of(prompt), polls, prompt.seq)


def _polls(connection: Connection, network: Network) -> Polls | None:
    """The requests of the tab to an endpoint; those of another tab that polls it, where this one's are too few yet."""
    own = connection.polls
    if own is None and connection.late:  # it is older than the recording, and was a page's own where it asks the same
        return network.asked.get(connection.tab, endpoint_of("GET", connection.url or ""))
    if own is None or own.period is not None or own.relays or len(own.starts) >= _MANY:
        return own
    others = network.asked.of(connection.endpoint)
    return next((polls for polls in others if polls.period is not None), own)
