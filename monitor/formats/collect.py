"""The fold over decoded events: `feed(event, decoded)`, `report()`; memory grows with types and fields, not messages.

A message of a protocol that names its types is counted at once. Messages without a type are held until there are
enough to see which place in them tells it (`infer`), then counted in their order. A plain body's type is its method and
address.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from monitor.decode.generic import PACKED
from monitor.formats.causes import own_causes, rooted, said
from monitor.formats.dialogue import Counters, Replies, shallow
from monitor.formats.links import links_of
from monitor.formats.model import FormatsReport, TypeFormat, TypeKey
from monitor.formats.places import NOT_DATA, UNKNOWN, Place, Places
from monitor.formats.pools import HELD, HELD_BYTES, Held, Pool, PoolKey, Rule, by_address, type_key
from monitor.formats.row import Row, Sample
from monitor.formats.sent import Sent, as_sent, parts_of, query_of
from monitor.formats.triggers import Cause, Near, Triggers
from monitor.formats.turns import Turns
from monitor.model import (
    CHANNELS,
    Action,
    Body,
    Chunk,
    Decoded,
    Direction,
    Event,
    Navigation,
    Push,
    Request,
    RequestBody,
    SocketOpened,
    UserInput,
    Visibility,
)
from monitor.sites.profile import Profile

MAX_ROWS = 1_000
_UNTYPED = frozenset({"json", "text", "raw", "sse", "form", "http", *PACKED})
_STREAMED = frozenset({"sse", "ndjson", "ai-sdk", "react-flight"})  # layers of bodies that come message by message
_PUSHES = 500


class Formats:
    """Feed it every event of a capture in order, with what it decoded to; ask for a report at any time."""

    def __init__(self, profiles: Sequence[Profile] = ()) -> None:
        self._places = Places(profiles)
        self._triggers = Triggers()
        self._replies = Replies()
        self._turns = Turns()
        self._counters = Counters()
        self._rows: dict[TypeKey, Row] = {}
        self._pools: dict[PoolKey, Pool] = {}
        self._messages = self._left_out = 0
        self._pushed: dict[tuple[str, str | None, str], str] = {}  # the last stage of each push
        self._started = self._ended = 0.0

    def feed(self, event: Event, decoded: Decoded | None, *, counted: bool = True) -> None:
        """Take one event into account; one that is not counted only tells what came before others."""
        self._started = self._started or event.time
        self._ended = max(self._ended, event.time)
        self._places.note(event)
        self._triggers.pass_time(event.time)
        if isinstance(event, SocketOpened) and event.late and event.url:
            self._found(event.connection, event.url, self._places.of_socket(event.connection))
        if (cause := self._context(event)) is not None:
            self._triggers.happened(cause, event.time, event.tab)
        elif isinstance(event, Request):
            self._request(event, decoded, counted)
        elif event.channel is not None and not self._again(event):
            self._carrier(event, decoded, counted)

    def _again(self, event: Event) -> bool:
        """Whether it is a later stage of a push, which carries the same payload once more."""
        if not isinstance(event, Push) or event.text is None:
            return False
        key = (event.origin, event.registration, event.instance or event.text)
        before, self._pushed[key] = self._pushed.get(key), event.stage
        while len(self._pushed) > _PUSHES:
            del self._pushed[next(iter(self._pushed))]
        return before == "received" and event.stage != "received"

    def settle(self) -> None:
        """There is no more to come: what was held is counted by what is known."""
        for key, pool in self._pools.items():
            self._decide(key, pool)

    def report(self, site: str | None = None) -> FormatsReport:
        """What is known by now, of one site or of all."""
        rows = {**self._rows, **self._preview()}
        counts = {key: row.count for key, row in rows.items()}
        links = links_of(rows)
        chosen = [row for key, row in rows.items() if site is None or key[0] == site]
        types = [self._tell(row, counts, links.get(row.key, ())) for row in chosen]
        types.sort(key=lambda one: (one.site, CHANNELS.index(one.channel), one.dir or "", one.protocol, one.type))
        held = sum(len(pool.held or ()) for pool in self._pools.values())
        return FormatsReport(
            types=tuple(types), messages=self._messages + held, left_out=self._left_out, started=self._started,
            ended=self._ended,
        )  # fmt: skip

    # ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _context(self, event: Event) -> Cause | None:
        """What an event without a payload may cause, on the site of its tab."""
        what: tuple[str, str]
        match event:
            case Navigation(main=True) if event.how != "same-document":
                what = "navigation", event.how
            case UserInput():
                what = "input", f"{event.input} input"
            case Action():
                state = {True: " on", False: " off"}.get(event.args.get("on"), "")  # type: ignore[arg-type]
                what = "action", f"action {event.do}{state}"
            case Visibility():
                what = "visibility", "tab shown" if event.visible else "tab hidden"
            case SocketOpened():
                found = self._places.connection(event)
                return Cause("connection", f"socket to {found.address or 'an unknown address'} opens", found.site)
            case _:
                return None
        return Cause(*what, self._places.site_of_tab(event))

    def _request(self, event: Request, decoded: Decoded | None, counted: bool) -> None:
        found = self._places.connection(event)
        if found.resource in NOT_DATA:
            return
        if event.body_state != "later":
            self._carrier(event, decoded or query_of(event), counted)
        self._triggers.happened(Cause("request", found.request, found.site), event.time, event.tab)

    def _carrier(self, event: Event, decoded: Decoded | None, counted: bool) -> None:
        """An event that may carry messages."""
        connection = self._places.connection(event) if hasattr(event, "connection") else None
        if connection is not None and connection.resource in NOT_DATA:
            return
        size = getattr(event, "size", 0) + (connection.pending if connection else 0)
        if decoded is None or not decoded.messages:
            if connection is not None and isinstance(event, Chunk):
                connection.pending = size
            return
        if connection is not None:
            connection.pending = 0
        streamed = bool(_STREAMED.intersection(decoded.layers[:1])) and isinstance(event, Chunk | Body)
        place = self._places.locate(event, streamed=streamed)
        sent = [one for message in decoded.fresh for one in as_sent(message)]
        time = event.time
        if connection is not None and isinstance(event, Body):
            time = min(time, connection.ended or time)
        elif connection is not None and isinstance(event, RequestBody):
            time = connection.opened or time
        for one, part in zip(sent, parts_of(sent, size), strict=True):
            sample = Sample(event.seq, time, event.tab, part, one.value, place, one.type, event.kind)
            self._message(one, sample, getattr(event, "dir", None), counted)

    # ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _message(self, sent: Sent, sample: Sample, way: Direction | None, counted: bool) -> None:
        place = sample.place
        if place.channel == "fetch" and (sent.protocol in _UNTYPED or sent.type is None):
            self._count((place.site, place.channel, way, sent.protocol, place.name), sample, counted)
        elif sent.type is not None and sent.protocol not in _UNTYPED - {"sse"}:
            self._count((place.site, place.channel, way, sent.protocol, sent.type), sample, counted)
        else:
            self._pooled(sent, sample, way, counted)

    def _pooled(self, sent: Sent, sample: Sample, way: Direction | None, counted: bool) -> None:
        """A message without a type: held, or counted where it is known what tells the type."""
        place = sample.place
        key = (place.site, place.channel, sent.protocol, place.name)
        pool = self._pools.setdefault(key, Pool()) if len(self._pools) < MAX_ROWS else self._pools.get(key)
        if pool is None:
            self._left_out += counted
        elif pool.held is None:
            self._count(pool.type_of(key, sample, way), sample, counted, pool.rules.get(way))
        elif counted:
            pool.hold(Held(sample, way, self._triggers.before(sample.time)))
            self._triggers.happened(
                Cause("message", said(place.channel, way, sample.named or place.name), place.site),
                sample.time,
                sample.tab,
            )
            if len(pool.held) >= HELD or pool.size > HELD_BYTES:
                self._decide(key, pool)

    def _found(self, connection: str, url: str, place: Place) -> None:
        """The address of a socket is known by now: its first messages go to the others, if it does not name them."""
        for key in [key for key in self._pools if key[1] == "socket" and key[3] == UNKNOWN]:
            right: PoolKey = (place.site, "socket", key[2], place.name)
            for one in self._pools[key].give(connection):
                held = msgspec.structs.replace(one, sample=msgspec.structs.replace(one.sample, place=place))
                if (named := by_address(url, held)) is not None:
                    self._count((place.site, "socket", held.way, *named), held.sample, True, None, held.before)
                    continue
                pool = self._pools.setdefault(right, Pool())
                if not pool.hold(held):
                    kind = pool.type_of(right, held.sample, held.way)
                    self._count(kind, held.sample, True, pool.rules.get(held.way), held.before)

    def _decide(self, key: PoolKey, pool: Pool) -> None:
        """From now on the type is known: count what was held, in its order."""
        if pool.held is None:
            return
        pool.rules = pool.settle()
        held, pool.held = pool.held, None
        for one in held:
            kind = pool.type_of(key, one.sample, one.way)
            self._count(kind, one.sample, True, pool.rules.get(one.way), one.before)

    def _count(
        self, key: TypeKey, sample: Sample, counted: bool, rule: Rule | None = None,
        before: tuple[Near, ...] | None = None,
    ) -> None:  # fmt: skip
        """A message of a known type. before: it was held, and this is what came before it."""
        row = self._rows.get(key)
        if row is None and counted and len(self._rows) < MAX_ROWS:
            row = self._rows[key] = Row(key, rule.words if rule else None)
        if counted:
            self._messages += 1
            self._left_out += row is None
        if row is not None and counted:
            self._triggers.followed(key, sample.time, sample.tab, before)
            row.add(sample)
            self._talk(key, sample)
        if before is None and not (key[1] == "fetch" and key[2] == "out"):
            self._triggers.happened(
                Cause("message", said(key[1], key[2], key[4]), key[0], key), sample.time, sample.tab
            )

    def _talk(self, key: TypeKey, sample: Sample) -> None:
        """What it has to do with the other messages of its connection."""
        place = sample.place
        if key[1] in ("fetch", "fetch-stream"):
            self._replied(key, sample)
            return
        fields = shallow(sample.value)
        if place.speaks:
            self._replies.note(key, place.connection, sample.time, fields)
            self._turns.note(key, place.connection, sample.time)
        self._counters.note(key, place.connection, fields)

    def _replied(self, key: TypeKey, sample: Sample) -> None:
        """A request's first message that comes back is its reply."""
        found = self._places.known(sample.place.connection)
        if found is None:
            return
        if key[2] == "out":
            found.asked = key
        elif found.asked is not None and not found.answered:
            self._replies.answered(found.asked, "", key, "", sample.time - found.opened)
            found.answered = True

    # ── the report ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _preview(self) -> dict[TypeKey, Row]:
        """Rows of the messages that are still held."""
        rows: dict[TypeKey, Row] = {}
        for key, pool in self._pools.items():
            rules = pool.settle() if pool.held else {}
            for one in pool.held or ():
                rule = rules.get(one.way)
                kind = type_key(key, one.way, rule.type_of(one.sample.value) if rule else None)
                if kind not in rows:
                    rows[kind] = Row(kind, rule.words if rule else None)
                rows[kind].add(one.sample)
        return rows

    def _tell(self, row: Row, counts: dict[TypeKey, int], links: tuple[Any, ...]) -> TypeFormat:
        told = row.told()
        triggers = self._triggers.of(row.key, own_causes(row.key))
        if told.period_s is not None:
            # What waits for something is no rhythm, however regularly that came; what has a rhythm waits for nothing.
            if rooted(triggers) or self._triggers.locked(row.key, told.period_s):
                told = msgspec.structs.replace(told, period_s=None, jitter_s=None)
            else:
                triggers = ()
        return msgspec.structs.replace(
            told, preceded_by=triggers, replies=self._replies.of(row.key, counts) or self._turns.of(row.key, counts),
            sequences=self._counters.of(row.key), links=links,
        )  # fmt: skip
