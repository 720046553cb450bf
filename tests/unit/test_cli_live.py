"""The commands against a real Chromium: signals, standard input, and who may die without harm."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO

import pytest

from monitor.browser.launch import launched
from monitor.capture.reader import Capture
from monitor.commands.lines import follow
from monitor.model import Action, Mark, Recording

pytestmark = pytest.mark.e2e


@pytest.fixture
async def endpoint() -> AsyncIterator[str]:
    async with launched(["about:blank"], headless=True) as browser:
        yield browser.endpoint


@contextlib.contextmanager
def syncmon(*words: object, stdin: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """The command, running; killed at the end if it still does."""
    with running(sys.executable, "-m", "monitor", *map(str, words), stdin=stdin) as process:
        yield process


@contextlib.contextmanager
def running(*line: str, stdin: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """A process; killed at the end if it still runs."""
    with subprocess.Popen(line, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


async def line_with(stream: IO[str] | None, word: str) -> str:
    """The first line that has this word."""
    assert stream is not None
    seen = []
    async with asyncio.timeout(30):
        while line := await asyncio.to_thread(stream.readline):
            seen.append(line)
            if word in line:
                return line
    raise AssertionError(f"no line with {word} in {seen}")


async def ended(process: subprocess.Popen[str]) -> int:
    async with asyncio.timeout(30):
        return await asyncio.to_thread(process.wait)


def states(path: Path) -> list[str]:
    with Capture(path) as capture:
        return [event.state for event in capture.events() if isinstance(event, Recording)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_record_ends_cleanly_on_a_signal(endpoint: str, tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "a.syncmon"
    with syncmon("record", "--endpoint", endpoint, "-o", path) as process:
        news = json.loads(await line_with(process.stderr, "attached"))
        assert news["capture"] == str(path)
        assert [tab["tab"] for tab in news["tabs"]] == ["A"]
        process.send_signal(number)
        assert await ended(process) == 0
    assert states(path) == ["started", "attached", "stopped"]
    assert os.listdir(tmp_path) == ["a.syncmon"]


async def test_record_takes_actions_and_stays_when_standard_input_ends(endpoint: str, tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    with syncmon("record", "--endpoint", endpoint, "-o", path) as process:
        await line_with(process.stderr, "attached")
        assert process.stdin is not None
        process.stdin.write('{"do":"mark","text":"here"}\nrubbish\n{"do":"reload","tab":"Z"}\n')
        process.stdin.close()
        await line_with(process.stderr, '"do":"reload"')
        with pytest.raises(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, 0.5)
        process.send_signal(signal.SIGTERM)
        assert await ended(process) == 0
    with Capture(path) as capture:
        events = list(capture.events())
    assert [event.text for event in events if isinstance(event, Mark)] == ["here"]
    assert [(event.do, event.ok) for event in events if isinstance(event, Action)] == [
        ("reload", False),
        ("stop", True),
    ]


async def test_record_stops_when_told_on_standard_input(endpoint: str, tmp_path: Path) -> None:
    with syncmon("record", "--endpoint", endpoint, "-o", tmp_path / "a.syncmon") as process:
        await line_with(process.stderr, "attached")
        assert process.stdin is not None
        process.stdin.write('{"do":"stop"}\n')
        process.stdin.flush()
        assert await ended(process) == 0


async def test_record_for_a_while_in_a_browser_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    words = ("record", "--launch", "about:blank", "--headless", "--for", "500ms", "-o", path)
    with syncmon(*words, stdin=subprocess.DEVNULL) as process:
        assert await ended(process) == 0
    assert states(path) == ["started", "attached", "stopped"]


async def test_watch_without_a_terminal_prints_lines_and_sums_up(endpoint: str, tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    with syncmon("--endpoint", endpoint, "-o", path) as process:
        await line_with(process.stdout, "attached")
        process.send_signal(signal.SIGINT)
        rest = await asyncio.to_thread(process.communicate)
        assert process.returncode == 0
    assert "1 tab · " in rest[0]
    assert states(path)[-1] == "stopped"


async def test_watch_ends_when_the_browser_does(tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    async with launched(["about:blank"], headless=True) as browser:
        with syncmon("--endpoint", browser.endpoint, "--reattach", "1s", "-o", path) as process:
            await line_with(process.stdout, "attached")
            await browser.close()
            assert await ended(process) == 0
    assert states(path) == ["started", "attached", "lost", "stopped"]


async def test_the_recording_goes_on_when_its_parent_is_killed(endpoint: str, tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    with syncmon("watch", "--endpoint", endpoint, "-o", path, stdin=subprocess.DEVNULL) as process:
        await line_with(process.stdout, "attached")
        process.kill()
        await ended(process)
    recorder = recorder_of(path)
    with Capture(path) as capture:
        os.kill(recorder, signal.SIGTERM)
        await asyncio.to_thread(follow, path, None, lambda passage: None, redact=False, growing=lambda: True)
        assert states(path)[-1] == "stopped"
        assert capture.last_seq() > 3


def recorder_of(path: Path) -> int:
    """The process that records into this file."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if os.fsencode(path) in words and b"record" in words:
                    return int(folder.name)
    raise AssertionError("nobody records")


