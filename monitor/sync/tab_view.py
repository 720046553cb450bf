"""One tab as it stands: its state, how long it is behind, and what it lacks of what it views or has beside it."""

from __future__ import annotations

from typing import Literal

from monitor.sites.address import origin_of, place_of
from monitor.sync.arrangement import broken_off
from monitor.sync.arrangement import disorders as misplaced
from monitor.sync.disorders import lasting
from monitor.sync.generic import counts
from monitor.sync.items import GRACE_S, Wait
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import TabState, TabView
from monitor.sync.state import State
from monitor.sync.tabs import Tab
from monitor.sync.texts import REST_S


def tab_view(state: State, tab: Tab) -> TabView:
    """A tab, judged by the subject that it views."""
    subject = viewed(state, tab)
    waits = stale_waits(state, tab, subject)
    wrong = max(lasting(state, subject, (tab.label,)), key=lambda one: one.for_s, default=None) if subject else None
    ages = [state.age(subject, w) for w in waits] + ([wrong.for_s] if wrong else []) if subject else []
    return TabView(
        label=tab.label, target=tab.target, site=site_of(tab.site, tab.url), subject=tab.subject or "",
        url=tab.url, title=tab.title,
        channels=tuple(sorted(tab.channels - {""})), rate_in=tab.rate(state.now), spark=tab.spark(state.now),
        state=_tab_state(state, tab, behind=bool(ages)), visible=tab.visible, for_s=max(ages, default=0.0),
        disorder=wrong.what if wrong else "",
        missing=tuple(w.item for w in waits), received=bool(waits) and all(w.receipt for w in waits),
        push=_push(state, tab), context=state.users.number(tab.context), account=tab.account,
        behind=_behind(state, tab),
    )  # fmt: skip


def _push(state: State, tab: Tab) -> Literal["", "registered", "none", "blocked"]:
    told = state.pushes.states.get(origin_of(tab.url))
    return told.state if told is not None else ""


def site_of(profile: str, url: str) -> str:
    """The application's name: its profile's, or the host and port of its pages."""
    return profile or place_of(url)


def _tab_state(state: State, tab: Tab, *, behind: bool) -> TabState:
    if tab.gone:
        return "gone"
    if tab.crashed:
        return "crashed"
    if tab.subject and not tab.painted and state.now - tab.began < 10.0:
        return "loading"
    if not tab.visible:
        return "hidden"
    return "stale" if behind else "current"


# ── what it lacks ──


def viewed(state: State, tab: Tab) -> Subject | None:
    """The subject that a tab is about, if any."""
    return state.subjects.get((tab.site, tab.subject)) if tab.subject else None


def stale_waits(state: State, tab: Tab, subject: Subject | None) -> list[Wait]:
    """What a tab lacks of a subject that it views, longer than the grace."""
    if subject is None or tab.gone:
        return []
    waits = [w for w in subject.open_waits(tab.label) if counts(w, tab, state.now) and state.age(subject, w) > GRACE_S]
    short = list(broken_off(subject, tab.label, state.now)) if subject.site else _broken_off(state, subject, tab)
    return waits + short


def _broken_off(state: State, subject: Subject, tab: Tab) -> list[Wait]:
    """Texts that have come to rest in full elsewhere, of which this tab shows but the beginning."""
    found = []
    shown = subject.replicas[tab.label].shown if not subject.site else {}
    for item in (subject.items[id_] for id_ in subject.grew if id_ in shown and id_ in subject.items):
        form = shown[item.id].letters.partition("#")[0]
        short = len(form) < len(item.letters) and item.letters.startswith(form)
        if short and item.accepted and not item.hidden and state.now - item.grown > REST_S:
            found.append(Wait(tab.label, item.id, item.version, item.grown))
    return found


def _behind(state: State, tab: Tab) -> tuple[str, ...]:
    """The lists beside its subject in which a tab is behind: with something that came, changed or went."""
    lists = (one for one in state.subjects.values() if one.list and (it := one.replicas.get(tab.label)) and it.active)
    return tuple(
        one.key for one in lists if stale_waits(state, tab, one) or any(misplaced(one, (tab.label,), state.now))
    )
