"""Which targets exist, how they come, change and go, as events; pure.

    browser session ── tab ── page ── iframe (other process), dedicated worker ── nested worker …
                    ├─ service worker, shared worker: once by target id, of no tab
What is sent to each is in `setup`, which label a tab has in `tabs`, who speaks for what in `sessions`.
"""

from __future__ import annotations

from monitor.browser.names import Labels
from monitor.browser.output import Output
from monitor.browser.sessions import WORKERS, Session, Sessions
from monitor.browser.setup import Setup
from monitor.browser.tabs import HIDDEN, Tabs
from monitor.browser.wire import NO_ANSWER, AttachedToTarget, Reply, TargetInfo
from monitor.model import Gap, TargetAttached, TargetChanged, TargetCrashed, TargetGone, TargetType

# Chrome holds new frames and workers until they are set up, but no frame whose document it need not ask for.
UNHELD = "the {type} ran before it could be recorded: what it did in its first moments may be missing"
HANGS = "the {type} does not answer, as with a dialog or a script that runs on: until it does, something may be missing"


class Targets:
    """The targets of one browser. begun: it was asked for all there is, and has answered."""

    def __init__(self, out: Output, labels: Labels, sessions: Sessions, setup: Setup) -> None:
        self._out = out
        self._sessions = sessions
        self._setup = setup
        self.tabs = Tabs(labels)
        self.begun = False

    def known(self) -> set[str]:
        """The sessions that live."""
        return {*self._sessions.live, *self.tabs.sessions()}

    # ── coming ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def attached(self, parent: str | None, params: AttachedToTarget, mono: float) -> None:
        """A session began: set it up, or let it go if another speaks for its target already."""
        info, session = params.target_info, params.session_id
        if info.type == "tab":
            self.tabs.attached(session, info.target_id, params.waiting_for_debugger)
            self._setup.tab(session)
        elif self._sessions.has_speaker(info.target_id) or info.type in ("browser_ui", "browser", "webview"):
            self._setup.let_go(parent, session)
        else:
            self._attach_target(parent, session, info, params.waiting_for_debugger, mono)

    def _attach_target(self, parent: str | None, session: str, info: TargetInfo, early: bool, mono: float) -> None:
        above = self._sessions.live.get(parent or "")
        one = Session(
            session, info.target_id, above.tab if above else None, info.type,
            parent=parent, tab_target=self.tabs.target_of(parent), url=info.url, title=info.title,
            subtype=info.subtype or None, context=info.browser_context_id, early=early, attached_at=mono,
        )  # fmt: skip
        self._sessions.add(one)
        if one.type in ("page", "other") and info.url.startswith(HIDDEN):
            # Nothing of it is recorded, but it may yet navigate to a site.
            self._setup.resume(session)
            return
        self._record(one, info.opener_id, mono)

    def _record(self, one: Session, opener: str | None, mono: float) -> None:
        one.recorded = True
        self.tabs.label(one, mono)
        parent = self._sessions.live.get(one.parent or "")
        self._out.emit(
            TargetAttached(
                **one.unstamped(self._out.clock, mono),
                type=_type(one.type),
                url=one.url,
                title=one.title,
                early=one.early,
                opener=opener,
                parent=parent.target if parent else None,
                subtype=one.subtype,
                context=one.context,
            )
        )
        if not one.early and parent is not None and (parent.ready or self.tabs.is_early(parent.tab_target)):
            self._unheld(one, mono)
        self._setup.target(one)

    def _unheld(self, one: Session, mono: float) -> None:
        self._out.emit(Gap(**one.unstamped(self._out.clock, mono), reason=UNHELD.format(type=_type(one.type))))

    def ran(self, one: Session, mono: float) -> None:
        """A page has a document of which we were not told, though its tab waited for us: Chrome was quicker."""
        if self.tabs.is_early(one.tab_target):
            self._unheld(one, mono)

    def reply(self, token: tuple[str, ...], reply: Reply, mono: float) -> None:
        """The last command of a set-up was answered, well or not; or never was."""
        _, session, step = token
        self.begun = self.begun or step == "begun"
        if step == "tab":
            # A paused tab holds its page back. By now that page was attached and sent its set-up.
            self._setup.resume(session)
        if (one := self._sessions.live.get(session)) is not None:
            if reply.error == NO_ANSWER and not one.ready and one.type != "service_worker":
                self._hangs(one, mono)
            one.ready = True
        self.tabs.settled(session)

    def _hangs(self, one: Session, mono: float) -> None:
        """A target took its set-up, and is too busy to answer; a service worker may just have stopped."""
        clock, reason = self._out.clock, HANGS.format(type=_type(one.type).replace("_", " "))
        self._out.emit(Gap(**one.unstamped(clock, mono), reason=reason, since=clock.wall(one.attached_at)))

    @property
    def ready(self) -> bool:
        """Whether everything that is known is set up."""
        return self.tabs.ready and self._sessions.ready

    # ── changing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def changed(self, info: TargetInfo, mono: float) -> Session | None:
        """A target's description changed; returns the session when a prerendered page just took its tab over."""
        one = self._sessions.speaker(info.target_id)
        if one is None:
            return None
        moved = (info.url, info.title) != (one.url, one.title)
        one.url, one.title = info.url, info.title
        activated = one.subtype == "prerender" and not info.subtype
        if activated:
            one.subtype = None
            self.tabs.label(one, mono)
        if not one.recorded and one.type == "page" and not info.url.startswith(HIDDEN):
            self._record(one, info.opener_id, mono)
        elif one.recorded and (moved or activated):
            self._out.emit(TargetChanged(**one.unstamped(self._out.clock, mono), url=info.url, title=info.title))
        return one if activated else None

    def crashed(self, session: str | None, mono: float) -> None:
        """A renderer died, or a worker stopped: a service worker when idle, a shared one with its last page."""
        one = self._sessions.live.get(session or "")
        if one is not None and one.recorded:
            reason = "stopped" if one.type in WORKERS else "crashed"
            self._out.emit(TargetCrashed(**one.unstamped(self._out.clock, mono), reason=reason))

    def revived(self, session: str | None) -> None:
        """A crashed target runs again on the same session, paused as at its first start."""
        one = self._sessions.live.get(session or "")
        if one is not None and one.recorded:
            self._setup.target(one)
        else:
            self._setup.resume(session)

    # ── going ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def detached(self, session: str, mono: float) -> list[Session]:
        """A session ended, and with it those below; returns them, deepest first."""
        self.tabs.detached(session)
        gone = self._sessions.remove(session)
        for one in gone:
            self.tabs.left(one, mono)
        return gone

    def gone(self, one: Session, mono: float, reason: str) -> None:
        """Record the end of a target."""
        if one.recorded:
            self._out.emit(TargetGone(**one.unstamped(self._out.clock, mono), type=_type(one.type), reason=reason))


def _type(name: str) -> TargetType:
    known: dict[str, TargetType] = {
        "page": "page",
        "iframe": "iframe",
        "worker": "worker",
        "shared_worker": "shared_worker",
        "service_worker": "service_worker",
    }
    return known.get(name, "other")
