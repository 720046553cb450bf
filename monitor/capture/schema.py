"""What a capture file looks like inside, and how an older one is brought up to date.

One table, `events`, one row an event, in the order of `seq`. The columns hold what people ask for; `data` holds the
remaining fields of the event's struct as JSON text, `payload` what went over the wire: TEXT where it was text, BLOB
where it was bytes. `data` names win over columns: an event whose text no SQLite TEXT can hold (a lone surrogate) is
kept whole in `data`, and its columns show it with U+FFFD.

A file is known by its `application_id`; `user_version` is the version of this layout. An older file is copied to a
private temporary database and brought up by `CONVERTERS`, one for each version, so that the file is never touched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

APPLICATION_ID = 0x53594E4D  # "SYNM"
FORMAT_VERSION = 1
SUFFIX = ".syncmon"

COLUMNS = (
    "seq", "time", "mono", "tab", "target", "kind", "channel", "dir", "connection", "url", "size", "opcode", "data",
    "payload",
)  # fmt: skip

DDL = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, -- order in the file, from 1, without holes
  time REAL NOT NULL,      -- wall clock, seconds since the epoch, UTC
  mono REAL,               -- Chrome's monotonic stamp, seconds
  tab TEXT,                -- A, B, C …
  target TEXT,             -- DevTools target id
  kind TEXT NOT NULL,      -- frame, request, shown …
  channel TEXT,            -- socket, sse, fetch …
  dir TEXT,                -- in, out
  connection TEXT,         -- joins a frame to its socket-opened, a chunk to its request
  url TEXT,                -- only where the event itself has one
  size INTEGER,            -- bytes of the payload
  opcode INTEGER,          -- of a frame: 1 text, 2 binary
  data TEXT,               -- the event's other fields, JSON
  payload                  -- as it was on the wire: TEXT or BLOB
);
CREATE INDEX addresses ON events (connection, seq) WHERE url IS NOT NULL;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT_VERSION};
"""

_ROW = f"({', '.join('?' * len(COLUMNS))})"
INSERT = f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES {_ROW}"
# The same for as many rows at once, which costs less; between two statements another thread has its turn.
TOGETHER = 50
INSERT_TOGETHER = INSERT + f", {_ROW}" * (TOGETHER - 1)
# And for as many plain frames, of which there are the most: what is the same for all of them is not bound.
FRAME_CELLS = 10
_FRAME = "(?, ?, ?, ?, ?, 'frame', 'socket', ?, ?, NULL, ?, ?, NULL, ?)"
INSERT_FRAMES = f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES {', '.join([_FRAME] * TOGETHER)}"
SELECT = ", ".join(f"events.{name}" for name in COLUMNS)

# The address of an event: its own, or the latest known one of its connection.
ADDRESS = (
    "COALESCE(events.url, (SELECT a.url FROM events AS a WHERE a.connection = events.connection"
    " AND a.url IS NOT NULL AND a.seq < events.seq ORDER BY a.seq DESC LIMIT 1))"
)

# version → what makes a database of that version one of the next.
CONVERTERS: dict[int, Callable[[sqlite3.Connection], None]] = {}


def convert(database: sqlite3.Connection, version: int) -> None:
    """Bring a private copy of an older capture up to `FORMAT_VERSION`, one version at a time."""
    while version < FORMAT_VERSION:
        CONVERTERS[version](database)
        version += 1
        database.execute(f"PRAGMA user_version = {version}")
    database.commit()
