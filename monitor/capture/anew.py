"""A capture whose file was taken away while it is being written is written anew, under its name and all of it.

On Unix a file that is open lives on when it is removed, or has another name: what is recorded would go where nobody
looks for it, and be gone with the recorder.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

LOGS = ("-wal", "-shm")
READER_S = 0.2  # who still reads the file before is waited for so long, and then leaves it its log


def make_file(path: Path) -> None:
    """An empty file that only its owner may read. Raises OSError, FileExistsError where there is one."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def copy(database: sqlite3.Connection, path: Path) -> None:
    """Write all that a database holds to the name that it had, and close it. Raises OSError or sqlite3.Error.

    Then nothing has changed, but that there may be a copy under a name of its own.
    """
    beside = path.with_name(path.name + "-anew")
    beside.unlink(missing_ok=True)
    make_file(beside)
    try:
        database.execute("VACUUM INTO ?", (str(beside),))
    except sqlite3.Error:
        beside.unlink(missing_ok=True)
        raise
    with contextlib.suppress(sqlite3.Error):  # for the file that has another name now: it is whole up to here
        database.execute(f"PRAGMA busy_timeout = {READER_S * 1000:.0f}")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = DELETE")
    database.close()
    # A log of the file before belongs to no other.
    for log in LOGS:
        path.with_name(path.name + log).unlink(missing_ok=True)
    beside.rename(path)
