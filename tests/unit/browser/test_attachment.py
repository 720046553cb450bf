"""An attachment waits for a person where the browser does, and says so."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from monitor.browser.attachment import Attachment, Shared
from monitor.browser.discover import Where
from monitor.browser.outbox import Outbox
from monitor.errors import ApprovalError
from monitor.model import Event


class Sink:
    def extend(self, events: Sequence[Event]) -> None: ...

    def commit(self) -> None: ...


async def test_nobody_clicks_allow(tmp_path: Path) -> None:
    news: list[Mapping[str, Any]] = []
    # It takes connections and never says a word.
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (tmp_path / "DevToolsActivePort").write_text(f"{port}\n/devtools/browser/x")
        shared = Shared(Outbox(Sink(), 1 << 20), news.append, (), "syncmon-test")
        attachment = Attachment(Where(profile_dir=tmp_path), shared, reattach_s=1.0, approval_s=0.2)
        with pytest.raises(ApprovalError, match="Click Allow in its window"):
            await attachment.run()
    assert news[0]["event"] == "waiting-for-approval"
    assert "click Allow" in news[0]["what"]
    assert not attachment.attached.is_set()
