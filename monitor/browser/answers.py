"""The bytes of an answer, and how they are had; nothing here begins an exchange.

    streamResourceContent ─granted─▶ bytes as they come, exact ──▶ Chunk events, or one Body
                          ├─refused─▶ getResponseBody at the end ──▶ one Body
                          └─too late for the first─▶ Chunk events from there on, the whole as one Body at the end
A body that is a stream by its type, or that stays open, is told as Chunk events at once; any other fetch is held until
its end and told as one Body, so that a plain answer does not look like a stream.
"""

from __future__ import annotations

import base64

from monitor.browser import bodies
from monitor.browser.exchanges import STREAMED, Exchange, Exchanges
from monitor.browser.output import decode
from monitor.browser.sockets import Key
from monitor.browser.wire import Reply
from monitor.browser.wire_network import BufferedData, DataReceived, ResponseBody
from monitor.model import Body, Chunk, Failed, Finished, Gap

FETCHED = ("fetch", "xhr", "document")
BODY_LIMIT = 32 << 20  # what the browser keeps of one body, as `setup` asks it to
HELD_LIMIT = 4 << 20
STREAM_LIMIT = 256 << 20
HOLD_S = 0.25
HOLD_JSON_S = 5.0
UNREAD_S = 1.0
GONE = "the browser no longer had the body when it was asked for"


