"""Parquet, for DuckDB and the like: a folder of files by day, site and host, with a row an event; needs pyarrow.

Written in row groups, so memory stays small. `day=…/site=…/host=…` are columns to whoever reads the folder with hive
partitioning: `SELECT … FROM read_parquet('OUT/**/*.parquet', hive_partitioning = true)`.
"""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
import platformdirs

from monitor.capture.rows import plain
from monitor.errors import UsageError
from monitor.export.passages import Passage, passages, rest, stamp
from monitor.export.plain import encode
from monitor.model import payload
from monitor.sites.address import host_of
from monitor.sites.profile import Profile, load_profiles

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture

SUFFIX = ".parquet"

GROUP_ROWS, GROUP_BYTES = 20_000, 32 << 20
MOST_OPEN = 32
_ODD = re.compile(r"[^A-Za-z0-9.:_-]")


def export(capture: Capture, query: Query | None, out: IO[str], redact: bool) -> int:
    """A stream cannot hold a folder: raises UsageError."""
    raise UsageError("Parquet is a folder of files: name it with -o OUT.")


def export_folder(capture: Capture, query: Query | None, folder: Path, redact: bool) -> int:
    """Write the events that match into a folder that is there; returns how many. UsageError without pyarrow."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: pip install 'syncmon[parquet]'") from error
    profiles, _ = load_profiles(platformdirs.user_config_path("syncmon") / "sites")
    count = 0
    with _Files(folder) as files:
        for passage in passages(capture, query, redact):
            files.add(_partition(passage, profiles), row(passage))
            count += 1
    return count


def row(passage: Passage) -> dict[str, Any]:
    """The columns of one event; `time` is in microseconds since the epoch, UTC."""
    event, url, decoded = passage
    content = payload(event)
    found = {name: getattr(event, name, None) for name in ("tab", "target", "kind", "channel", "dir", "connection")}
    return found | {
        "seq": event.seq, "time": _micro(event.time), "mono": event.mono, "url": _text(url),
        "size": getattr(event, "size", None), "opcode": getattr(event, "opcode", None),
        "type": _text(decoded.type) if decoded else None, "layers": list(decoded.layers) if decoded else None,
        "text": _text(content) if isinstance(content, str) else None,
        "data": content if isinstance(content, bytes) else None,
        "value": _json(decoded.value) if decoded and decoded.value is not None else None,
        "rest": _json(fields) if (fields := rest(event)) else None,
    }  # fmt: skip


def _micro(seconds: float) -> int:
    return round(seconds * 1e6) if abs(seconds) < 1e11 else 0


def _text(text: str | None) -> str | None:
    return None if text is None else plain(text)


def _json(value: Any) -> str:
    return encode(value).decode("utf-8")


def _partition(passage: Passage, profiles: tuple[Profile, ...]) -> str:
    """`day=2026-01-04/site=chatgpt/host=chatgpt.com`; what has no address is of the site and host `none`."""
    url = passage.url or getattr(passage.event, "origin", None) or ""
    host = host_of(url) if "://" in url else ""
    site = next((profile.name for profile in profiles if profile.covers(url)), host) if host else ""
    day = stamp(passage.event.time)[:10]
    return f"day={day}/site={_plain(site)}/host={_plain(host)}"


def _plain(name: str) -> str:
    return (_ODD.sub("_", name).strip(".") or "none")[:120]


class _Waiting(msgspec.Struct):
    """Rows of one partition that are not written yet."""

    rows: list[dict[str, Any]]
    size: int = 0


class _Files:
    """The files of all partitions; only so many are open, and only so much waits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[str, _Waiting] = {}
        self._open: OrderedDict[str, Any] = OrderedDict()
        self._parts: dict[str, int] = {}
        self._rows = self._bytes = 0

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self._flush()
        for writer in self._open.values():
            writer.close()

    def add(self, partition: str, values: dict[str, Any]) -> None:
        """One row more."""
        one = self._waiting.setdefault(partition, _Waiting([]))
        one.rows.append(values)
        self._rows += 1
        self._bytes += 200 + sum(len(values[name] or "") for name in ("text", "data", "value", "rest"))
        if self._rows >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        """Write what waits: one row group for each partition."""
        import pyarrow

        for partition, one in self._waiting.items():
            self._writer(partition).write_table(pyarrow.Table.from_pylist(one.rows, schema=_schema()))
        self._waiting.clear()
        self._rows = self._bytes = 0

    def _writer(self, partition: str) -> Any:
        import pyarrow.parquet

        if partition in self._open:
            self._open.move_to_end(partition)
            return self._open[partition]
        if len(self._open) >= MOST_OPEN:
            self._open.popitem(last=False)[1].close()
        number = self._parts[partition] = self._parts.get(partition, -1) + 1
        path = self._folder / partition / f"part-{number}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        writer = self._open[partition] = pyarrow.parquet.ParquetWriter(path, _schema(), compression="zstd")
        return writer


def _schema() -> Any:
    """The columns, in the order of the JSONL export; `value` and `rest` are JSON."""
    import pyarrow as pa

    text = pa.string()
    return pa.schema(
        [("seq", pa.int64()), ("time", pa.timestamp("us", "UTC")), ("mono", pa.float64()), ("tab", text),
         ("target", text), ("kind", text), ("channel", text), ("dir", text), ("connection", text), ("url", text),
         ("size", pa.int64()), ("opcode", pa.int16()), ("type", text), ("layers", pa.list_(text)), ("text", text),
         ("data", pa.binary()), ("value", text), ("rest", text)]
    )  # fmt: skip
