"""Finding the socket: the sentences, and the addresses that need no question."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.browser.discover import Endpoint, Where, find, list_tabs
from monitor.errors import AttachError


async def test_a_socket_address_is_taken_at_its_word() -> None:
    found = await find(Where(endpoint="ws://10.0.0.1:9222/devtools/browser/x"))
    assert found == Endpoint(socket="ws://10.0.0.1:9222/devtools/browser/x")


@pytest.mark.parametrize("address", ["ftp://x", "file:///x"])
async def test_no_address_of_a_browser(address: str) -> None:
    with pytest.raises(AttachError, match="no address of a browser"):
        await find(Where(endpoint=address))


@pytest.mark.parametrize("address", ["http://127.0.0.1:{}", "127.0.0.1:{}", "ws://127.0.0.1:{}"])
async def test_nothing_listens(deaf_port: int, address: str) -> None:
    with pytest.raises(AttachError, match=f"Nothing listens on 127.0.0.1:{deaf_port}"):
        await find(Where(endpoint=address.format(deaf_port)))


async def test_the_profile_names_the_port_and_a_person_may_be_asked(tmp_path: Path) -> None:
    (tmp_path / "DevToolsActivePort").write_text("4321\n/devtools/browser/abc")
    wanted = Endpoint(socket="ws://127.0.0.1:4321/devtools/browser/abc", approval=True)
    assert await find(Where(profile_dir=tmp_path)) == wanted
    # chrome://version names the profile inside the user data directory.
    assert await find(Where(profile_dir=tmp_path / "Default")) == wanted


async def test_a_profile_that_is_not_open(tmp_path: Path) -> None:
    with pytest.raises(AttachError, match="chrome://inspect/#remote-debugging"):
        await find(Where(profile_dir=tmp_path))


async def test_tabs_need_http() -> None:
    with pytest.raises(AttachError, match="no HTTP"):
        await list_tabs(Endpoint(socket="ws://127.0.0.1:1/x"))
