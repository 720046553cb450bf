"""Every format, whatever the file: it is read, or refused with a sentence; never anything else."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import cast

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from monitor.browser.cdp_log import Attach, Line
from monitor.capture.rows import from_row, safe_row
from monitor.capture.writer import CaptureWriter
from monitor.errors import SyncmonError, UsageError
from monitor.imports.load import load
from monitor.imports.registry import formats, guess
from monitor.imports.source import Source
from monitor.model import Event
from tests.laws import examples
from tests.netlogs import DATA
from tests.property.events import JSON

TRUE = [path.read_bytes() for path in sorted(DATA.glob("*.ndjson"))]
ATTACH = msgspec.json.encode(Line(t=1.0, attach=Attach(5.0, True))) + b"\n"
METHODS = st.sampled_from(
    ["Target.attachedToTarget", "Network.requestWillBeSent", "Network.webSocketFrameReceived", "Page.frameNavigated",
     "Runtime.bindingCalled", "Network.loadingFinished", "Target.detachedFromTarget"]
)  # fmt: skip
MESSAGES = st.fixed_dictionaries(
    {"method": METHODS | st.text(max_size=5), "params": JSON}, optional={"sessionId": st.text(max_size=2), "id": JSON}
)
LINES = st.lists(
    st.fixed_dictionaries({"t": st.floats(0, 1e6), "message": MESSAGES}) | MESSAGES | JSON, max_size=5
).map(lambda values: "\n".join(json.dumps(value) for value in values).encode())
FILES = (
    st.binary(min_size=1)
    | LINES
    | LINES.map(lambda lines: ATTACH + lines)
    | st.tuples(st.sampled_from(TRUE), st.integers(1, 40_000)).map(lambda cut: cut[0][: cut[1]])
    | JSON.map(lambda value: json.dumps(value).encode())
)


class Sink:
    """Takes events as a capture does, but for the disk."""

    stored = 0

    def append(self, event: Event) -> None:
        """Take an event that a capture can hold."""
        assert from_row(safe_row(event)).kind == event.kind
        self.stored += 1

    def commit(self) -> None:
        """Nothing to do."""

    def set_meta(self, key: str, value: str) -> None:
        """A fact that a capture can hold."""
        assert value.encode("utf-8")


@examples(150)
@given(FILES)
def test_any_file_is_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        with contextlib.suppress(SyncmonError):
            with contextlib.suppress(UsageError):
                guess(Source(path))
            for form in formats().values():
                sink = Sink()
                with contextlib.suppress(SyncmonError):
                    assert load(Source(path), form, cast("CaptureWriter", sink)) == sink.stored
