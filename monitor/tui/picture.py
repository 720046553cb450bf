"""The picture: all that the screens draw from, frozen, made once for each repaint."""

from __future__ import annotations

import msgspec

from monitor.sync.snapshot import Alert, Snapshot, SubjectView, TabView
from monitor.tui.source import Update
from monitor.tui.words import count


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """An update, and how the user wants to see it.

    tab: the label of the selected tab. paused: the picture stands still; behind: events since it does.
    relative: times since the start of the recording. filter: the text of the filter, empty for none.
    """

    update: Update = Update()
    tab: str | None = None
    paused: bool = False
    behind: int = 0
    relative: bool = False
    filter: str = ""

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot."""
        return self.update.snapshot


def tabs(snapshot: Snapshot) -> list[TabView]:
    """The tabs worth a row: all but those that are gone, and of these the last two while a live tab is behind them."""
    return [tab for tab in snapshot.tabs if tab.state != "gone"] or list(snapshot.tabs)


def selected(picture: Picture) -> TabView | None:
    """The selected tab, or the first."""
    shown = tabs(picture.snapshot)
    return next((tab for tab in shown if tab.label == picture.tab), shown[0] if shown else None)


def subject(picture: Picture) -> SubjectView | None:
    """The subject of the selected tab; without one, whichever is most behind, then whichever changed last."""
    tab, subjects = selected(picture), picture.snapshot.subjects
    if picture.tab is not None and tab is not None:
        for one in subjects:
            if (one.site, one.subject) == (tab.site, tab.subject):
                return one
    return max(subjects, key=lambda one: (_behind(one), len(one.tabs) > 1, one.last), default=None)


def alerts(picture: Picture) -> list[Alert]:
    """What is wrong, the worst first, with what to do."""
    update = picture.update
    found = [_with_hint(alert) for alert in picture.snapshot.alerts]
    recording = picture.snapshot.recording
    if update.problem:
        found.insert(0, Alert(level="error", text=update.problem, hint=update.hint))
    if recording.problem and not any(recording.problem in alert.text for alert in found):
        found.append(Alert(level="error", text=recording.problem, hint=recording.hint or ""))
    if recording.gaps and not any("gap" in alert.text for alert in found):
        text = f"{count(recording.gaps, 'gap')}: something could not be captured"
        found.append(Alert(level="warning", text=text, hint="f kind:gap lists them with their reasons"))
    order = {"error": 0, "stale": 1, "warning": 2}
    return sorted(found, key=lambda alert: order[alert.level])


def _with_hint(alert: Alert) -> Alert:
    """Being behind is healed by a reload, whoever says so."""
    if alert.hint or alert.level != "stale" or not alert.tab:
        return alert
    return msgspec.structs.replace(alert, hint=f"2 shows what {alert.tab} waits for, r reloads the selected tab")


def _behind(one: SubjectView) -> float:
    return max((stale.for_s for stale in one.stale_now if not stale.hidden), default=0.0)
