"""A person is waited for where the browser asks one, and what nobody answered is said plainly."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from monitor.browser.approval import PATIENCE_S, approved, patience
from monitor.browser.attachment import Attachment
from monitor.browser.connection import Connection
from monitor.browser.discover import Endpoint, Where
from monitor.browser.outbox import Outbox
from monitor.browser.shared import Shared
from monitor.errors import ApprovalError, AttachError
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


class Refusing(contextlib.AbstractAsyncContextManager[Connection]):
    async def __aenter__(self) -> Connection:
        raise AttachError("Nobody there.")

    async def __aexit__(self, *exc: object) -> None: ...


@pytest.mark.parametrize(("asks", "error"), [(True, ApprovalError), (False, AttachError)])
async def test_only_a_browser_that_asks_blames_the_person(asks: bool, error: type[AttachError]) -> None:
    news: list[Mapping[str, Any]] = []
    endpoint = Endpoint(socket="ws://127.0.0.1:1/x", approval=asks)
    with pytest.raises(error, match="Nobody there") as told:
        async with approved(Refusing(), endpoint, news.append, 60.0):
            pass
    assert ("Click Allow" in str(told.value)) is asks
    assert [one["timeout_s"] for one in news] == ([60.0] if asks else [])
    assert patience(endpoint, 60.0) == (60.0 if asks else PATIENCE_S)


async def test_what_goes_wrong_later_is_not_taken_for_a_refusal() -> None:
    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Connection]:
        yield object()  # type: ignore[misc]

    with pytest.raises(AttachError, match="later") as told:
        async with approved(opened(), Endpoint(socket="ws://127.0.0.1:1/x", approval=True), lambda news: None, 1.0):
            raise AttachError("later")
    assert not isinstance(told.value, ApprovalError)
