"""What a folder holds, and what of it may go."""

from __future__ import annotations

from pathlib import Path

from monitor.capture.rotation import RotatingWriter, Rotation
from monitor.capture.shelf import Held, shelf, throw_away, to_prune
from monitor.capture.writer import CaptureWriter
from monitor.model import Event, Gap, Navigation, Recording

DAY = 86400.0


def story(at: float, host: str, *, closed: bool = True) -> list[Event]:
    events: list[Event] = [
        Recording(time=at, state="started"),
        Navigation(time=at + 1, tab="A", target="T", url=f"https://{host}/x"),
        Navigation(time=at + 1, tab="B", target="U", url="about:blank"),
        Gap(time=at + 2, reason="r"),
    ]
    return [*events, Recording(time=at + 60, state="stopped")] if closed else events


def test_what_is_in_a_folder(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "b.syncmon")
    writer.extend(story(1000.0, "b.example", closed=False))
    writer.close()
    many = RotatingWriter(tmp_path / "a.syncmon", Rotation(age=0.0))
    for event in story(2000.0, "a.example"):
        many.append(event)
        many.commit()
    many.close()
    (tmp_path / "c.syncmon").write_text("something else")
    first, second = shelf(tmp_path)
    assert (first.path.name, first.closed, first.sites, first.events) == ("b.syncmon", False, ("b.example",), 4)
    assert (second.path.name, len(second.files), second.closed) == ("a.syncmon", 6, True)
    assert (second.events, second.tabs, second.gaps, second.sites) == (5, 2, 1, ("a.example",))
    assert (second.began, second.ended) == (2000.0, 2060.0)
    assert second.size == sum(path.stat().st_size for path in second.files)
    throw_away(second)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.syncmon", "c.syncmon"]


def held(name: str, ended: float, size: int, *, closed: bool = True, touched: float = 0.0) -> Held:
    return Held(files=(Path(name),), size=size, touched=touched or ended, ended=ended, closed=closed)


def test_what_may_go() -> None:
    now = 100 * DAY
    all_of_them = [
        held("new", now - DAY, 400),
        held("old", now - 10 * DAY, 300),
        held("older", now - 20 * DAY, 200),
        held("growing", now - 30 * DAY, 100, closed=False, touched=now - 5),
        held("killed", now - 30 * DAY, 50, closed=False),
    ]

    def gone(older: float | None, larger: int | None) -> list[str]:
        return [one.path.name for one in to_prune(all_of_them, older, larger, now)]

    assert gone(7 * DAY, None) == ["killed", "older", "old"]
    assert gone(None, 900) == ["killed", "older"]
    assert gone(15 * DAY, 700) == ["killed", "older", "old"]
    assert gone(None, 0) == ["killed", "older", "old", "new"]
    assert gone(None, 5000) == gone(100 * DAY, None) == []
