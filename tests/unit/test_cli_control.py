from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from monitor.capture.writer import CaptureWriter
from monitor.commands import recorder_child
from monitor.commands.control import STOP, Control
from monitor.commands.lines import follow
from monitor.commands.options import Attach
from monitor.commands.record import News
from monitor.commands.recorder_child import RecorderChild, RecorderFailed
from monitor.model import Event, Mark, Recording


async def test_actions_come_from_a_pipe_and_its_end_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    source, sink = os.pipe()
    control = Control()
    control.listen(source)
    os.write(sink, b'{"do":"mark"}\n\nnot json\n[1]\n')
    await asyncio.to_thread(os.write, sink, b"x" * (3 << 20) + b'\n{"do":"reload","tab":"B"}')
    os.close(sink)
    assert await anext(control) == {"do": "mark"}
    assert await anext(control) == {"do": "reload", "tab": "B"}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(control), 0.05)
    said = capsys.readouterr().err
    assert said.count("is no action") == 3
    assert "far too long" in said
    os.close(source)


async def test_actions_come_from_a_plain_file_too(tmp_path: Path) -> None:
    (tmp_path / "script").write_text('{"do":"stop"}\n')
    control = Control()
    number = os.open(tmp_path / "script", os.O_RDONLY)
    control.listen(number)
    assert await anext(control) == STOP
    os.close(number)


async def test_a_signal_asks_for_a_stop() -> None:
    control = Control()
    with control.signals():
        os.kill(os.getpid(), signal.SIGTERM)
        assert await asyncio.wait_for(anext(control), 5) == STOP
    assert control.interrupted


async def test_a_second_signal_cancels() -> None:
    async def recording() -> None:
        with Control().signals():
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(30)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(recording())  # noqa: TID251 - it is awaited here


def test_attached_is_said_once_when_every_browser_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    news = News(tmp_path / "a.syncmon", expected=2)
    news({"event": "attached", "endpoint": "ws://a", "tabs": [{"tab": "A"}]})
    assert capsys.readouterr().err == ""
    news({"event": "attached", "endpoint": "ws://b", "tabs": [{"tab": "B"}]})
    said = capsys.readouterr().err
    assert news.attached
    assert said.count("\n") == 1
    assert '"tabs":[{"tab":"A"},{"tab":"B"}]' in said
    assert '"endpoints":["ws://a","ws://b"]' in said


def child(monkeypatch: pytest.MonkeyPatch, code: str, said: list[str] | None = None) -> RecorderChild:
    """A child that runs this code instead of a recorder."""
    monkeypatch.setattr(recorder_child, "command_line", lambda *words: [sys.executable, "-uc", code])
    return RecorderChild(Path("x.syncmon"), Attach(address=None), None, (said if said is not None else []).append)


ATTACHED = 'import sys; print(\'{"event":"attached","tabs":[]}\', file=sys.stderr, flush=True);'


def test_a_child_that_attaches_and_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = child(monkeypatch, ATTACHED + "sys.exit(0 if b'stop' in sys.stdin.buffer.readline() else 5)")
    assert recorder.wait_attached()["tabs"] == []
    assert recorder.health() is None
    recorder.stop()
    assert recorder.process.returncode == 0
    assert recorder.health() == (
        "the recording has ended",
        "what there is stays in x.syncmon; start syncmon again to go on",
    )
    recorder.do({"do": "mark"})


def test_a_child_that_fails_passes_its_sentence_and_code_on(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = child(monkeypatch, "import sys; print('syncmon: Nothing listens.', file=sys.stderr); sys.exit(3)")
    with pytest.raises(RecorderFailed, match=r"^Nothing listens\.$") as caught:
        recorder.wait_attached()
    assert caught.value.exit_code == 3
    recorder.stop()


def test_a_child_that_waits_for_a_person_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    waiting = 'import sys; print(\'{"event":"waiting-for-approval","what":"click Allow"}\', file=sys.stderr);'
    recorder = child(monkeypatch, waiting + ATTACHED + "sys.stdin.read(1)", said)
    recorder.wait_attached()
    assert said == ["click Allow"]
    recorder.stop()


def test_the_health_of_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = ATTACHED + 'print(\'{"event":"lost"}\', file=sys.stderr); sys.stdin.readline();'
    recorder = child(monkeypatch, lost + "print('out of memory', file=sys.stderr); sys.exit(9)")
    recorder.wait_attached()
    while recorder.health() is None:
        assert recorder.alive
    assert "the browser is gone" in str(recorder.health())
    recorder.stop()
    assert "the recorder died (out of memory)" in str(recorder.health())


def test_a_child_that_falls_behind_says_by_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    behind = 'print(\'{"event":"behind","lag_s":4.2}\', file=sys.stderr); sys.stdin.readline();'
    caught_up = 'print(\'{"event":"caught-up"}\', file=sys.stderr); sys.stdin.readline();'
    recorder = child(monkeypatch, ATTACHED + behind + caught_up)
    recorder.wait_attached()
    while recorder.health() is None:
        assert recorder.alive
    assert recorder.health() == (
        "the recorder is 4.2 s behind the browser",
        "the machine is overloaded: close what you can",
    )
    recorder.do({"do": "mark"})
    while recorder.health() is not None:
        assert recorder.alive
    recorder.stop()


def test_following_ends_when_the_recorder_said_stopped(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    writer.append(Mark(time=0.0, text="first"))
    writer.commit()
    seen: list[Any] = []
    shown = threading.Event()
    counted: list[Event] = []

    def show(passage: Any) -> None:
        seen.append(passage.event.kind)
        shown.set()

    def write() -> None:
        shown.wait(10)
        for number in range(3000):
            writer.append(Mark(time=1.0 + number))
        writer.append(Recording(time=9e9, state="stopped"))
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    follow(writer.path, None, show, redact=False, growing=lambda: True, each=counted.append)
    thread.join()
    assert len(seen) == len(counted) == 3002
    assert seen[-1] == "recording"
