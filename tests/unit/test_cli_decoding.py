"""The user's own decoders and schemas, through the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import cli, model
from monitor.capture.writer import CaptureWriter
from monitor.decode import protobuf_schema, registry
from tests.unit.decode.streams_of import RECORDED, frame, opened, recorded
from tests.unit.decode.test_plugins import CHAT


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "x.syncmon"
    writer = CaptureWriter(path)
    writer.append(model.Recording(time=1.0, state="started"))
    for event in (opened("wss://x/y"), recorded("protobuf")[0], opened("wss://x/z", "b"), frame("CHAT say hi", "b")):
        writer.append(event)
    writer.close()
    yield path
    registry.use(())
    protobuf_schema.use(None)


def decoded(text: str) -> list[tuple[str | None, object]]:
    """The type and value of each frame that was exported."""
    rows = [json.loads(line) for line in text.splitlines()]
    return [(one["decoded"].get("type"), one["decoded"]["value"]) for one in rows if one.get("kind") == "frame"]


@pytest.mark.parametrize("told", ["chat.proto", "chat.binpb", "chat.proto:Note", "chat.binpb:chat.v1.Note"])
def test_a_schema_names_the_fields(capture: Path, capsys: pytest.CaptureFixture[str], told: str) -> None:
    assert cli.run(["export", str(capture), "--format", "jsonl", "--proto", str(RECORDED / told)]) == 0
    kind, value = decoded(capsys.readouterr().out)[0]
    assert kind == "chat.v1.Note"
    assert isinstance(value, dict)
    assert value["author"] == {"name": "Ada", "age": 36}


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("none.proto", None, "No such file"),
        ("bad.proto", "message {", "bad.proto:1"),
        ("bad.pb", "\0\1", "FileDescriptorSet"),
        ("good.proto:Nope", None, "no messages named Nope"),
    ],
)
def test_a_schema_that_is_none_is_a_usage_error(
    capture: Path, capsys: pytest.CaptureFixture[str], name: str, text: str | None, reason: str
) -> None:
    if text is not None:
        (capture.parent / name).write_text(text)
    (capture.parent / "good.proto").write_text('syntax = "proto3"; message Some { string a = 1; }')
    assert cli.run(["tail", str(capture), "--proto", str(capture.parent / name)]) == 2
    assert reason in capsys.readouterr().err


def test_a_decoder_of_one_s_own_is_used_and_a_broken_one_named(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = capture.parent / "syncmon" / "decoders"
    folder.mkdir(parents=True)
    (folder / "chat.py").write_text(CHAT)
    (folder / "broken.py").write_text("import nothing_of_that_name")
    (folder / "slow.py").write_text(
        CHAT.replace('name = "chat"', 'name = "slow"').replace(
            "return 80 if", "if item: raise OSError('no')\n        return 80 if"
        )
    )
    assert cli.run(["export", str(capture), "--format", "jsonl"]) == 0
    captured = capsys.readouterr()
    assert decoded(captured.out)[1] == ("say", "hi")
    assert "decoder skipped" in captured.err
    assert "broken.py" in captured.err
    assert captured.err.count("decoder given up") == 1


def test_bytes_that_have_no_type_are_shown_as_what_they_were_read_as(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["tail", str(capture), "--filter", "kind:frame"]) == 0
    (packed, _) = capsys.readouterr().out.splitlines()
    assert 'protobuf  {"1":"n1","2":{"1":"Ada","2":36}' in packed
