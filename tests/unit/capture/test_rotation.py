"""One capture over many files reads like one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.capture import rotation
from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.rotation import RotatingWriter, Rotation, bytes_of, check_name
from monitor.capture.writer import CaptureWriter
from monitor.decode import Decoder
from monitor.errors import CaptureError, UsageError
from monitor.model import Event, Frame, Gap, SocketOpened, TargetAttached


def story(count: int) -> list[Event]:
    events: list[Event] = [
        TargetAttached(time=0.0, tab="A", target="T", type="page", url="http://a/"),
        SocketOpened(time=0.0, tab="A", target="T", connection="w1", url="ws://a/live"),
    ]
    events += [
        Frame(time=1.0 + n, mono=1.0 + n, tab="A", target="T", connection="w1", dir="in", text=f'{{"n":{n}}}', size=9)
        for n in range(count)
    ]
    return [*events, Gap(time=2000.0, reason="x")]


def written(path: Path, events: list[Event], batch: int = 10, **limits: int | float | None) -> RotatingWriter:
    writer = RotatingWriter(path, Rotation(**{"age": 0.0, **limits}))  # type: ignore[arg-type]
    for at in range(0, len(events), batch):
        writer.extend(events[at : at + batch])
        writer.commit()
    writer.close()
    return writer


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_every_way_to_read_gives_the_same_as_one_file(tmp_path: Path) -> None:
    events = story(95)
    written(tmp_path / "x.syncmon", events)
    (tmp_path / "one").mkdir()
    single = CaptureWriter(tmp_path / "one" / "x.syncmon")
    single.extend(events)
    single.close()
    with Capture(tmp_path / "x.004.syncmon", Decoder) as many, Capture(single.path, Decoder) as one:
        assert len(many.parts) > 5
        assert list(many.events()) == list(one.events())
        assert list(many.events(after=17, until=44, kinds=("frame",))) == list(one.events(17, 44, ("frame",)))
        assert many.page([90, 3, 41, 500]) == one.page([90, 3, 41, 500])
        assert many.get(55) == one.get(55)
        assert list(many.seqs()) == list(one.seqs())
        for text in ("kind:frame", "url:live", '"n":7', "value.n:77", "tab:A size:>3", "/n.:4/"):
            assert list(many.seqs(parse(text))) == list(one.seqs(parse(text))), text
        event = many.get(60)
        assert event is not None
        assert many.url(event) == "ws://a/live"
        followed, seq = [], 0
        while page := many.read_after(seq, 7):
            followed += page
            seq = page[-1].seq
        assert followed == list(one.events())


def test_following_goes_on_in_the_next_file(tmp_path: Path) -> None:
    writer = RotatingWriter(tmp_path / "x.syncmon", Rotation(age=0.0))
    seen: list[int] = []
    with Capture(tmp_path / "x.syncmon") as capture:
        search = capture.search(parse("kind:frame"))
        found: list[int] = []
        for event in story(30):
            writer.append(event)
            writer.commit()
            seen += [event.seq for event in capture.read_after(seen[-1] if seen else 0)]
            found += search.read()
            assert capture.last_seq() == len(seen)
    writer.close()
    assert seen == list(range(1, 34))
    assert found == list(range(3, 33))
    assert writer.segment == 34


def test_only_so_many_files_are_kept_and_they_say_what_was_open(tmp_path: Path) -> None:
    events = story(60)
    writer = written(tmp_path / "x.syncmon", events, keep=3)
    assert names(tmp_path) == [f"x.{n:03d}.syncmon" for n in range(writer.segment - 2, writer.segment + 1)]
    with Capture(tmp_path / "x.syncmon") as capture:
        told = list(capture.events())
        assert [event.kind for event in told[:2]] == ["target-attached", "socket-opened"]
        assert [event.seq for event in told[:3]] == [1, 2, 51]
        assert list(capture.seqs()) == [event.seq for event in told]
        assert [event.seq for event in told[2:]] == list(range(51, 64))
        assert list(capture.seqs(parse("url:live kind:frame"))) == list(range(51, 63))
        assert capture.read_after(0, 2) == told[:2]


def test_only_so_many_bytes_are_kept(tmp_path: Path) -> None:
    written(tmp_path / "x.syncmon", story(2000), batch=100, age=None, size=30_000, keep_size=200_000)
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert 2 < len(sizes) < 10
    assert sum(sizes) < 300_000


def test_secrets_have_one_pseudonym_in_all_files(tmp_path: Path) -> None:
    written(tmp_path / "x.syncmon", story(30))
    with Capture(tmp_path / "x.syncmon") as capture:
        assert len({part.meta["key"] for part in capture.parts}) == 1
        assert all(part.path.stat().st_mode & 0o777 == 0o600 for part in capture.parts)


def test_where_no_new_file_can_be_made_the_old_one_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **more: object) -> CaptureWriter:
        raise CaptureError("the disk is full")

    writer = RotatingWriter(tmp_path / "x.syncmon", Rotation(age=0.0))
    monkeypatch.setattr(rotation, "CaptureWriter", refuse)
    for event in story(20):
        writer.append(event)
        writer.commit()
    writer.close()
    assert (names(tmp_path), writer.segment, writer.last_seq) == (["x.syncmon"], 1, 23)


def test_a_name_that_is_taken_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "x.002.syncmon").write_text("mine")
    writer = written(tmp_path / "x.syncmon", story(5))
    assert writer.segment == 3
    assert (tmp_path / "x.002.syncmon").read_text() == "mine"
    with Capture(tmp_path / "x.003.syncmon") as capture:
        assert len(list(capture.events())) == 8


def test_sizes() -> None:
    assert [bytes_of(text) for text in ("5", "2k", "1.5M", "3 GB", "1GiB")] == [5, 2048, 1_572_864, 3 << 30, 1 << 30]
    for text in ("", "M", "-1k", "1x", "1 000"):
        with pytest.raises(UsageError):
            bytes_of(text)
    with pytest.raises(UsageError, match=r"call it x\.syncmon"):
        check_name(Path("x"))
    check_name(Path("x.syncmon"))
