"""What an export that hides nothing wrote is read back exactly; cut anywhere, its beginning is."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import export
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.errors import CaptureError
from monitor.imports.load import load
from monitor.imports.registry import find
from monitor.imports.source import Source
from monitor.model import Event, Gap, SocketOpened
from tests.property.events import ANY_EVENT
from tests.property.test_capture_roundtrip import recorded


def sane(event: Event) -> Event:
    """A socket's address is unknown where it says so, and nowhere else."""
    if isinstance(event, SocketOpened):
        unknown = event.url is None
        return msgspec.structs.replace(event, url_is="unknown" if unknown else "certain")
    return event


def reimported(folder: str, text: bytes) -> list[Event]:
    path = Path(folder) / "x.jsonl"
    path.write_bytes(text)
    out = Path(folder) / "again.syncmon"
    out.unlink(missing_ok=True)
    writer = CaptureWriter(out, keep_order=True)
    load(Source(path), find("jsonl"), writer)
    writer.close()
    with Capture(out) as capture:
        return list(capture.events())


def exported(capture: Path, folder: str) -> bytes:
    path = Path(folder) / "out.jsonl"
    with Capture(capture) as read, path.open("w", encoding="utf-8", newline="") as out:
        export.find("jsonl").export(read, None, out, False)
    return path.read_bytes()


@given(st.lists(ANY_EVENT.map(sane), max_size=6), st.data())
def test_an_export_gives_back_the_very_events(events: list[Event], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = exported(recorded(folder, events), folder)
        expected = [msgspec.structs.replace(event, seq=seq) for seq, event in enumerate(events, 1)]
        assert reimported(folder, text) == expected
        cut = data.draw(st.integers(1, len(text)))
        part = reimported(folder, text[:cut])
        whole = [event for event in part if not (isinstance(event, Gap) and event.reason.startswith("the imported"))]
        assert whole == expected[: len(whole)]
        assert len(part) - len(whole) == (not text[:cut].endswith((b"\n", b"}")) or len(part) > len(whole))


@settings(deadline=None)
@given(st.binary(min_size=1) | st.lists(st.binary(), min_size=1).map(b"\n".join))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(CaptureError):
        reimported(folder, content)
