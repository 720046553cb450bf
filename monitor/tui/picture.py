"""The picture: all that the screens draw from, frozen, made once for each repaint."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from monitor.formats.model import TypeKey
from monitor.sync.snapshot import Alert, RecordingView, Snapshot, SubjectView, TabView
from monitor.tui.hints import hint
from monitor.tui.source import Draft, Study, Update
from monitor.tui.words import count


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """An update, and how the user wants to see it.

    tab: the label of the selected tab. turned: site and key of the subject that the matrix was turned to.
    paused: the picture stands still; behind: events since it does.
    relative: times since the start of the recording. filter: the text of the filter, empty for none.
    study: the formats of the messages. format: the one that is looked at. draft: the report.
    """

    update: Update = Update()
    tab: str | None = None
    turned: tuple[str, str] | None = None
    paused: bool = False
    behind: int = 0
    relative: bool = False
    filter: str = ""
    study: Study = Study()
    draft: Draft = Draft()
    format: TypeKey | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot."""
        return self.update.snapshot


def tabs(snapshot: Snapshot) -> list[TabView]:
    """The tabs worth a row: all but those that are gone, and of these the last two while a live tab is behind them."""
    return [tab for tab in snapshot.tabs if tab.state != "gone"] or list(snapshot.tabs)


def selected(picture: Picture) -> TabView | None:
    """The selected tab; until one is selected, the one that is most behind, or the first of what changed last."""
    shown = tabs(picture.snapshot)
    if chosen := next((tab for tab in shown if tab.label == picture.tab), None):
        return chosen
    one = _relevant(picture.snapshot)
    viewing = [tab for tab in shown if one is not None and (tab.site, tab.subject) == (one.site, one.subject)]
    return max(viewing or shown[:1], key=lambda tab: tab.for_s if tab.state == "stale" else 0.0, default=None)


def subject(picture: Picture) -> SubjectView | None:
    """The subject turned to, or that of the selected tab; until there is either, the most relevant."""
    if picture.turned is not None:
        for one in picture.snapshot.subjects:
            if (one.site, one.subject) == picture.turned:
                return one
    if picture.tab is not None and (tab := selected(picture)) is not None:
        for one in picture.snapshot.subjects:
            if (one.site, one.subject) == (tab.site, tab.subject):
                return one
    return _relevant(picture.snapshot)


def next_subject(picture: Picture, step: int) -> SubjectView | None:
    """The subject that comes so many after the one that is looked at: pages and lists in the order they were met."""
    found, now = picture.snapshot.subjects, subject(picture)
    at = next((index for index, one in enumerate(found) if one is now), 0)
    return found[(at + step) % len(found)] if found else None


def alerts(picture: Picture) -> list[Alert]:
    """What is wrong, the worst first, with what to do."""
    update, tab = picture.update, selected(picture)
    found = list(picture.snapshot.alerts)
    if update.problem:
        found.insert(0, Alert(level="error", text=update.problem, hint=update.hint))
    found += _of_recording(picture.snapshot.recording, found)
    order = {"error": 0, "stale": 1, "warning": 2}
    hinted = [replace(one, hint=hint(one, tab.label if tab else None, live=update.live)) for one in found]
    return sorted(hinted, key=lambda alert: order[alert.level])


def _of_recording(recording: RecordingView, told: list[Alert]) -> list[Alert]:
    """What the recording knows and nobody told: its problem, and that there were gaps, however long ago."""
    found, problem = [], recording.problem
    if problem and any(problem in alert.text for alert in told):
        problem = None
    if problem and (recording.hint or recording.state == "lost" or not recording.gaps):
        found.append(Alert(level="error", text=problem, hint=recording.hint or ""))
        problem = None
    if recording.gaps and not any("gap" in alert.text for alert in told):
        what = f", the last: {problem}" if problem else ": something could not be captured"
        found.append(Alert(level="warning", text=count(recording.gaps, "gap") + what))
    return found


def _relevant(snapshot: Snapshot) -> SubjectView | None:
    """Whichever is most behind, then whichever several tabs view and changed last; a list only where it alone is."""
    behind = [one for one in snapshot.subjects if not one.list and _behind(one)]
    found = [one for one in snapshot.subjects if not one.list or (not behind and _behind(one))]
    return max(found or snapshot.subjects, key=lambda one: (_behind(one), len(one.tabs) > 1, one.last), default=None)


def _behind(one: SubjectView) -> float:
    lacks = [stale.for_s for stale in one.stale_now if not stale.hidden]
    return max(lacks + [wrong.for_s for wrong in one.disorders if not wrong.hidden], default=0.0)