class Answers:
    """The bodies of the answers to the exchanges of one browser."""

    def __init__(self, exchanges: Exchanges) -> None:
        self._exchanges = exchanges

    def follow(self, key: Key, one: Exchange) -> None:
        """Ask for the bytes as they come."""
        one.stream = "asked"
        self._exchanges.ask(key, "stream", "Network.streamResourceContent")

    # ── as they come ──────────────────────────────────────────────────────────────────────────────────────────────────

    def data(self, key: Key, one: Exchange, params: DataReceived, mono: float) -> None:
        """Network.dataReceived."""
        one.seen += params.data_length
        if params.data:
            self._came(key, one, base64.b64decode(params.data), mono)
        elif one.stream in ("no", "refused") and not one.asked and (one.chunked or bodies.is_stream(one.mime)):
            # Chrome keeps the content of what it was not told to follow; that something came, and how much, it says.
            self._exchanges.emit(Chunk, one, mono, size=params.data_length, offset=one.seen - params.data_length)

    def _came(self, key: Key, one: Exchange, raw: bytes, mono: float) -> None:
        if one.got > STREAM_LIMIT:
            one.cut = True
            return
        one.got += len(raw)
        one.chunked = one.chunked or bodies.is_stream(one.mime) or one.got > HELD_LIMIT
        if one.chunked:
            self.flush(one)
            self._chunk(one, raw, mono)
        else:
            one.held.append((mono, raw))
            self._exchanges.due.add(key)

    def flush(self, one: Exchange) -> None:
        """It is a stream: tell what was held, and from now on what comes."""
        one.chunked = True
        held, one.held = one.held, []
        for mono, raw in held:
            self._chunk(one, raw, mono)

    def _chunk(self, one: Exchange, raw: bytes, mono: float) -> None:
        self._piece(one, one.text.feed(raw), mono)

    def _piece(self, one: Exchange, piece: bodies.Piece | None, mono: float) -> None:
        if piece is not None:
            self._exchanges.emit(
                Chunk, one, mono, size=piece.size, offset=piece.offset, text=piece.text, data=piece.data
            )

    def settle(self, one: Exchange, mono: float) -> None:
        """A body that stays open is a stream; one that is complete but for its end, which a page that does not read it
        never gets, is a body."""
        age = mono - one.held[0][0]
        if one.length is None and age > (HOLD_JSON_S if bodies.is_json(one.mime) else HOLD_S):
            self.flush(one)
        elif one.length is not None and one.got >= one.length and age > UNREAD_S:
            raw, at = b"".join(raw for _, raw in one.held), one.held[-1][0]
            one.held, one.whole = [], True
            self._body(one, raw, at)

    # ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def finish(self, key: Key, one: Exchange) -> None:
        """Its end came: tell it and the body, or ask for what is missing of that first."""
        assert one.ended is not None
        mono, size = one.ended
        if one.whole:
            self._done(key, one, mono, size, "later")
        elif one.chunked:
            self._piece(one, one.text.end(), mono)
            if not one.cut and one.asked and one.stream == "on" and one.got < one.seen <= BODY_LIMIT:
                self._ask_body(key, one, mono, size)
                return
            self._tell_hole(one, mono)
            self._done(key, one, mono, size, "chunks" if one.got else "none")
        elif one.stream == "on" and one.got >= one.seen:
            self._done(key, one, mono, size, "later" if one.got else "none")
            if one.got:
                self._body(one, b"".join(raw for _, raw in one.held), mono)
        elif one.resource in FETCHED or bodies.is_json(one.mime) or _is_preloaded(one):
            self._ask_body(key, one, mono, size)
        else:
            self._done(key, one, mono, size, "none")

    def _tell_hole(self, one: Exchange, mono: float) -> None:
        """Chrome counted more bytes of a stream than it gave out."""
        if one.cut or one.got < one.seen:
            self._exchanges.emit(
                Gap, one, mono, reason="bytes of a streamed body were not captured", count=one.seen - one.got
            )

    def _done(self, key: Key, one: Exchange, mono: float, size: int, body: str) -> None:
        self._exchanges.live.pop(key, None)
        self._exchanges.emit(Finished, one, mono, size=size, body=body)

    def _ask_body(self, key: Key, one: Exchange, mono: float, size: int) -> None:
        self._exchanges.emit(Finished, one, mono, size=size, body="later")
        if max(size, one.seen) > BODY_LIMIT:
            reason = f"a body larger than {BODY_LIMIT >> 20} MB came before it could be followed"
            self._exchanges.emit(Gap, one, mono, reason=reason, count=max(one.seen - one.got, 0) or None)
            self._absent(key, one, f"larger than {BODY_LIMIT >> 20} MB")
            return
        one.fetching = True
        self._exchanges.ask(key, "body", "Network.getResponseBody", 15.0)

    def _body(self, one: Exchange, raw: bytes, mono: float) -> None:
        piece = bodies.whole(raw)
        self._exchanges.emit(Body, one, mono, size=piece.size, text=piece.text, data=piece.data)

    def _absent(self, key: Key, one: Exchange, reason: str) -> None:
        self._exchanges.live.pop(key, None)
        mono = one.ended[0] if one.ended else one.last
        self._exchanges.emit(Body, one, mono, state="absent", reason=reason)

    def break_off(
        self, key: Key, one: Exchange, mono: float, error: str, canceled: bool, derived: bool = False
    ) -> None:
        """It failed: what had come by then is told first."""
        self._exchanges.live.pop(key, None)
        self.flush(one)
        self._piece(one, one.text.end(), mono)
        if one.asked and one.resource in STREAMED:
            self._tell_hole(one, mono)
        self._exchanges.emit(Failed, one, mono, error=error, canceled=canceled, derived=derived)

    def give_up(self, key: Key, one: Exchange, mono: float, because: str) -> None:
        """Nothing more can come of it."""
        if one.ended is not None:
            self._absent(key, one, because)
        elif one.broken is not None:
            self.break_off(key, one, *one.broken)
        else:
            self.break_off(key, one, mono, because, True, True)

    # ── replies ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def granted(self, key: Key, one: Exchange, reply: Reply, mono: float) -> None:
        """The reply to Network.streamResourceContent."""
        if one.fetching:
            return  # each address of a chain of redirects was asked for: the first answer after the end is enough
        if reply.error is None or one.stream == "asked":
            one.stream = "on" if reply.error is None else "refused"
        if reply.error is None:
            raw = base64.b64decode(decode(reply.result, BufferedData).buffered_data)
            # What came before Chrome was told to follow, and is not in its buffer, is a hole at the beginning.
            one.text.offset += max(0, one.seen - one.got - len(raw))
            if raw:
                self._came(key, one, raw, (one.ended or one.broken or (mono,))[0])
        if one.ended is not None:
            self.finish(key, one)
        elif one.broken is not None:
            self.break_off(key, one, *one.broken)

    def fetched(self, key: Key, one: Exchange, reply: Reply) -> None:
        """The reply to Network.getResponseBody."""
        if one.chunked and one.ended is not None:
            self._fill(key, one, reply, one.ended[0])
            return
        if reply.error is not None or one.ended is None:
            if one.seen:
                self._exchanges.emit(Gap, one, one.ended[0] if one.ended else one.last, reason=GONE, count=1)
            self._absent(key, one, reply.error or "not finished")
            return
        answer = decode(reply.result, ResponseBody)
        self._exchanges.live.pop(key, None)
        raw = bodies.fetched(answer.body, answer.base64_encoded, one.mime, one.charset, one.seen)
        self._body(one, raw, one.ended[0])

    def _fill(self, key: Key, one: Exchange, reply: Reply, mono: float) -> None:
        """The whole of a body that was told with a hole: where Chrome still has it, all is there after all."""
        self._exchanges.live.pop(key, None)
        raw = b""
        if reply.error is None:
            answer = decode(reply.result, ResponseBody)
            raw = bodies.fetched(answer.body, answer.base64_encoded, one.mime, one.charset, one.seen)
        if len(raw) == one.seen:
            self._body(one, raw, mono)
            return
        self._tell_hole(one, mono)
        self._exchanges.emit(Body, one, mono, state="absent", reason=reply.error or "only a part of it was kept")


def _is_preloaded(one: Exchange) -> bool:
    """What a page's head asks for ahead of the script that will fetch it (`as=fetch`), which is not asked for again."""
    return one.resource == "other" and one.mime.startswith("text/")
