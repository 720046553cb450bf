"""Opens a capture file for reading, whatever state its writer left it in, or says why that cannot be.

A finished capture is one plain file. One that still grows, or whose writer was killed, has a write-ahead log beside it
(`-wal`, `-shm`), which SQLite must be able to index: in a folder that cannot be written to, it needs the `-shm` too.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from monitor.capture import schema
from monitor.errors import CaptureError, NewerCapture, NotACapture

_MAGIC = b"SQLite format 3\0"


def open_database(path: Path) -> sqlite3.Connection:
    """A read-only connection to the capture; for one of an older version, to a private copy brought up to date.

    NotACapture, NewerCapture or CaptureError name the file and say what is wrong with it.
    """
    _check_file(path)
    try:
        database = _connect(path)
        version = _version(path, database)
        return _converted(database, version) if version < schema.FORMAT_VERSION else database
    except sqlite3.Error as error:
        raise _explained(path, error) from error


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError as error:
        raise CaptureError(f"{path} does not exist.") from error
    except IsADirectoryError as error:
        raise CaptureError(f"{path} is a folder, not a capture file.") from error
    except PermissionError as error:
        raise CaptureError(f"{path} may not be read by you: captures are private to who made them.") from error
    except (OSError, ValueError) as error:
        raise CaptureError(f"{path} cannot be read: {error}.") from error
    if size == 0 and not _log(path).exists():
        raise NotACapture(f"{path} is empty.")
    if head != _MAGIC[: len(head)] or (head and len(head) < len(_MAGIC)):
        raise NotACapture(f"{path} is not a syncmon capture.")


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _connect(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(os.fspath(path.absolute()))}?mode=ro"
    database = _attempt(address)
    if database is None and not _has_log(path):  # a finished file in a folder that cannot be written to
        database = _attempt(address + "&immutable=1")
    if database is None:
        raise CaptureError(
            f"{path} was not closed, and its folder is read-only, so its log cannot be read."
            f" Copy {path.name} and {path.name}-wal to a folder of your own and open it there."
        )
    return database


def _has_log(path: Path) -> bool:
    try:
        return _log(path).stat().st_size > 0
    except OSError:
        return False


def _attempt(address: str) -> sqlite3.Connection | None:
    """The connection, or None where SQLite cannot open the file's log."""
    database = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        database.close()
        if "unable to open" in str(error) or "readonly" in str(error):
            return None
        raise
    except sqlite3.Error:
        database.close()
        raise
    return database


def _version(path: Path, database: sqlite3.Connection) -> int:
    application: int = database.execute("PRAGMA application_id").fetchone()[0]
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    if application != schema.APPLICATION_ID:
        raise NotACapture(f"{path} is an SQLite database, but not a syncmon capture.")
    if version > schema.FORMAT_VERSION:
        raise NewerCapture(
            f"{path} has format {version}, and this syncmon reads up to {schema.FORMAT_VERSION}: a later one wrote it."
            " Update syncmon to open it."
        )
    return version


def _converted(database: sqlite3.Connection, version: int) -> sqlite3.Connection:
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    database.backup(copy)
    database.close()
    schema.convert(copy, version)
    return copy


def _explained(path: Path, error: sqlite3.Error) -> CaptureError:
    text = str(error)
    if "not a database" in text:
        return NotACapture(f"{path} is not a syncmon capture.")
    if "malformed" in text or "disk image" in text:
        return CaptureError(f"{path} is damaged: {text}.")
    return CaptureError(f"{path} cannot be read: {text}.")
