"""An AsyncAPI document of ours is valid for the official parser, installed for this test only."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
from pathlib import Path

import pytest

from monitor import export
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.decode import Decoder
from tests.unit.export.planted import planted

PARSER = "@asyncapi/parser@3"
CHECK = """
import pkg from '@asyncapi/parser';
import { readFileSync } from 'node:fs';
const { document, diagnostics } = await new pkg.Parser().parse(readFileSync('document.json', 'utf8'));
const errors = diagnostics.filter(one => one.severity === 0).map(one => one.path.join('.') + ': ' + one.message);
console.log(JSON.stringify({ errors, operations: document ? document.operations().length : 0 }));
"""


async def run(folder: Path, *words: str) -> tuple[int, str]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, cwd=folder, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


@pytest.mark.skipif(not shutil.which("npm") and not os.environ.get("CI"), reason="no npm is installed")
@pytest.mark.first
async def test_the_official_parser_takes_it(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    code, said = await run(tmp_path, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", PARSER)
    if code and not os.environ.get("CI"):
        pytest.skip(f"npm could not install {PARSER}: {said[-200:]}")
    assert code == 0, said
    writer = CaptureWriter(tmp_path / "a.syncmon")
    for event in planted():
        writer.append(event)
    writer.close()
    out = io.StringIO()
    with Capture(writer.path, Decoder) as capture:
        export.find("asyncapi").export(capture, None, out, True)
    (tmp_path / "document.json").write_text(out.getvalue())
    (tmp_path / "check.mjs").write_text(CHECK)
    code, said = await run(tmp_path, "node", "check.mjs")
    assert code == 0, said
    found = json.loads(said)
    assert found["errors"] == []
    assert found["operations"] == len(json.loads(out.getvalue())["operations"]) > 0
