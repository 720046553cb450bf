"""What to do about what is wrong, where whoever found it does not say: in keys of the dashboard, if it is live."""

from __future__ import annotations

from monitor.sync.snapshot import Alert

LIST = "f kind:gap lists them with their reasons"

# Words in the reason of a gap → what to do; {reload} is how its tab is reloaded.
_GAPS = (
    ("before the attach", "{reload} to record it whole"),
    ("joined midway", "{reload} to record it whole"),
    ("streamed body", "{reload} to have the page load it again"),
    ("too many requests", "{reload} to follow its requests anew"),
    ("fast enough", "record to a faster disk (-o), or fewer tabs at a time"),
    ("more blocks", "the others are compared; a shorter page is compared whole"),
    ("Blob", "nothing to do: what comes back is recorded, only what was sent is not"),
    ("unknown kind", "a newer syncmon wrote this file, and can show it"),
)


def hint(alert: Alert, selected: str | None, *, live: bool) -> str:
    """The alert's own hint, else one that fits its words; empty where there is nothing to do.

    selected: the label of the selected tab, on which the keys act.
    """
    if alert.hint:
        return alert.hint
    if alert.level == "stale" and alert.tab:
        return f"2 shows what it waits for, {_reloads(alert.tab, selected)}" if live else "2 shows what it waited for"
    return gap_hint(alert.text, alert.tab, selected, live=live) if "gap" in alert.text else ""


def gap_hint(reason: str, tab: str | None, selected: str | None, *, live: bool) -> str:
    """What to do about a gap."""
    for words, then in _GAPS:
        if words in reason:
            if "{reload}" not in then:
                return then
            return then.format(reload=_reload(tab, selected)) if live else LIST
    return LIST


def _reloads(tab: str, selected: str | None) -> str:
    return "r reloads it" if tab == selected else f"r reloads it once {tab} is selected"


def _reload(tab: str | None, selected: str | None) -> str:
    if tab is None:
        return "reload the tab (r)"
    return f"reload {tab} (r)" if tab == selected else f"select {tab} and reload it (r)"
