"""What `e` does: asks what to export, and writes it in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from monitor.errors import SyncmonError
from monitor.tui.clean import clean
from monitor.tui.desk import Desk
from monitor.tui.screens.export import ExportScreen, Wish
from monitor.tui.words import count


class ExportActions(Desk):
    """Export what the filter lets through."""

    def action_export(self) -> None:
        """Ask what to export."""
        path = self.source.path
        if path is None:
            self.say("nothing to export: this is no capture file")
            return
        self.push_screen(ExportScreen(path, self.picture.filter), self._export)

    def _export(self, wish: Wish | None) -> None:
        if wish is None or self.source.path is None:
            self.say("export: not done")
            return
        self.run_worker(self._write(self.source.path, wish), group="export")

    async def _write(self, capture: Path, wish: Wish) -> None:
        self.say(f"exporting to {clean(str(wish.path))} …")
        try:
            events = await asyncio.to_thread(write, capture, wish)
        except (SyncmonError, OSError) as error:
            self.say(f"export failed: {clean(str(error))}")
            return
        secrets = "secrets replaced" if wish.redact else "secrets included"
        self.say(f"{count(events, 'event')} exported to {clean(str(wish.path))}, {secrets}")


def write(capture: Path, wish: Wish) -> int:
    """Write the export to a new file that only its owner may read, and that is removed again if it fails.

    Gives the number of events.
    """
    from monitor.capture.filter import parse
    from monitor.capture.reader import Capture
    from monitor.decode import Decoder
    from monitor.export import find
    from monitor.export.passages import bound

    found = find(wish.format)
    with Capture(capture, Decoder) as opened:
        query = bound(opened, parse(wish.filter) if wish.filter else None)
        if found.export_folder is not None:
            wish.path.mkdir(mode=0o700)
            with _removed_if_it_fails(lambda: shutil.rmtree(wish.path, ignore_errors=True)):
                return found.export_folder(opened, query, wish.path, wish.redact)
        handle = os.open(wish.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            _removed_if_it_fails(lambda: wish.path.unlink(missing_ok=True)),
            os.fdopen(handle, "w", encoding="utf-8", newline="") as out,
        ):
            return found.export(opened, query, out, wish.redact)


@contextlib.contextmanager
def _removed_if_it_fails(remove: Callable[[], object]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        remove()
        raise
