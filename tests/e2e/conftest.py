"""Fixtures of the tests on a real browser: one headless Chromium a module, and sites of the tests' own on loopback."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.browser.launch import NAMES, Launched, launch

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives a real browser; where there is none it is left out, but fails in CI.

    The longest begin first: one that began last would keep one worker busy while the other has nothing to do.
    """
    missing = not any(shutil.which(name) for name in NAMES) and not os.environ.get("CI")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if missing:
                item.add_marker(pytest.mark.skip(reason="no Chrome or Chromium is installed"))
    items.sort(key=lambda item: item.get_closest_marker("first") is None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Launched]:
    """A headless Chromium with one empty tab; `endpoint` is its ws:// address."""
    # It lives in a loop of its own, as the loops of tests end with them.
    with ThreadPoolExecutor(1) as thread, asyncio.Runner() as runner:
        browser = thread.submit(runner.run, launch(headless=True, extra=("--disable-popup-blocking",))).result()
        try:
            yield browser
        finally:
            thread.submit(runner.run, browser.close()).result()


@pytest.fixture
def free_port() -> int:
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
