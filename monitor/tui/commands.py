"""The command palette: every action that the keys could do now, by what it does."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from monitor.tui.keys import KEYS, PLACES, Key, shown


class KeyCommands(Provider):
    """Runs an action as its key would, in whatever has the focus."""

    def _keys(self) -> list[Key]:
        """Those that the focused pane, its screen and the app answer to; with their words for it."""
        active = {(one.binding.action, one.binding.tooltip) for one in self.screen.active_bindings.values()}
        return [key for key in KEYS if (key.action, key.help) in active and key.action != "app.command_palette"]

    async def _run(self, key: Key) -> None:
        await self.app.run_action(key.action, self.focused or self.screen)

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for key in self._keys():
            yield DiscoveryHit(key.help, partial(self._run, key), help=_where(key))

    async def search(self, query: str) -> Hits:
        """Those whose help or label is like what was typed."""
        matcher = self.matcher(query)
        for key in self._keys():
            score = max(matcher.match(key.help), matcher.match(key.label))
            if score > 0:
                yield Hit(score, matcher.highlight(key.help), partial(self._run, key), help=_where(key))


def _where(key: Key) -> str:
    return f"{shown(key)}  ·  {key.label}  ·  {PLACES[key.where].lower()}"
