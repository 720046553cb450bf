"""What every test shares: no law is judged by the clock, and each run of the laws says how to repeat it.

`make check` draws few examples of each law (`--hypothesis-profile quick`), the whole suite a hundred: other ones each
time, but in CI always the same, so that a change is not judged by another day's luck.
"""

import atexit
import gc
import os
from collections.abc import Generator

import pytest
from hypothesis import settings

from monitor.capture import writer

settings.register_profile("suite", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.register_profile("quick", deadline=None, print_blob=True, max_examples=8)
settings.load_profile("suite")

writer.SYNCHRONOUS = "OFF"  # no test survives a power cut, and a thousand small files need not wait for a disk


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What was loaded by the time that the tests are known stays: the collector need not look at it between them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        atexit.register(gc.unfreeze)  # some extension modules complain of what is left when the process ends


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes in a test's name are told by their number: packed ones hold the time of day, and names must not change."""
    return f"{len(val)}B" if isinstance(val, bytes) else None
