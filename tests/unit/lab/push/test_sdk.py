from __future__ import annotations

import io
import tarfile
from pathlib import Path

from monitor.lab.push.sdk import FILES, fetch, find


def fake_npm(folder: Path, script: str) -> str:
    """An npm that is a shell script; `$made` is where the archive shall be."""
    path = folder / "npm"
    path.write_text(f"#!/bin/sh\nfor made; do :; done\n{script}\n")
    path.chmod(0o755)
    return str(path)


def archive(path: Path, names: tuple[str, ...]) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name in names:
            data = f"// {name}".encode()
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return path


async def test_the_scripts_are_fetched_once_and_kept(tmp_path: Path) -> None:
    cache, whole = tmp_path / "cache", archive(tmp_path / "x.tgz", (*FILES, "other.js"))
    npm = fake_npm(tmp_path, f'cp {whole} "$made"; echo "$@" >> {tmp_path}/asked')
    assert find(cache) is None
    assert await fetch(cache, npm=npm) is None
    assert await fetch(cache, npm=npm) is None
    assert find(cache) == {name: f"// {name}" for name in FILES}
    assert sorted(p.name for p in cache.iterdir()) == sorted(FILES)
    assert len((tmp_path / "asked").read_text().splitlines()) == 1


async def test_what_goes_wrong_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    broken = archive(tmp_path / "x.tgz", FILES[:1])
    for script, word in (
        ('echo "no network" >&2; exit 1', "no network"),
        ("exit 3", "ended with 3"),
        ("true", "none.tgz"),
        (f'cp {broken} "$made"', "package/"),
        ('echo junk > "$made/x.tgz"', "not"),
    ):
        problem = await fetch(tmp_path / "cache", npm=fake_npm(tmp_path, script))
        assert problem is not None
        assert word in problem
        assert find(tmp_path / "cache") is None
    assert await fetch(tmp_path / "cache", npm=str(tmp_path / "none")) is not None
