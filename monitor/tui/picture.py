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
    """The selected tab; until one is selected, the one that is most behind, or the first of what changed last."""
    shown = tabs(picture.snapshot)
    if chosen := next((tab for tab in shown if tab.label == picture.tab), None):
        return chosen
    one = _relevant(picture.snapshot)
    viewing = [tab for tab in shown if one is not None and (tab.site, tab.subject) == (one.site, one.subject)]
    return max(viewing or shown[:1], key=lambda tab: tab.for_s if tab.state == "stale" else 0.0, default=None)


def subject(picture: Picture) -> SubjectView | None:
    """The subject of the selected tab; until one is selected, the most relevant."""
    if picture.tab is not None and (tab := selected(picture)) is not None:
        for one in picture.snapshot.subjects:
            if (one.site, one.subject) == (tab.site, tab.subject):
                return one
    return _relevant(picture.snapshot)


def alerts(picture: Picture) -> list[Alert]:
    """What is wrong, the worst first, with what to do."""
    update = picture.update
    tab = selected(picture)
    found = [_with_hint(alert, tab.label if tab else None) for alert in picture.snapshot.alerts]
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


def _with_hint(alert: Alert, tab: str | None) -> Alert:
    """Being behind is healed by a reload, whoever says so."""
    if alert.hint or alert.level != "stale" or not alert.tab:
        return alert
    how = "r reloads it" if alert.tab == tab else f"r reloads it once {alert.tab} is selected"
    return msgspec.structs.replace(alert, hint=f"2 shows what it waits for, {how}")


def _relevant(snapshot: Snapshot) -> SubjectView | None:
    """Whichever is most behind, then whichever several tabs view and changed last."""
    return max(snapshot.subjects, key=lambda one: (_behind(one), len(one.tabs) > 1, one.last), default=None)


def _behind(one: SubjectView) -> float:
    return max((stale.for_s for stale in one.stale_now if not stale.hidden), default=0.0)
