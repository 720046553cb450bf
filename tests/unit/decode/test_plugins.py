from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from monitor.decode import plugins, registry
from monitor.decode.plugins import GROUP, Hung, Worker, load
from monitor.decode.protocol import Facts, Item
from tests.unit.decode.streams_of import decode, frame, opened

DOCUMENTED = textwrap.dedent(inspect.getdoc(plugins) or "").split("could be\n\n")[1].split("\n\n`Item`")[0]
CHAT = textwrap.dedent(DOCUMENTED)


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    registry.use(())


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_the_documented_decoder_works(tmp_path: Path) -> None:
    found, problems = load(written(tmp_path, chat=CHAT))
    assert problems == ()
    registry.use(found)
    (decoded,) = decode(opened("wss://x/y"), frame("CHAT say hello there"))
    assert (decoded.layers, decoded.type, decoded.value) == (("chat",), "say", "hello there")


def test_one_of_the_same_name_replaces_ours(tmp_path: Path) -> None:
    found, _ = load(written(tmp_path, chat=CHAT.replace('name = "chat"', 'name = "mqtt"')))
    registry.use(found)
    assert [one for one in registry.protocols() if one.name == "mqtt"] == list(found)
    registry.use(())
    assert [one for one in registry.protocols() if one.name == "mqtt"] != list(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import no_such_module", "ModuleNotFoundError"),
        ("def", "SyntaxError"),
        ("PROTOCOL = 1", "no PROTOCOL"),
        ("", "no PROTOCOL"),
        ("import sys; sys.exit(3)", "SystemExit"),
        (CHAT.replace('    name = "chat"\n', ""), "no name"),
    ],
)
def test_a_broken_file_is_reported_and_the_others_work(tmp_path: Path, text: str, reason: str) -> None:
    found, problems = load(written(tmp_path, a_broken=text, chat=CHAT, _helper="raise OSError"))
    assert [one.name for one in found] == ["chat"]
    (problem,) = problems
    assert reason in str(problem)
    assert "a_broken.py" in problem.file


def test_a_file_that_hangs_while_it_is_imported_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "IMPORT_S", 0.05)
    found, problems = load(written(tmp_path, hang="while True: pass"))
    assert found == ()
    assert "Hung" in str(problems[0])


def test_a_read_that_raises_is_named_and_the_item_read_generically(tmp_path: Path) -> None:
    registry.use(load(written(tmp_path, chat=CHAT))[0])
    (decoded,) = decode(opened("wss://x/y"), frame("CHAT x"))
    assert decoded.error
    assert "ValueError" in decoded.error
    assert decoded.value == "CHAT x"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("return 80 if", "raise OSError('no') if"),
        ("return 80 if", "while True: pass\n        return 80 if"),
        ("        if not item.text:", "        while True: pass\n        if not item.text:"),
    ],
)
def test_one_that_hangs_or_cannot_score_is_given_up_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: str, bad: str
) -> None:
    monkeypatch.setattr(plugins, "LIMIT_S", 0.05)
    bad = "if item: raise OSError('no')\n        return 80 if" if "OSError" in bad else bad
    told: list[str] = []
    registry.use(load(written(tmp_path, chat=CHAT.replace(good, bad)), told.append)[0])
    found = decode(opened("wss://x/y"), *[frame("CHAT say hello")] * 3)
    assert [one.value for one in found] == ["CHAT say hello"] * 3
    assert len(told) == 1
    assert "chat.py" in told[0]


def test_what_is_no_answer_is_an_error_or_nothing(tmp_path: Path) -> None:
    text = CHAT.replace("return None", "return 7")
    (guarded,) = load(written(tmp_path, chat=text))[0]
    with pytest.raises(TypeError, match="read returned int"):
        guarded.open(Facts()).read(Item())
    (odd,) = load(written(tmp_path, chat=CHAT.replace("return 80", "return 'a lot'")))[0]
    assert odd.score(Facts(), Item(text="CHAT a b")) == 0


def test_an_entry_point_is_a_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("mine", "monitor.decode.stomp", GROUP),
        EntryPoint("named", "monitor.decode.wamp:PROTOCOL", GROUP),
        EntryPoint("gone", "no.such.module", GROUP),
    ]
    monkeypatch.setattr(plugins, "entry_points", lambda group: points)
    found, problems = load(None)
    assert [one.name for one in found] == ["stomp", "wamp"]
    assert [one.file for one in problems] == ["entry point gone"]


def test_a_call_that_hangs_leaves_the_next_one_free() -> None:
    worker = Worker()

    def forever() -> None:
        while True:
            pass

    with pytest.raises(Hung):
        worker.call(forever, limit=0.05)
    assert worker.call(lambda: 5) == 5
