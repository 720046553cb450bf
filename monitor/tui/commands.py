"""The command palette: every action of the key table by name."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from monitor.tui.keys import KEYS, Key, shown


def _title(key: Key) -> str:
    return f"{key.label[:1].upper()}{key.label[1:]}  ({shown(key)})"


class KeyCommands(Provider):
    """Runs an action as its key would, in whatever has the focus."""

    def _keys(self) -> list[Key]:
        return [key for key in KEYS if key.action != "app.command_palette"]

    async def _run(self, key: Key) -> None:
        target = self.focused or self.screen
        await self.app.run_action(key.action, target)

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for key in self._keys():
            yield DiscoveryHit(_title(key), partial(self._run, key), help=key.help)

    async def search(self, query: str) -> Hits:
        """Those whose name or help is like what was typed."""
        matcher = self.matcher(query)
        for key in self._keys():
            score = max(matcher.match(_title(key)), matcher.match(key.help) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(_title(key)), partial(self._run, key), help=key.help)
