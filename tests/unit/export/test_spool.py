from __future__ import annotations

from monitor.export.spool import Spool


def test_entries_come_by_their_moment_and_pieces_as_they_were_added() -> None:
    with Spool() as spool:
        spool.head(1, 5.0, b"late")
        spool.head(2, 1.0, b"early")
        for number in range(5000):
            spool.add(1 + number % 2, "list", str(number))
        spool.add(1, "other", b"\xff")
        assert list(spool.heads()) == [(2, b"early"), (1, b"late")]
        assert list(spool.pieces(1, "list")) == [str(number) for number in range(0, 5000, 2)]
        assert list(spool.pieces(1, "other")) == [b"\xff"]
        assert spool.has(1, "other")
        assert not spool.has(2, "other")


def test_a_head_can_be_put_down_again() -> None:
    with Spool() as spool:
        spool.head(1, 1.0, b"a")
        spool.head(1, 2.0, b"b")
        assert list(spool.heads()) == [(1, b"b")]
