"""The snapshot, computed from the analysis' state: reads everything, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.model import Fault, Gap
from monitor.sync.alerts import alerts
from monitor.sync.displays import displays
from monitor.sync.guarantees import Guarantees
from monitor.sync.latency import Latencies
from monitor.sync.recordings import RecordingLog
from monitor.sync.snapshot import RecordingView, Snapshot, Tick
from monitor.sync.state import State
from monitor.sync.subject_view import SubjectReader
from monitor.sync.tab_view import tab_view
from monitor.sync.timeline import LANE_S, connections, lane, pushes


def snapshot(
    state: State,
    log: RecordingLog,
    ticks: Mapping[str, Iterable[Tick]],
    guarantees: Guarantees,
    latencies: Latencies,
    lane_s: float = LANE_S,
) -> Snapshot:
    """Everything as it stands at `state.now`. ticks: the moments of each tab's timeline, which goes back `lane_s`."""
    subjects = tuple(
        SubjectReader(state, subject, guarantees).view()
        for subject in state.subjects.values()
        if subject.replicas and (subject.items or not subject.list)  # lists of which nothing is known are many
    )
    subjects = tuple(sorted(subjects, key=lambda s: s.last, reverse=True))
    tabs = tuple(tab_view(state, tab) for tab in state.tabs.values())
    clocks, arrivals = latencies.views()
    return Snapshot(
        now=state.now, seq=log.seq, recording=_recording(log), tabs=tabs, subjects=subjects,
        lanes=tuple(lane(state, tab, ticks[tab.label], lane_s) for tab in state.tabs.values()),
        connections=connections(state), pushes=pushes(state, subjects),
        reconnects=state.reconnects.views(), clocks=clocks, latencies=arrivals, displays=displays(state),
        alerts=alerts(state, log, tabs, subjects),
    )  # fmt: skip


def _recording(log: RecordingLog) -> RecordingView:
    newest, attached, problem = log.newest, log.attached, log.problem
    message = problem.message if isinstance(problem, Fault) else problem.reason if isinstance(problem, Gap) else None
    return RecordingView(
        state=newest.state if newest else "started",
        browser=(attached.browser or "") if attached else "",
        endpoint=(attached.endpoint or "") if attached else "",
        started=log.started, events=log.events, gaps=log.gaps, problem=message,
        hint=problem.hint if isinstance(problem, Fault) else None,
    )  # fmt: skip
