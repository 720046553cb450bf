"""The BroadcastChannels of pages: asked of a page's heap by name, and listened to beside it; pure.

Only beside a page that listens itself, or a tab would hear what its page does not. Each look walks the page's heap, so
there are few, after the load; what was found holds for the frame's next document of the same origin. A page can have
hundreds of frames, and stands still for a look into each: it is left alone for the better part of its time.
"""

from __future__ import annotations

import msgspec

from monitor.browser.documents import Document, Documents
from monitor.browser.heap import LARGE, SMALL, Ask, Found, Heap
from monitor.browser.output import Origin, Output
from monitor.browser.page_observer import listening
from monitor.model import Gap

TOO_LARGE = "the page is too large to be asked for its BroadcastChannels without a long halt: they are not heard"
UNSAFE = "the page has WebAssembly, and Chrome could crash if asked for its BroadcastChannels: they are not heard"
LIST_CHANNELS = "function(){return [...new Set(this.map(c=>c.name))].slice(0,64)}"
# Seconds after the load at which is looked.
LOOK_AFTER = (0.05, 0.5, 2.0, 10.0, 30.0)
# Of these, the one for which a page with a large heap may stand still; once, since its next document is told what was
# found.
LOOK_ONCE = 2.0
# The share of its time for which a page may stand still for looks, and how long an answer can be on its way, seconds.
SHARE = 0.05
UNANSWERED_S = 25.0


class Look(msgspec.Struct, frozen=True):
    """A look that is due at a moment, for as long as the frame has that document. large: though its heap may be."""

    due: float
    session: str
    frame: str
    loader: str
    large: bool


class Broadcasts:
    """The names that the pages of one browser listen on."""

    def __init__(self, out: Output, heap: Heap, documents: Documents) -> None:
        self._out = out
        self._heap = heap
        self._documents = documents
        self._looks: list[Look] = []
        # By session: until when there is no other look, and since when the last one is under way.
        self._rests: dict[str, tuple[float, float]] = {}
        self._looked: dict[tuple[str, str], float] = {}  # by session and frame, when that was last
        self._gone_through: set[tuple[str, str]] = set()  # (frame, origin) with a large heap that were
        self._names: dict[tuple[str, str], set[str]] = {}  # (frame, origin) → the names its page listens on
        self._unheard: set[tuple[str | None, str]] = set()  # the tabs and origins of which that was told

    def look(self, one: Document, mono: float) -> None:
        """A document was loaded by then: look for the names, several times."""
        for after in LOOK_AFTER:
            self._looks.append(Look(mono + after, one.session, one.frame, one.loader, after == LOOK_ONCE))

    def tick(self, mono: float) -> None:
        """Look where it is time to."""
        due = [look for look in self._looks if look.due <= mono]
        if not due:
            return
        self._looks = [look for look in self._looks if look.due > mono]
        waiting: dict[tuple[str, str], Look] = {}
        for look in due:
            # Of two for one frame the later does for both.
            before = waiting.pop((look.session, look.frame), look)
            large = look.large or (before.loader == look.loader and before.large)
            waiting[look.session, look.frame] = msgspec.structs.replace(look, large=large)
        for look in sorted(waiting.values(), key=self._turn):
            self._take(look, mono)

    def _turn(self, look: Look) -> tuple[bool, float]:
        """A page's own document has its turn before its frames; of those the one that was looked into longest ago."""
        one = self._documents.find(look.session, look.frame)
        return one is None or not one.main, self._looked.get((look.session, look.frame), 0.0)

    def _take(self, look: Look, mono: float) -> None:
        one = self._documents.find(look.session, look.frame)
        if one is None or one.loader != look.loader or one.default is None or one.origin in ("", "null"):
            return
        if self._rests.get(look.session, (0.0, 0.0))[0] > mono:
            self._looks.append(look)
            return
        self._rests[look.session] = (mono + UNANSWERED_S, mono)
        self._looked[look.session, look.frame] = mono
        self._ask(look, one, one.default)

    def end(self, session: str) -> None:
        """Forget a session."""
        self._rests.pop(session, None)
        self._looked = {key: at for key, at in self._looked.items() if key[0] != session}

    def _ask(self, look: Look, one: Document, context: int) -> None:
        token = ("pages", look.session, look.frame, look.loader, "large" if look.large else "small")
        limit = LARGE if look.large and (one.frame, one.origin) not in self._gone_through else SMALL
        self._heap.ask(Ask(look.session, "BroadcastChannel", LIST_CHANNELS, token, limit, context))

    def found(self, origin: Origin, found: Found, mono: float) -> None:
        """The names that a page has, or why it was not asked."""
        _, session, frame, loader, how = found.token
        if (rest := self._rests.get(session)) is not None:
            self._rests[session] = (mono + max(0.0, mono - rest[1]) / SHARE, rest[1])
        one = self._documents.find(session, frame)
        if one is None:
            return
        if not found.refused:
            self._gone_through |= {(frame, one.origin)} if how == "large" else set()
            self._heard_of(one, found.value)
        elif found.refused == "webassembly":
            vain = (session, frame, loader)
            self._looks = [look for look in self._looks if (look.session, look.frame, look.loader) != vain]
            self._leave_unheard(origin, one, UNSAFE, mono)
        elif how == "large" and (frame, one.origin) not in self._gone_through:
            self._leave_unheard(origin, one, TOO_LARGE, mono)

    def _leave_unheard(self, origin: Origin, one: Document, reason: str, mono: float) -> None:
        if (origin.tab, one.origin) not in self._unheard:
            self._unheard.add((origin.tab, one.origin))
            self._out.emit(Gap(**origin.stamp(self._out.clock, mono), reason=reason))

    def _heard_of(self, one: Document, names: object) -> None:
        if one.world is None or not isinstance(names, list):
            return
        known = self._names.setdefault((one.frame, one.origin), set())
        fresh = {str(name) for name in names} - known
        known |= fresh
        self._listen(one, fresh)

    def again(self, one: Document) -> None:
        """The observer runs in a new document: it is told what was found in the one before."""
        self._listen(one, self._names.get((one.frame, one.origin), set()))

    def _listen(self, one: Document, names: set[str]) -> None:
        if names:
            self._documents.evaluate(one, listening(tuple(sorted(names))))
