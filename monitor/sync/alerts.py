"""What calls for somebody's attention, in words: what the recorder met first, then who is behind, longest first."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import Fault, Gap
from monitor.sync.explain import number
from monitor.sync.recordings import RecordingLog
from monitor.sync.snapshot import Alert, Disorder, SubjectView, TabView, place
from monitor.sync.state import State

GAP_S = 60.0  # a gap is told in words for so long; the count stays


def alerts(
    state: State, log: RecordingLog, tabs: Iterable[TabView], subjects: Iterable[SubjectView]
) -> tuple[Alert, ...]:
    """The alerts of a snapshot with these tabs and subjects."""
    found: list[Alert] = []
    problem = log.problem
    if log.newest is not None and log.newest.state == "lost":
        found.append(Alert(level="error", text="the browser is gone", hint=log.newest.detail or "start it again"))
    if isinstance(problem, Fault):
        found.append(Alert(level="error", text=problem.message, hint=problem.hint or "", tab=problem.tab))
    elif isinstance(problem, Gap) and state.now - problem.time < GAP_S:
        count = f"{problem.count} " if problem.count else ""
        found.append(Alert(level="warning", text=f"gap: {count}{problem.reason}", tab=problem.tab))
    reasons = {stale.tab: _reason(stale.why) for one in subjects if not one.list for stale in one.stale_now}
    stale = sorted((tab for tab in tabs if tab.state == "stale" and tab.missing), key=lambda tab: -tab.for_s)
    for tab in stale:
        how = ", received but not shown" if tab.received else ""
        where = place(tab.site, tab.subject)
        found.append(
            Alert(
                level="stale",
                text=f"{tab.label} stale {tab.for_s:.1f} s · {where}{how}",
                hint=reasons.get(tab.label, ""),
                tab=tab.label,
            )
        )
    found.extend(
        Alert(
            level="stale",
            text=f"{one.tab} stale {one.for_s:.1f} s · {place(subject.site, subject.subject)}",
            hint=_reason(one.why),
            tab=one.tab,
        )
        for subject in subjects
        for one in subject.stale_now
        if subject.list and not one.hidden
    )
    found.extend(_disordered(subject, one) for subject in subjects for one in subject.disorders if not one.hidden)
    found.extend(
        Alert(level="error", text=f"{tab.label} crashed", hint="press r to reload it", tab=tab.label)
        for tab in tabs
        if tab.state == "crashed"
    )
    return tuple(found)


def _disordered(subject: SubjectView, one: Disorder) -> Alert:
    """The alert for what a tab shows too much or at another place."""
    where, count = place(subject.site, subject.subject), number(len(one.items), "item")
    how = f"shows {count} gone elsewhere" if one.what == "extra" else f"shows {count} out of order"
    how = f"shows {count} once too often" if one.repeated else how
    return Alert(level="stale", text=f"{one.tab} {how} for {one.for_s:.1f} s · {where}", hint=one.why, tab=one.tab)


def _reason(why: str) -> str:
    """An explanation without its first sentence, where that only says how long."""
    first, _, rest = why.partition(" s. ")
    return rest if " lacks " in first and rest else why
