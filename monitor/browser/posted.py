"""The body of a request itself: it comes along with the request, or later, or not at all, and then that is said."""

from __future__ import annotations

from typing import Literal

from monitor.browser import bodies
from monitor.browser.exchanges import FOLLOWED, Exchange, Exchanges
from monitor.browser.output import Origin, decode
from monitor.browser.sockets import Key
from monitor.browser.wire import Reply
from monitor.browser.wire_network import RequestPostData, RequestWillBeSent, ResponseExtraInfo
from monitor.model import Gap, RequestBody

STREAMED_UP = "the page streams the body of this request: the browser does not hand it over"


def brought(params: RequestWillBeSent) -> tuple[bodies.Piece | None, Literal["whole", "later", "absent"]]:
    """What of its body a request brings along, and whether that is all."""
    request = params.request
    raw = bodies.posted(request.post_data_entries)
    if raw is not None:
        return bodies.whole(raw), "whole"
    if request.post_data is not None and not request.post_data_entries:
        return bodies.whole(request.post_data.encode("utf-8", "surrogatepass")), "whole"
    return None, "later" if request.has_post_data else "absent"


class Posted:
    """The bodies that requests did not bring along.

    bodiless: those that should carry a body and are said to have none: their real headers tell.
    """

    def __init__(self, exchanges: Exchanges) -> None:
        self._exchanges = exchanges
        self.bodiless: set[Key] = set()
        # Whose request it was that a body was asked for, by the name of its connection.
        self._posting: dict[str, Origin] = {}

    def began(self, key: Key, one: Exchange, state: str) -> None:
        """A request was told with its body in this state."""
        if state == "absent" and one.method in ("POST", "PUT") and len(self.bodiless) < FOLLOWED:
            self.bodiless.add(key)
        if state == "later":
            self._posting[one.name] = one.origin
            self._exchanges.ask(key, "post", "Network.getRequestPostData")

    def headed(self, origin: Origin, params: ResponseExtraInfo, mono: float) -> None:
        """Network.requestWillBeSentExtraInfo: a request that carries no body gives its length, which is 0."""
        key = (origin.session, params.request_id)
        if key not in self.bodiless:
            return
        self.bodiless.discard(key)
        one = self._exchanges.live.get(key)
        if one is not None and not any(name.lower() == "content-length" for name in params.headers):
            self._exchanges.emit(Gap, one, max(mono, one.last), reason=STREAMED_UP, count=1)

    def reply(self, name: str, reply: Reply, mono: float) -> None:
        """The reply to Network.getRequestPostData."""
        # Chrome stamps no answer: it is placed right after its request, or later.
        stamp = self._posting.pop(name, Origin(None)).unstamped(self._exchanges.out.clock, mono)
        if reply.error is not None:
            self._exchanges.out.emit(RequestBody(**stamp, connection=name, state="absent", reason=reply.error))
            return
        answer = decode(reply.result, RequestPostData)
        piece = bodies.whole(bodies.fetched(answer.post_data, answer.base64_encoded, "", ""))
        self._exchanges.out.emit(
            RequestBody(**stamp, connection=name, size=piece.size, text=piece.text, data=piece.data)
        )

    def ended(self, key: Key) -> None:
        """An exchange ended: its headers come no more."""
        self.bodiless.discard(key)

    def gone(self, session: str | None) -> None:
        """A session ended."""
        self.bodiless = {key for key in self.bodiless if key[0] != session}