async def test_tail_prints_what_happens_live_as_json(endpoint: str, tmp_path: Path) -> None:
    words = ("tail", "--json", "--filter", "kind:mark", "--endpoint", endpoint, "-o", tmp_path / "a.syncmon")
    with syncmon(*words) as process:
        await line_with(process.stderr, "recording to")
        assert process.stdin is not None
        process.stdin.write('{"do":"mark","text":"live"}\n')
        process.stdin.flush()
        assert json.loads(await line_with(process.stdout, "mark"))["text"] == "live"
        process.send_signal(signal.SIGTERM)
        assert await ended(process) == 0


async def test_a_full_disk_is_said_and_is_4(endpoint: str, tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    command = f"ulimit -f 400; exec {sys.executable} -m monitor record --endpoint {endpoint} -o {path}"
    with running("bash", "-c", command) as process:
        await line_with(process.stderr, "attached")
        assert process.stdin is not None
        process.stdin.write(json.dumps({"do": "mark", "text": "x" * 900_000}) + '\n{"do":"stop"}\n')
        process.stdin.flush()
        said = await line_with(process.stderr, "syncmon: ")
        assert str(path) in said
        assert await ended(process) == 4
    assert states(path)[0] == "started"


async def test_leaving_the_dashboard_ends_the_recording_and_names_the_capture(endpoint: str, tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    main, side = os.openpty()
    os.set_blocking(main, False)
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    line = [sys.executable, "-m", "monitor", "--endpoint", endpoint, "-o", str(path)]
    process = await asyncio.create_subprocess_exec(*line, stdin=side, stdout=side, stderr=side, env=environment)
    os.close(side)
    try:
        await screen_with(main, "Messages", "Chrome")
        os.write(main, b"q")
        await screen_with(main, f" ── {path}")
        assert await asyncio.wait_for(process.wait(), 20) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        os.close(main)
    assert states(path)[-1] == "stopped"


async def screen_with(terminal: int, *words: str) -> str:
    """All that was written to a terminal until it had these words."""
    loop, seen = asyncio.get_running_loop(), bytearray()
    readable = asyncio.Event()
    loop.add_reader(terminal, readable.set)
    try:
        async with asyncio.timeout(30):
            while not all(word.encode() in seen for word in words):
                await readable.wait()
                readable.clear()
                with contextlib.suppress(BlockingIOError):
                    seen += os.read(terminal, 1 << 16)
    except TimeoutError:
        raise AssertionError(f"no {words} in {seen[-3000:]!r}") from None
    finally:
        loop.remove_reader(terminal)
    return seen.decode("utf-8", "replace")


async def test_the_demo_shows_what_the_seed_found(tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    words = ("demo", "--headless", "--answer", "0.5", "--stale", "1", "-o", path)
    with syncmon(*words, stdin=subprocess.DEVNULL) as process:
        out, said = await asyncio.wait_for(asyncio.to_thread(process.communicate), 90)
        assert process.returncode == 0, said
    assert "chatgpt: the second tab is still stale after 1.0 s" in said
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in out.splitlines() if line.startswith("| C")]
    assert [row[:3] + row[4:] for row in rows] == [
        ["ChatGPT", "Send message in tab A", "Tab B shows stale state", "reload"],
        ["Claude", "Send message in tab C", "Tab D shows stale state", "reload"],
    ], out[-3000:]


async def test_the_lab_serves_until_interrupted() -> None:
    with syncmon("lab", "--sync", "chatgpt=socket", "--clock", "+2.5") as process:
        line = await line_with(process.stdout, "syncmon lab on 127.0.0.1:")
        assert "chatgpt: socket" in line
        assert "; clocks +2.5 s)" in line
        process.send_signal(signal.SIGINT)
        assert await ended(process) == 0
    with syncmon("lab", "--sync", "chatgpt=telepathy") as process:
        assert "modes: none, socket" in await line_with(process.stderr, "syncmon: ")
        assert await ended(process) == 2
