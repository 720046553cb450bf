"""What keys do to the view: screens, pause, times, themes, help, back and quit."""

from __future__ import annotations

from monitor.tui.actions.messages import MessageActions
from monitor.tui.picture import next_subject
from monitor.tui.screens.base import DashboardScreen


class ViewActions(MessageActions):
    """Nothing here reaches the recording."""

    def action_screen(self, name: str) -> None:
        """One of the numbered screens."""
        self.show_screen(name)

    def action_pause(self) -> None:
        """Freeze the picture, or let it go on."""
        if self.picture.paused:
            self.change(paused=False, behind=0, update=self.news())
            self.say("the picture goes on")
        else:
            self.change(paused=True, behind=0)
            self.say("picture paused; the recording goes on" if self.picture.update.live else "picture paused")

    def action_subject(self, step: int) -> None:
        """Another page or list in the matrix."""
        if (one := next_subject(self.picture, step)) is None:
            self.say("nothing to compare yet")
            return
        self.change(turned=(one.site, one.subject))
        count = len(self.picture.snapshot.subjects)
        self.say(f"{self.picture.snapshot.subjects.index(one) + 1} of {count}: selecting a tab turns back to its page")

    def action_times(self) -> None:
        """Times of day, or since the start."""
        self.change(relative=not self.picture.relative)
        self.say("times since the recording began" if self.picture.relative else "times of day")

    def action_themes(self) -> None:
        """Choose a theme."""
        from monitor.tui.screens.themes import ThemesScreen
        from monitor.tui.state import Remembered, remember

        before = self.theme_name

        def chosen(name: str | None) -> None:
            self.use_theme(name or before)
            self.draw()
            if name:
                trouble = remember(Remembered(theme=name))
                title = self.themes[name].title
                self.say(f"theme: {title}" + (f", not kept: {trouble}" if trouble else ", kept for the next time"))

        self.push_screen(ThemesScreen(self.themes, before, self.palette, self._try_theme), chosen)

    def _try_theme(self, name: str) -> None:
        self.use_theme(name)
        self.draw()

    def action_help(self) -> None:
        """All keys."""
        from monitor.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.palette))

    async def action_focused_action(self, action: str) -> None:
        """What a click on a key of the footer does: the action of whatever has the focus."""
        await self.run_action(action, self.screen.focused or self.screen)

    def action_step_back(self) -> None:
        """To where one came from; on the first screen a filter is taken off before anything else."""
        if not isinstance(self.screen, DashboardScreen):
            self.pop_screen()
        elif self.screen.NAME != "live":
            self.show_screen("live")
        elif self.picture.filter:
            self.set_filter("")
        else:
            self.say("q quits")

    def action_leave(self) -> None:
        """As back; on the first screen it quits."""
        if isinstance(self.screen, DashboardScreen) and self.screen.NAME == "live":
            self.exit()
        else:
            self.action_step_back()
