"""What keys do to the browser, by way of the recorder, and to the recording: mark, offline, reload."""

from __future__ import annotations

from typing import Any

from textual import on

from monitor.tui.clean import clean
from monitor.tui.desk import Desk
from monitor.tui.picture import selected
from monitor.tui.screens.base import DashboardScreen
from monitor.tui.widgets.prompt import Prompt


class BrowserActions(Desk):
    """Each is sent to the recorder as one dict, and comes back as an event of the log."""

    def action_mark(self) -> None:
        """Ask for a note, and leave it in the recording."""
        if self._has_recorder() and isinstance(self.screen, DashboardScreen):
            hint = "a note for the recording; it stands in the timeline and in every export"
            self.screen.query_one(Prompt).ask("mark", hint, "", self.palette)

    @on(Prompt.Answered)
    def _marked(self, event: Prompt.Answered) -> None:
        if event.what == "mark" and event.answer is not None:
            self.send({"do": "mark", "text": event.answer})
            self.say(f"marked: {clean(event.answer, 60)}" if event.answer else "marked")

    def action_reload(self) -> None:
        """Reload the selected tab, once confirmed."""
        self._confirm("reload", "Reload tab {0}?", "What it holds and shows is loaded anew.", {}, "reloading tab {0}")

    def action_offline(self) -> None:
        """Take the selected tab offline or back, once confirmed."""
        tab = selected(self.picture)
        if tab is not None and tab.label in self.offline:
            args = {"on": False}
            self._confirm(
                "offline", "Take tab {0} back online?", "It reaches the network again.", args, "tab {0} online"
            )
        else:
            what = "Its requests fail until o takes it back online; open sockets may stay open."
            self._confirm("offline", "Take tab {0} offline?", what, {"on": True}, "tab {0} offline: o takes it back")

    def _confirm(self, do: str, question: str, what: str, args: dict[str, Any], done: str) -> None:
        from monitor.tui.screens.confirm import ConfirmScreen

        if not self._has_recorder():
            return
        tab = selected(self.picture)
        if tab is None:
            self.say("there is no tab yet")
            return
        label = tab.label

        def answered(yes: bool | None) -> None:
            if not yes:
                self.say(f"{do}: not done")
                return
            self.send({"do": do, "tab": label, **args})
            if do == "offline":
                (self.offline.add if args["on"] else self.offline.discard)(label)
            self.say(done.format(label))

        place = clean(tab.title or tab.subject or tab.url, 60)
        self.push_screen(ConfirmScreen(question.format(label), f"{place}\n{what}"), answered)

    def send(self, action: dict[str, Any]) -> None:
        """Hand an action to the recorder."""
        if self.actions is not None:
            self.actions(action)

    def _has_recorder(self) -> bool:
        if self.actions is None:
            self.say("there is no recorder: this is a finished capture")
            return False
        trouble = self.health() if self.health else None
        if trouble is not None:
            self.say(f"there is no recorder: {trouble[0]}")
            return False
        return True
